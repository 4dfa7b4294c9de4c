package tasks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/internal/id"
)

// move is one step of an item: who may make it is in the guard.
type move struct {
	action string
	set    string // of the UPDATE, with $4 the person it is given to and $5 the text
	guard  string // of the WHERE, with $2 who acts and $3 whether that person supervises
}

var moves = map[string]move{
	"take":    {"take", `state = 'taken', owner = $2`, `(t.state = 'open' OR t.state = 'taken' AND (t.owner = $2 OR $3))`},
	"assign":  {"assign", `state = 'taken', owner = $4`, `t.state IN ('open', 'taken') AND $3`},
	"release": {"release", `state = 'open', owner = ''`, `t.state = 'taken' AND (t.owner = $2 OR $3)`},
	"done":    {"done", `state = 'done', outcome = $4, closing = $5, ` + whoever, workable},
	"drop":    {"drop", `state = 'dropped', closing = $5, ` + whoever, workable},
	"note":    {"note", `state = t.state`, `(t.owner IN ('', $2) OR $3)`},
}

// Who closes everybody's item owns it.
const (
	whoever  = `owner = CASE WHEN t.owner = '' THEN $2 ELSE t.owner END`
	workable = `t.state IN ('open', 'taken') AND (t.owner IN ('', $2) OR $3)`
)

// mostWords bounds what a person writes, in characters.
const mostWords = 500

// Take makes an item the person's own.
func (s *Store) Take(ctx context.Context, task string, by Person, now time.Time) (Task, error) {
	return s.move(ctx, "take", task, by, "", "", now)
}

// Release gives an item back to everybody.
func (s *Store) Release(ctx context.Context, task string, by Person, why string, now time.Time) (Task, error) {
	return s.move(ctx, "release", task, by, "", why, now)
}

// Done closes an item with an outcome; words are optional.
func (s *Store) Done(ctx context.Context, task string, by Person, how Outcome, words string, now time.Time) (Task, error) {
	if !slices.Contains(Outcomes, how) {
		return Task{}, ErrOutcome
	}
	return s.move(ctx, "done", task, by, string(how), words, now)
}

// Drop closes an item that nothing is to be done about; it needs a reason.
func (s *Store) Drop(ctx context.Context, task string, by Person, why string, now time.Time) (Task, error) {
	if n := utf8.RuneCountInString(strings.TrimSpace(why)); n < 2 || n > mostWords {
		return Task{}, ErrNoReason
	}
	return s.move(ctx, "drop", task, by, "", why, now)
}

// Note adds a line to an item's history.
func (s *Store) Note(ctx context.Context, task string, by Person, words string, now time.Time) (Task, error) {
	if strings.TrimSpace(words) == "" {
		return Task{}, ErrEmpty
	}
	return s.move(ctx, "note", task, by, "", words, now)
}

// Assign gives items to an agent of the site. It returns how many were given;
// those that are over meanwhile are left alone.
func (s *Store) Assign(ctx context.Context, tasks []string, to string, by Person, now time.Time) (int, error) {
	if !by.Supervises {
		return 0, ErrForbidden
	}
	able, err := s.agents(ctx, by.Site)
	if err != nil {
		return 0, fmt.Errorf("tasks: who works at %s: %w", by.Site, err)
	}
	if !slices.Contains(able, to) {
		return 0, ErrNoPerson
	}
	given := 0
	for _, task := range tasks {
		if _, err := id.Parse(task); err != nil {
			continue
		}
		n, err := s.exec(ctx, moves["assign"], task, by, to, "", now)
		if err != nil {
			return given, err
		}
		given += n
	}
	return given, nil
}

func (s *Store) move(ctx context.Context, action, task string, by Person, with, words string, now time.Time) (Task, error) {
	words = strings.TrimSpace(clean(words))
	if utf8.RuneCountInString(words) > mostWords {
		return Task{}, ErrTooLong
	}
	everything := by // an item that is somebody else's by now is still told of
	everything.Supervises = true
	before, err := s.Get(ctx, task, everything)
	switch {
	case err != nil:
		return Task{}, err
	case !by.MaySee(before) && action == "take" && before.Pending():
		return Task{}, &MoveError{Action: action, Now: before}
	case !by.MaySee(before):
		return Task{}, ErrNotFound
	}
	n, err := s.exec(ctx, moves[action], task, by, with, words, now)
	if err != nil {
		return Task{}, err
	}
	after, err := s.Get(ctx, task, everything)
	if err != nil {
		return Task{}, err
	}
	if n == 0 {
		return Task{}, &MoveError{Action: action, Now: after}
	}
	return after, nil
}

// exec makes a move and its line of history in one statement. None made: the
// guard did not hold.
func (s *Store) exec(ctx context.Context, m move, task string, by Person, with, words string, now time.Time) (int, error) {
	tag, err := s.db.Exec(ctx, `
		WITH before AS (
			SELECT t.id, t.state FROM tasks.task t
			WHERE t.id = $1 AND t.site = $7 AND `+m.guard+` FOR UPDATE),
		moved AS (
			UPDATE tasks.task t SET `+m.set+`, changed_at = $6
			FROM before WHERE t.id = before.id AND $4::text IS NOT NULL AND $5::text IS NOT NULL
			RETURNING t.id, before.state AS was, t.state AS now)
		INSERT INTO tasks.task_log (task_id, at, by_person, action, from_state, to_state, person, note)
		SELECT id, $6, $2, $8, was, now, CASE WHEN $8 = 'assign' THEN $4 ELSE '' END, $5 FROM moved`,
		task, by.ID, by.Supervises, with, words, now, by.Site, m.action)
	if err != nil {
		return 0, fmt.Errorf("tasks: %s item %s: %w", m.action, task, err)
	}
	return int(tag.RowsAffected()), nil
}
