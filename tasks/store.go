package tasks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Agents tells who may be given items of a site: employee numbers.
type Agents func(ctx context.Context, site string) ([]string, error)

// Store keeps items in Postgres.
type Store struct {
	db         *pgxpool.Pool
	agents     Agents
	transcribe bool
}

// New returns a store on a database that holds Migrations and the schema calls.
// Transcribe tells whether messages are turned into text by a machine; their
// jobs are then in River's schema.
func New(db *pgxpool.Pool, agents Agents, transcribe bool) *Store {
	return &Store{db: db, agents: agents, transcribe: transcribe}
}

// Transcribes reports whether messages are turned into text by a machine.
func (s *Store) Transcribes() bool { return s.transcribe }

const columns = `t.id::text, t.site, t.kind, t.state, t.owner, t.number, t.queue, t.agent, t.call_id::text, t.times,
	t.first_at, t.last_at, t.due_at, t.waited_seconds, t.outcome, t.closing,
	t.transcript, t.transcript_state, t.transcript_fault, t.changed_at,
	(SELECT count(*) FROM tasks.attempt a WHERE a.task_id = t.id)`

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func query(ctx context.Context, db querier, sql string, args ...any) ([]Task, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Task])
}

// Filter chooses items; what is empty chooses all.
type Filter struct {
	For     Person
	Kinds   []Kind
	States  []State
	Owner   string // employee number, "me", or "none"
	Overdue bool
	Query   string // within number, transcript, closing, notes
	Page    int    // from 1
	Size    int
	Now     time.Time
}

func (f Filter) conditions() (sql string, args []any) {
	args = []any{f.For.Site}
	sql = ` FROM tasks.task t WHERE t.site = $1`
	and := func(condition string, value any) {
		args = append(args, value)
		sql += ` AND ` + strings.ReplaceAll(condition, `$`, fmt.Sprintf(`$%d`, len(args)))
	}
	if !f.For.Supervises {
		and(`(t.owner = $ OR t.state = 'open')`, f.For.ID)
	}
	if len(f.Kinds) > 0 {
		and(`t.kind = ANY($)`, texts(f.Kinds))
	}
	if len(f.States) > 0 {
		and(`t.state = ANY($)`, texts(f.States))
	}
	switch f.Owner {
	case "":
	case "me":
		and(`t.owner = $`, f.For.ID)
	case "none":
		sql += ` AND t.owner = ''`
	default:
		and(`t.owner = $`, clean(f.Owner))
	}
	if f.Overdue {
		and(`t.state IN ('open', 'taken') AND t.due_at < $`, f.Now)
	}
	if text := strings.TrimSpace(clean(f.Query)); text != "" {
		and(`(t.number LIKE $ OR t.transcript ILIKE $ OR t.closing ILIKE $ OR EXISTS (
			SELECT FROM tasks.task_log l WHERE l.task_id = t.id AND l.note ILIKE $))`, "%"+escape.Replace(text)+"%")
	}
	return sql, args
}

// List returns the chosen items, those without owner first, then by the time
// they are due; what is over comes last, the latest first.
func (s *Store) List(ctx context.Context, f Filter) ([]Task, int, error) {
	matching, args := f.conditions()
	var total int
	if err := s.db.QueryRow(ctx, `SELECT count(*)`+matching, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("tasks: count items: %w", err)
	}
	size := min(max(f.Size, 1), 200)
	list, err := query(ctx, s.db, fmt.Sprintf(`SELECT %s%s
		ORDER BY CASE t.state WHEN 'open' THEN 0 WHEN 'taken' THEN 1 ELSE 2 END,
			CASE WHEN t.state IN ('open', 'taken') THEN t.due_at END, t.changed_at DESC, t.id
		OFFSET %d LIMIT %d`, columns, matching, (max(f.Page, 1)-1)*size, size), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("tasks: list items: %w", err)
	}
	return list, total, nil
}

// Counts are what waits for a person.
type Counts struct{ Open, Mine, Overdue int }

