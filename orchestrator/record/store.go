package record

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// Store reads the schema calls.
type Store struct {
	db *pgxpool.Pool
}

// New returns a store on a database that holds journal.Migrations.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// Filter chooses calls; what is empty chooses all.
type Filter struct {
	Site   orchestrator.SiteID
	Agent  orchestrator.AgentID // whom the caller talked with, or whose phone rang for it
	Caller string               // the whole number
	From   time.Time            // arrived at or after
	To     time.Time            // arrived before
	Result orchestrator.Result
	Kind   Kind
	Way    orchestrator.Direction
	Text   string // within the caller's or called number, the caller's name, queue, agent or id

	Offset int
	Limit  int // 0: 50; at most 500
}

// Kind chooses calls by what happened in them.
type Kind string

// The kinds of calls one looks for.
const (
	AnyKind         Kind = ""
	WasTransferred  Kind = "transferred"
	WasMissed       Kind = "missed" // nobody here talked with the caller
	WithMessage     Kind = "message"
	WithCallback    Kind = "callback"
	WithMaskedSpan  Kind = "masked"
	WasDissatisfied Kind = "dissatisfied"
)

var ofKind = map[Kind]string{
	WasTransferred: `(r.transfers > 0 OR r.result = 'transferred')`,
	WasMissed: `(r.direction = 'in' AND r.answered_at IS NULL AND r.ended_at IS NOT NULL
		AND r.result NOT IN ('flow_ended', 'transferred', 'refused'))`,
	WithMessage:     `r.message`,
	WithCallback:    `r.callback`,
	WithMaskedSpan:  `r.masked`,
	WasDissatisfied: `r.rating = 3`,
}

const (
	usualLimit = 50
	mostLimit  = 500
)

// columns are those of Record, in its order, with the types Go wants.
const columns = `r.id::text, r.site, r.direction, r.trunk, r.called, r.caller, r.caller_name, r.area,
	r.flow, r.path, r.language, r.queue, r.skills,
	r.arrived_at, r.queued_at, r.first_offered_at, r.answered_at, r.talk_ended_at, r.ended_at,
	r.agent, r.offers, r.result, r.rating, r.cause, r.ended_by, r.recording,
	r.first_queue, r.transfers, r.held_seconds, r.masked, r.conference, r.message, r.callback, r.purpose, r.ticket, r.task`

// conditions writes the chosen part of a filter as SQL. Only what is asked for
// is in it, so that Postgres can use its indexes.
func (f Filter) conditions() (sql string, args []any) {
	sql = ` FROM calls.record r WHERE true`
	and := func(condition string, value any) {
		args = append(args, value)
		sql += ` AND ` + strings.ReplaceAll(condition, `$`, fmt.Sprintf(`$%d`, len(args)))
	}
	if f.Site != "" {
		and(`r.site = $`, clean(string(f.Site)))
	}
	if f.Agent != "" {
		and(`(r.agent = $ OR EXISTS (SELECT FROM calls.leg l
			WHERE l.call_id = r.id AND l.kind IN ('agent', 'colleague') AND l.agent = $))`, clean(string(f.Agent)))
	}
	if f.Caller != "" {
		and(`r.caller = $`, clean(f.Caller))
	}
	if !f.From.IsZero() {
		and(`r.arrived_at >= $`, f.From)
	}
	if !f.To.IsZero() {
		and(`r.arrived_at < $`, f.To)
	}
	if f.Result != "" {
		and(`r.result = $`, clean(string(f.Result)))
	}
	if f.Way != "" {
		and(`r.direction = $`, clean(string(f.Way)))
	}
	if only, known := ofKind[f.Kind]; known {
		sql += ` AND ` + only
	}
	if text := strings.TrimSpace(clean(f.Text)); text != "" {
		and(`(r.caller ILIKE $ OR r.called ILIKE $ OR r.caller_name ILIKE $
			OR r.queue ILIKE $ OR r.agent ILIKE $ OR r.id::text ILIKE $)`, "%"+escape.Replace(text)+"%")
	}
	return sql, args
}

// List returns the chosen calls, the latest first, and how many there are in
// all.
func (s *Store) List(ctx context.Context, f Filter) (records []Record, total int, err error) {
	matching, args := f.conditions()
	if err := s.db.QueryRow(ctx, `SELECT count(*)`+matching, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("record: count calls: %w", err)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = usualLimit
	}
	page := fmt.Sprintf(` ORDER BY r.arrived_at DESC, r.id DESC OFFSET %d LIMIT %d`, max(0, f.Offset), min(limit, mostLimit))
	rows, err := s.db.Query(ctx, `SELECT `+columns+matching+page, args...)
	if err == nil {
		records, err = pgx.CollectRows(rows, scanRecord)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("record: list calls: %w", err)
	}
	return records, total, nil
}

