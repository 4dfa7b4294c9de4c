package tasks

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// EventKind says what of a call matters to items.
type EventKind string

// The kinds, each with the fields of Event it needs besides Site, Call and At.
const (
	CallEnded     EventKind = "ended"    // Result
	CallAnswered  EventKind = "answered" // Agent
	MessageLeft   EventKind = "message"
	CallbackAsked EventKind = "callback" // Number, Entered, Due, Queue
	CallRated     EventKind = "rated"    // Agent, Score
	CallDialled   EventKind = "dialled"  // Agent, Task; Parent
)

// Event is what happened to a call.
type Event struct {
	Kind    EventKind
	Site    string
	Call    string
	At      time.Time
	Agent   string
	Number  string
	Queue   string
	Task    string
	Result  string
	Score   int
	Entered time.Time
	Due     time.Time
	Parent  string // the call that is called back
}

// dissatisfied is the score 不满意.
const dissatisfied = 3

// past is what the call's record says.
type past struct {
	direction, caller, queue, agent, result, purpose string

	arrived          time.Time
	queued, ended    *time.Time
	message, askedUs bool
}

// Follow makes, merges and closes items as facts demand it, in the transaction
// that applies them and after the call records have been brought up to date.
func (s *Store) Follow(ctx context.Context, tx pgx.Tx, events []Event) error {
	for _, e := range events {
		if _, err := id.Parse(e.Call); err != nil {
			continue
		}
		if err := s.follow(ctx, tx, e); err != nil {
			return fmt.Errorf("tasks: %s of call %s: %w", e.Kind, e.Call, err)
		}
	}
	return nil
}

func (s *Store) follow(ctx context.Context, tx pgx.Tx, e Event) error {
	if e.Kind == CallDialled {
		return dialled(ctx, tx, e)
	}
	p, err := recordOf(ctx, tx, e.Call)
	if noRows(err) {
		return nil // a call that the records do not know has left nothing behind
	}
	if err != nil {
		return err
	}
	inbound := p.direction == "in"
	switch {
	case e.Kind == CallEnded && !inbound:
		return dialledEnded(ctx, tx, e)
	case e.Kind == CallEnded && e.Result == "lost":
		return s.make(ctx, tx, e, item{kind: Lost, number: p.caller, queue: p.queue, agent: p.agent, at: e.At})
	case e.Kind == CallEnded:
		return s.missed(ctx, tx, e, p)
	case e.Kind == CallAnswered && inbound:
		return reached(ctx, tx, e, p.caller)
	case e.Kind == MessageLeft:
		return s.make(ctx, tx, e, item{kind: Message, number: p.caller, queue: p.queue, at: e.At})
	case e.Kind == CallbackAsked:
		i := item{kind: Callback, number: e.Number, queue: e.Queue, at: e.Entered, due: e.Due}
		if i.number == "" {
			i.number = p.caller
		}
		if i.at.IsZero() {
			i.at = e.At
		}
		return s.make(ctx, tx, e, i)
	case e.Kind == CallRated && e.Score == dissatisfied:
		i := item{kind: LowRating, number: p.caller, queue: p.queue, agent: e.Agent, at: e.At}
		if i.agent == "" {
			i.agent = p.agent
		}
		return s.make(ctx, tx, e, i)
	}
	return nil
}

func recordOf(ctx context.Context, tx pgx.Tx, call string) (past, error) {
	var p past
	err := tx.QueryRow(ctx, `
		SELECT direction, caller, CASE WHEN queue = '' THEN first_queue ELSE queue END, agent, result, purpose,
			arrived_at, queued_at, ended_at, message, callback
		FROM calls.record WHERE id = $1`, call).
		Scan(&p.direction, &p.caller, &p.queue, &p.agent, &p.result, &p.purpose, &p.arrived, &p.queued, &p.ended, &p.message, &p.askedUs)
	return p, err
}