// Count counts what waits for a person: everybody's items, one's own, and of
// these the overdue ones.
func (s *Store) Count(ctx context.Context, p Person, now time.Time) (Counts, error) {
	var c Counts
	err := s.db.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE owner = ''), count(*) FILTER (WHERE owner = $2),
			count(*) FILTER (WHERE due_at < $3 AND owner IN ('', $2))
		FROM tasks.task WHERE site = $1 AND state IN ('open', 'taken')`, p.Site, p.ID, now).Scan(&c.Open, &c.Mine, &c.Overdue)
	if err != nil {
		return c, fmt.Errorf("tasks: count what waits: %w", err)
	}
	return c, nil
}

// Get returns an item, if it exists for the person; otherwise ErrNotFound.
func (s *Store) Get(ctx context.Context, task string, p Person) (Task, error) {
	if _, err := id.Parse(task); err != nil {
		return Task{}, ErrNotFound
	}
	list, err := query(ctx, s.db, `SELECT `+columns+` FROM tasks.task t WHERE t.id = $1`, task)
	if err != nil {
		return Task{}, fmt.Errorf("tasks: read item %s: %w", task, err)
	}
	if len(list) == 0 || !p.MaySee(list[0]) {
		return Task{}, ErrNotFound
	}
	return list[0], nil
}

// Detail returns an item with its calls, attempts and history.
func (s *Store) Detail(ctx context.Context, task string, p Person) (Detail, error) {
	t, err := s.Get(ctx, task, p)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Task: t}
	rows, err := s.db.Query(ctx, `SELECT call_id::text FROM tasks.task_call WHERE task_id = $1 ORDER BY at, call_id LIMIT 200`, task)
	if err == nil {
		d.Calls, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err == nil {
		rows, err = s.db.Query(ctx, `SELECT call_id::text, at, agent, outcome FROM tasks.attempt WHERE task_id = $1 ORDER BY at LIMIT 200`, task)
	}
	if err == nil {
		d.Attempts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Attempt])
	}
	if err == nil {
		rows, err = s.db.Query(ctx, `
			SELECT at, by_person, action, from_state, to_state, person, note FROM tasks.task_log WHERE task_id = $1 ORDER BY id LIMIT 500`, task)
	}
	if err == nil {
		d.Log, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LogEntry])
	}
	if err != nil {
		return Detail{}, fmt.Errorf("tasks: read around item %s: %w", task, err)
	}
	return d, nil
}

// Number returns whom to dial for an item that the person may work on: one's
// own, or one that waits for anybody. Errors: ErrNotFound, ErrNoNumber.
func (s *Store) Number(ctx context.Context, task string, p Person) (string, error) {
	t, err := s.Get(ctx, task, p)
	if err != nil {
		return "", err
	}
	if t.Number == "" {
		return "", ErrNoNumber
	}
	return t.Number, nil
}

// Attempt notes a call made for an item, and how it ended; it may come twice.
// An item that does not exist is no error: a call is a call.
func (s *Store) Attempt(ctx context.Context, task, call string, at time.Time, agent, outcome string) error {
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error { return attempt(ctx, tx, task, call, at, agent, outcome) })
}

func attempt(ctx context.Context, tx pgx.Tx, task, call string, at time.Time, agent, outcome string) error {
	if _, err := id.Parse(task); err != nil {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO tasks.attempt AS a (task_id, call_id, at, agent, outcome)
		SELECT id, $2, $3, $4, $5 FROM tasks.task WHERE id = $1
		ON CONFLICT (task_id, call_id) DO UPDATE SET
			at = least(a.at, excluded.at),
			agent = coalesce(nullif(excluded.agent, ''), a.agent),
			outcome = coalesce(nullif(excluded.outcome, ''), a.outcome)`, task, call, at, clean(agent), clean(outcome))
	if err != nil {
		return fmt.Errorf("note an attempt at item %s: %w", task, err)
	}
	return nil
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = clean(string(v))
	}
	return out
}

// clean drops what no text in Postgres holds.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func noRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// Concerns reports whether the person works on an item of a call, or could, and
// so may look at the call; and whether it is a message, which may be heard.
func (s *Store) Concerns(ctx context.Context, call string, p Person) (look, hear bool, err error) {
	if _, err := id.Parse(call); err != nil {
		return false, false, nil
	}
	err = s.db.QueryRow(ctx, `
		SELECT count(*) > 0, count(*) FILTER (WHERE t.kind = 'message') > 0
		FROM tasks.task_call c JOIN tasks.task t ON t.id = c.task_id
		WHERE c.call_id = $1 AND t.site = $2 AND (t.owner = $3 OR t.state = 'open' OR $4)`,
		call, p.Site, p.ID, p.Supervises).Scan(&look, &hear)
	if err != nil {
		return false, false, fmt.Errorf("tasks: items of call %s: %w", call, err)
	}
	return look, hear, nil
}