// Get returns a call with its legs, or ErrNotFound.
func (s *Store) Get(ctx context.Context, call orchestrator.CallID) (Detail, error) {
	if _, err := id.Parse(string(call)); err != nil {
		return Detail{}, fmt.Errorf("get call %.40q: %w", string(call), ErrNotFound)
	}
	rows, err := s.db.Query(ctx, `SELECT `+columns+` FROM calls.record r WHERE r.id = $1`, string(call))
	if err != nil {
		return Detail{}, fmt.Errorf("record: get call %s: %w", call, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	if errors.Is(err, pgx.ErrNoRows) {
		return Detail{}, fmt.Errorf("get call %s: %w", call, ErrNotFound)
	}
	if err != nil {
		return Detail{}, fmt.Errorf("record: get call %s: %w", call, err)
	}
	legs, err := s.legs(ctx, call)
	if err != nil {
		return Detail{}, err
	}
	talks, err := s.talks(ctx, call)
	return Detail{Record: r, Legs: legs, Talks: talks}, err
}

func (s *Store) talks(ctx context.Context, call orchestrator.CallID) ([]AgentTalk, error) {
	rows, err := s.db.Query(ctx, `
		SELECT agent, from_at, to_at, responsible, (held_seconds * 1e9)::bigint
		FROM calls.talk WHERE call_id = $1 ORDER BY from_at, agent`, string(call))
	var talks []AgentTalk
	if err == nil {
		talks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AgentTalk])
	}
	if err != nil {
		return nil, fmt.Errorf("record: talks of call %s: %w", call, err)
	}
	return talks, nil
}

func (s *Store) legs(ctx context.Context, call orchestrator.CallID) ([]Leg, error) {
	rows, err := s.db.Query(ctx, `
		SELECT channel, kind, agent, phone, started_at, ringing_at, answered_at, ended_at, outcome, cause, purpose, number
		FROM calls.leg WHERE call_id = $1 ORDER BY started_at, channel`, string(call))
	var legs []Leg
	if err == nil {
		legs, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Leg])
	}
	if err != nil {
		return nil, fmt.Errorf("record: legs of call %s: %w", call, err)
	}
	return legs, nil
}

// OfCaller returns the calls of a number to a site that arrived before a
// moment, the latest first. A call without number has no earlier ones.
func (s *Store) OfCaller(ctx context.Context, site orchestrator.SiteID, caller string, before time.Time, limit int) ([]Record, error) {
	if caller == "" {
		return nil, nil
	}
	rows, err := s.db.Query(ctx, `SELECT `+columns+` FROM calls.record r
		WHERE r.site = $1 AND r.caller = $2 AND r.arrived_at < $3
		ORDER BY r.arrived_at DESC, r.id DESC LIMIT $4`,
		clean(string(site)), clean(caller), before, min(max(limit, 1), mostLimit))
	var records []Record
	if err == nil {
		records, err = pgx.CollectRows(rows, scanRecord)
	}
	if err != nil {
		return nil, fmt.Errorf("record: earlier calls of a caller: %w", err)
	}
	return records, nil
}

// AgentToday returns what each agent of a site has done since a moment, which
// is the begin of the day where the site is. Agents whom nobody was offered to
// are not in it. A talk that goes on counts until its end.
func (s *Store) AgentToday(ctx context.Context, site orchestrator.SiteID, from time.Time) (map[orchestrator.AgentID]Figures, error) {
	rows, err := s.db.Query(ctx, `
		SELECT l.agent, count(*), count(l.answered_at),
			count(*) FILTER (WHERE l.outcome IN ('no_answer', 'busy', 'rejected', 'unreachable')),
			coalesce(extract(epoch FROM sum(l.ended_at - l.answered_at)), 0)::float8
		FROM calls.leg l JOIN calls.record r ON r.id = l.call_id
		WHERE r.site = $1 AND l.kind = 'agent' AND l.purpose = '' AND l.agent <> '' AND l.started_at >= $2
		GROUP BY l.agent`, clean(string(site)), from)
	if err != nil {
		return nil, fmt.Errorf("record: figures of the agents of %s: %w", site, err)
	}
	figures := map[orchestrator.AgentID]Figures{}
	var agent orchestrator.AgentID
	var f Figures
	var seconds float64
	_, err = pgx.ForEachRow(rows, []any{&agent, &f.Offered, &f.Answered, &f.Missed, &seconds}, func() error {
		f.TalkTime = time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
		figures[agent] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("record: figures of the agents of %s: %w", site, err)
	}
	return figures, nil
}

func scanRecord(row pgx.CollectableRow) (Record, error) { return pgx.RowToStructByPos[Record](row) }

// clean drops what no text in Postgres holds, so that asking for it finds
// nothing instead of failing.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
