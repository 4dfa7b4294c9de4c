package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/config"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/roster"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/ticketing"
	"github.com/yihaotong/yihaotong/tollfraud"
	"github.com/yihaotong/yihaotong/web"
	"github.com/yihaotong/yihaotong/web/auth"
	"github.com/yihaotong/yihaotong/web/console"
)

// newEdge builds what people and programs see.
func newEdge(c config.Config, pool *pgxpool.Pool, people *directory.Store, n *node, floor *live.Store,
	metrics http.Handler, log *slog.Logger,
) (*web.Server, error) {
	options, err := vaultOptions(c)
	if err != nil {
		return nil, err
	}
	vault, err := recording.NewVault(pool, c.Data.Dir, options...)
	if err != nil {
		return nil, err
	}
	inspections := newQuality(pool, vault, people)
	n.clerk = quality.NewClerk(inspections, log)
	n.transcriber = newTranscriber(c, pool, n.tasks, vault, log)
	return web.New(web.Deps{
		Config:     web.Config{SIP: c.Asterisk.SIP, SIPURL: c.Asterisk.WS, Console: console.Handler(), Metrics: metrics},
		Sessions:   auth.New(pool, auth.Limits{Idle: c.Session.Idle, Max: c.Session.Max}),
		People:     people,
		Catalogue:  people,
		Desks:      n.engine,
		Phones:     n.sw,
		Flows:      n.registry,
		Floor:      floor,
		Records:    record.New(pool),
		Tickets:    ticketing.New(pool, categories{people}, nil),
		Recordings: vault,
		Archive:    vault,
		Quality:    inspections,
		Figures:    statistics.New(pool),
		Health:     vitals{pool, n.journal},
		Tasks:      n.tasks,
		Roster:     roster.New(pool),
		WorkDays:   people,
		PastCalls:  pastCalls{pool},
		Outbound:   tollfraud.NewStore(pool),
		Numbers:    people,
		Guard:      guard{n.guard, n.registry},
		Alarms:     web.Alarms{Centre: n.alarms, Book: alarm.New(pool)},
		Machine:    n.machine,
		Log:        log,
	}), nil
}

// vitals tells the edge about the database and what waits for it.
type vitals struct {
	*pgxpool.Pool
	journal *journal.Journal
}

// Lag is how many facts are not in Postgres yet.
func (v vitals) Lag() int { return v.journal.Lag() }

// categories tells ticketing what the directory knows of a category.
type categories struct{ people *directory.Store }

// Category implements ticketing.Categories.
func (c categories) Category(ctx context.Context, code string) (*ticketing.Category, error) {
	set, err := c.people.Categories(ctx)
	if err != nil {
		return nil, err
	}
	found, ok := set.Find(code)
	if !ok {
		return nil, nil
	}
	return &ticketing.Category{Code: found.Code, Version: set.Version, InScope: found.InScope}, nil
}
