package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// apply brings facts into Postgres in order. An error means that Postgres is
// away and all must be tried again. Facts that can never be applied are found
// by halving, and parked.
func (j *Journal) apply(ctx context.Context, db Database, facts []orchestrator.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	refused, err := j.transact(ctx, db, facts, nil)
	if err == nil || !refused {
		return err
	}
	if half := len(facts) / 2; half > 0 {
		if err := j.apply(ctx, db, facts[:half]); err != nil {
			return err
		}
		return j.apply(ctx, db, facts[half:])
	}
	// Perhaps it is only what others hang on it.
	if refused, again := j.transact(ctx, db, facts, err); again == nil || !refused {
		return again
	}
	body, _ := json.Marshal(facts[0])
	return j.park(ctx, db, facts[0].ID, body, err)
}

// transact applies facts in one transaction. What was applied before is left
// alone. refused tells that Postgres can be reached and will not have them. If
// spoilt is set, it is why the fact is now applied without hooks; that is noted
// in the same transaction.
func (j *Journal) transact(ctx context.Context, db Database, facts []orchestrator.Fact, spoilt error) (refused bool, err error) {
	tx, err := db.Begin(ctx)
	if err != nil {
		return false, fmt.Errorf("journal: begin: %w", err)
	}
	// After Commit this does nothing; otherwise the error is known already.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	news, err := insert(ctx, tx, facts)
	if err == nil {
		err = project(ctx, tx, news)
	}
	if err == nil {
		err = sumUp(ctx, tx, news)
	}
	if err == nil && len(news) > 0 {
		err = j.hooks(ctx, tx, news, spoilt)
	}
	if err != nil {
		return forEver(err, !tx.Conn().IsClosed()), fmt.Errorf("journal: apply %d facts: %w", len(facts), err)
	}
	if err := tx.Commit(ctx); err != nil {
		// A hook that hid its own failure ends here, too.
		return forEver(err, errors.Is(err, pgx.ErrTxCommitRollback)), fmt.Errorf("journal: commit %d facts: %w", len(facts), err)
	}
	j.mu.Lock()
	applied := j.applied
	j.mu.Unlock()
	if len(news) > 0 {
		for _, fn := range applied {
			fn(news)
		}
	}
	return false, nil
}

// hooks runs what others do in the transaction, or notes that it cannot be.
func (j *Journal) hooks(ctx context.Context, tx pgx.Tx, news []orchestrator.Fact, spoilt error) error {
	if spoilt != nil {
		body, _ := json.Marshal(news[0])
		j.metrics.rejected.Inc()
		j.log.Error("fact applied without its follow-up", "fact", news[0].ID, "kind", news[0].Kind, "err", spoilt)
		return reject(ctx, tx, news[0].ID, body, fmt.Errorf("applied, but without what follows from it: %w", spoilt))
	}
	j.mu.Lock()
	inTx := j.inTx
	j.mu.Unlock()
	for _, fn := range inTx {
		if err := fn(ctx, tx, news); err != nil {
			return fmt.Errorf("follow-up: %w", err)
		}
	}
	return nil
}

// forEver reports whether the same will be refused again tomorrow: the data are
// at fault, not the server, the network or a table that is yet to be migrated.
// linked tells that the connection outlived the error.
func forEver(err error, linked bool) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var said *pgconn.PgError
	if errors.As(err, &said) && len(said.Code) == 5 {
		switch said.Code[:2] {
		case "22", "23", "54", "P0": // data, constraint, too large, raised by a trigger
			return true
		}
		return false
	}
	return linked
}

// insert writes the events and returns those that were not there before.
func insert(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) ([]orchestrator.Fact, error) {
	var b pgx.Batch
	for _, f := range facts {
		data, err := json.Marshal(f.Data)
		if err != nil {
			return nil, fmt.Errorf("encode fact %s: %w", f.ID, err)
		}
		b.Queue(`
			INSERT INTO calls.event (id, kind, at, site, call_id, agent, data)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			f.ID, text(string(f.Kind)), f.At, text(string(f.Site)), orNull(string(f.Call)), orNull(text(string(f.Agent))),
			withoutNUL(string(data)))
	}
	res := tx.SendBatch(ctx, &b)
	var news []orchestrator.Fact
	for _, f := range facts {
		tag, err := res.Exec()
		if err != nil {
			_ = res.Close()
			return nil, fmt.Errorf("insert event %s: %w", f.ID, err)
		}
		if tag.RowsAffected() == 1 {
			news = append(news, f)
		}
	}
	return news, res.Close()
}

// project writes what follows from new facts, in their order.
func project(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
	var b pgx.Batch
	var of []string
	for _, f := range facts {
		for _, s := range projections(f) {
			b.Queue(s.sql, s.args...)
			of = append(of, f.ID)
		}
	}
	if len(of) == 0 {
		return nil
	}
	res := tx.SendBatch(ctx, &b)
	for _, id := range of {
		if _, err := res.Exec(); err != nil {
			_ = res.Close()
			return fmt.Errorf("project event %s: %w", id, err)
		}
	}
	return res.Close()
}

// park sets a fact aside for a person to look at.
func (j *Journal) park(ctx context.Context, db Database, id string, body []byte, reason error) error {
	tx, err := db.Begin(ctx)
	if err != nil {
		return fmt.Errorf("journal: begin: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := reject(ctx, tx, id, body, reason); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("journal: park fact %s: %w", id, err)
	}
	j.metrics.rejected.Inc()
	j.log.Error("fact rejected, see calls.rejected", "fact", id, "err", reason)
	return nil
}

// parkEntry sets aside what cannot even be read; it is named by its content.
func (j *Journal) parkEntry(ctx context.Context, db Database, entry []byte, reason error) error {
	sum := sha256.Sum256(entry)
	return j.park(ctx, db, "sha256:"+hex.EncodeToString(sum[:]), entry[min(sumSize, len(entry)):], reason)
}

func reject(ctx context.Context, tx pgx.Tx, id string, body []byte, reason error) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO calls.rejected (fact_id, body, reason) VALUES ($1, $2, $3) ON CONFLICT (fact_id) DO NOTHING`,
		text(id), readable(string(body)), readable(reason.Error()))
	if err != nil {
		return fmt.Errorf("journal: park fact %s: %w", id, err)
	}
	return nil
}

// readable makes any bytes a text that Postgres takes.
func readable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