// missed notes a caller who gave up, unless the wait was shorter than the site
// cares for, nobody could be called back, there is another item of the call, or
// the caller has reached a person since.
func (s *Store) missed(ctx context.Context, tx pgx.Tx, e Event, p past) error {
	if e.Result != "abandoned_queue" && e.Result != "abandoned_flow" || p.caller == "" || p.message || p.askedUs {
		return nil
	}
	from := p.arrived
	if p.queued != nil {
		from = *p.queued
	}
	c, _, err := settingOf(ctx, tx, e.Site)
	if err != nil {
		return err
	}
	waited := e.At.Sub(from)
	if waited < time.Duration(c.MissedSeconds)*time.Second {
		return nil
	}
	var since bool // two journals may come in any order
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM calls.record
			WHERE site = $1 AND caller = $2 AND direction = 'in' AND answered_at > $3)`, e.Site, p.caller, e.At).Scan(&since)
	if err != nil || since {
		return err
	}
	return s.make(ctx, tx, e, item{kind: Missed, number: p.caller, queue: p.queue, at: e.At, waited: int(waited.Seconds())})
}

// reached closes what was to be done for a caller who speaks with a person now.
// Messages and complaints are read all the same.
func reached(ctx context.Context, tx pgx.Tx, e Event, number string) error {
	if number == "" {
		return nil
	}
	if err := lockNumber(ctx, tx, e.Site, number); err != nil {
		return err
	}
	return closeReached(ctx, tx, e, `t.site = $3 AND t.number = $4 AND t.kind IN ('missed', 'lost', 'callback') AND t.first_at <= $1`, e.Site, number)
}

// closeReached closes the items that a condition chooses; its own arguments
// begin with $3.
func closeReached(ctx context.Context, tx pgx.Tx, e Event, which string, args ...any) error {
	_, err := tx.Exec(ctx, `
		WITH before AS (
			SELECT t.id, t.state FROM tasks.task t WHERE t.state IN ('open', 'taken') AND `+which+` FOR UPDATE),
		closed AS (
			UPDATE tasks.task t SET state = 'done', outcome = 'reached', changed_at = $1
			FROM before WHERE t.id = before.id RETURNING t.id, before.state AS was)
		INSERT INTO tasks.task_log (task_id, at, by_person, action, from_state, to_state, person, note)
		SELECT id, $1, '', 'reached', was, 'done', $2, '' FROM closed`, append([]any{e.At, clean(e.Agent)}, args...)...)
	return err
}

// dialled notes the attempt that a call is. Who dials for everybody's item
// takes it.
func dialled(ctx context.Context, tx pgx.Tx, e Event) error {
	task := e.Task
	if _, err := id.Parse(e.Parent); task == "" && err == nil {
		err := tx.QueryRow(ctx, `
			SELECT t.id::text FROM tasks.task_call c JOIN tasks.task t ON t.id = c.task_id
			WHERE c.call_id = $1 AND t.state IN ('open', 'taken') ORDER BY t.kind = 'callback' DESC, t.first_at LIMIT 1`, e.Parent).Scan(&task)
		if err != nil && !noRows(err) {
			return err
		}
	}
	if task == "" {
		return nil
	}
	if err := attempt(ctx, tx, task, e.Call, e.At, e.Agent, ""); err != nil || e.Agent == "" {
		return err
	}
	if _, err := id.Parse(task); err != nil {
		return nil //nolint:nilerr // the item is none of ours
	}
	_, err := tx.Exec(ctx, `
		WITH taken AS (
			UPDATE tasks.task SET state = 'taken', owner = $2, changed_at = $3
			WHERE id = $1 AND state = 'open' RETURNING id)
		INSERT INTO tasks.task_log (task_id, at, by_person, action, from_state, to_state)
		SELECT id, $3, $2, 'take', 'open', 'taken' FROM taken`, task, clean(e.Agent), e.At)
	return err
}

// dialledEnded notes how an attempt ended. Who asked to be called back and has
// talked with us needs no more.
func dialledEnded(ctx context.Context, tx pgx.Tx, e Event) error {
	var task string
	var kind Kind
	err := tx.QueryRow(ctx, `
		SELECT t.id::text, t.kind FROM tasks.attempt a JOIN tasks.task t ON t.id = a.task_id WHERE a.call_id = $1`, e.Call).Scan(&task, &kind)
	if noRows(err) {
		return nil
	}
	if err == nil {
		err = attempt(ctx, tx, task, e.Call, e.At, "", e.Result)
	}
	if err != nil || kind != Callback || e.Result != "answered" {
		return err
	}
	return closeReached(ctx, tx, e, `t.id = $3`, task)
}
