package alarm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Role is what a process does for a site now.
type Role string

// The roles.
const (
	Leads   Role = "leads"   // holds the lock: evaluates and writes down
	Follows Role = "follows" // another process does
	Alone   Role = "alone"   // Postgres is away: evaluates for its own people
)

// The rhythm of a link.
const (
	listenFor  = time.Second // between two looks at the locks
	linkWithin = 3 * time.Second
	linkAgain  = 500 * time.Millisecond
)

// lockSpace keeps our advisory locks apart from those of others.
const lockSpace = 0x12328

// link is this process's connection to the others: it hears what has changed
// and holds the locks of the sites it evaluates. They end with it, whatever
// happens to us.
type link struct {
	pool  *pgxpool.Pool // for its address only
	sites []string
	heard func(site string) // "": anything may have changed
	log   *slog.Logger

	mu   sync.Mutex
	up   bool
	held map[string]bool
}

// role tells what we are for a site.
func (l *link) role(site string) Role {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.up:
		return Alone
	case l.held[site]:
		return Leads
	}
	return Follows
}

// run keeps the link until ctx ends.
func (l *link) run(ctx context.Context) {
	for told := false; ctx.Err() == nil; {
		err := l.once(ctx, func() { told = false })
		l.down()
		if ctx.Err() != nil {
			return
		}
		if !told {
			l.log.Warn("alarms: the database is away; each process watches for itself", "err", err)
			told = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(linkAgain):
		}
	}
}

func (l *link) down() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up, l.held = false, nil
}

// once holds one connection until it breaks.
func (l *link) once(ctx context.Context, there func()) error {
	opening, cancel := context.WithTimeout(ctx, linkWithin)
	defer cancel()
	conn, err := pgx.ConnectConfig(opening, l.pool.Config().ConnConfig.Copy())
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(opening, `LISTEN `+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	there()
	for first := true; ; first = false {
		if err := l.claim(ctx, conn); err != nil {
			return err
		}
		if first {
			l.heard("")
		}
		if err := l.listen(ctx, conn); err != nil {
			return err
		}
	}
}

// claim takes the locks that nobody holds. It asks also when there is nothing
// to take, which tells whether the connection still lives.
func (l *link) claim(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, linkWithin)
	defer cancel()
	held := map[string]bool{}
	for _, site := range l.sites {
		if l.role(site) == Leads {
			held[site] = true
			continue
		}
		var got bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, hashtext($2))`, lockSpace, site).Scan(&got); err != nil {
			return fmt.Errorf("claim site %s: %w", site, err)
		}
		held[site] = got
	}
	if err := conn.Ping(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up, l.held = true, held
	return nil
}

// listen hears what changes for a moment.
func (l *link) listen(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, listenFor)
	defer cancel()
	for {
		n, err := conn.WaitForNotification(ctx)
		switch {
		case err == nil:
			l.heard(n.Payload)
		case pgconn.Timeout(err) && errors.Is(ctx.Err(), context.DeadlineExceeded):
			return nil
		default:
			return err
		}
	}
}
