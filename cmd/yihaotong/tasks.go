package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/config"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/web"
)

// newTasks makes the store of work that calls leave behind.
func newTasks(c config.Config, pool *pgxpool.Pool, people *directory.Store) *tasks.Store {
	able := func(ctx context.Context, site string) ([]string, error) {
		all, err := people.People(ctx, site)
		return web.Able(all), err
	}
	return tasks.New(pool, able, c.Speech.Transcribe != "")
}

// newTranscriber makes what turns messages into text; nil: no engine is
// configured.
func newTranscriber(c config.Config, pool *pgxpool.Pool, store *tasks.Store, vault *recording.Vault, log *slog.Logger) *tasks.Transcriber {
	if c.Speech.Transcribe == "" {
		return nil
	}
	return tasks.NewTranscriber(store, messages{vault, record.New(pool)}, tasks.Engine{URL: c.Speech.Transcribe}, log)
}

// followTasks makes items of facts, in the transaction that applies them.
func followTasks(store *tasks.Store) func(context.Context, pgx.Tx, []orchestrator.Fact) error {
	return func(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
		var events []tasks.Event
		for _, f := range facts {
			if e, ok := taskEvent(f); ok {
				events = append(events, e)
			}
		}
		return store.Follow(ctx, tx, events)
	}
}

// taskEvent is what a fact means for items; false: nothing.
func taskEvent(f orchestrator.Fact) (tasks.Event, bool) {
	kind, ok := map[orchestrator.FactKind]tasks.EventKind{
		orchestrator.CallEnded: tasks.CallEnded, orchestrator.CallAnswered: tasks.CallAnswered,
		orchestrator.CallMessage: tasks.MessageLeft, orchestrator.CallCallback: tasks.CallbackAsked,
		orchestrator.CallRated: tasks.CallRated, orchestrator.CallDialled: tasks.CallDialled,
	}[f.Kind]
	d := f.Data
	return tasks.Event{
		Kind: kind, Site: string(f.Site), Call: string(f.Call), At: f.At, Agent: string(f.Agent), Number: d.Number, Queue: string(d.Queue),
		Task: d.Task, Result: string(d.Result), Score: d.Score, Entered: d.Entered, Due: d.Due, Parent: string(d.Parent),
	}, ok
}

// messages gives tasks the recordings of messages.
type messages struct {
	vault *recording.Vault
	calls *record.Store
}

// Sound implements tasks.Sounds.
func (s messages) Sound(ctx context.Context, call string) (io.ReadCloser, error) {
	// Only with its end a call gets a recording, and the caller may still be
	// listening to our thanks for the message.
	known, lost := s.calls.Get(ctx, orchestrator.CallID(call))
	wav, _, err := s.vault.Open(ctx, call)
	switch {
	case errors.Is(err, recording.ErrNone) && lost == nil && known.Record.EndedAt == nil:
		return nil, fmt.Errorf("%w: the call goes on", tasks.ErrNotYet)
	case errors.Is(err, recording.ErrPending):
		return nil, fmt.Errorf("%w: %w", tasks.ErrNotYet, err)
	case errors.Is(err, recording.ErrNone), errors.Is(err, recording.ErrFailed):
		return nil, fmt.Errorf("%w: %w", tasks.ErrNoSound, err)
	case err != nil:
		return nil, err
	}
	return wav, nil
}
