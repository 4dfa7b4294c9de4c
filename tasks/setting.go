package tasks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Assign says who gets a new item.
type Assign string

// The ways of giving out new items.
const (
	ToNobody   Assign = "none"        // whoever takes it
	RoundRobin Assign = "round_robin" // one after the other
	LastAgent  Assign = "last_agent"  // who last talked with the caller, else nobody
)

// Setting is how a site wants its items.
type Setting struct {
	Assign        Assign
	MissedSeconds int // whoever gives up sooner leaves no item behind
	MergeMinutes  int // the same caller again within this is the same item

	// Minutes until an item is due.
	DueMissed, DueMessage, DueCallback, DueLowRating, DueLost int
}

// usual is what holds for a site that has said nothing.
var usual = Setting{
	Assign: ToNobody, MissedSeconds: 5, MergeMinutes: 240,
	DueMissed: 30, DueMessage: 120, DueCallback: 15, DueLowRating: 1440, DueLost: 15,
}

// Due is when an item must be done that came up at a moment.
func (c Setting) Due(k Kind, at time.Time) time.Time {
	minutes := map[Kind]int{
		Missed: c.DueMissed, Message: c.DueMessage, Callback: c.DueCallback, LowRating: c.DueLowRating, Lost: c.DueLost,
	}[k]
	return at.Add(time.Duration(minutes) * time.Minute)
}

// Setting returns what a site wants.
func (s *Store) Setting(ctx context.Context, site string) (Setting, error) {
	c, _, err := settingOf(ctx, s.db, site)
	return c, err
}

func settingOf(ctx context.Context, db querier, site string) (c Setting, lastGiven string, err error) {
	rows, err := db.Query(ctx, `
		SELECT assign, missed_seconds, merge_minutes, due_missed, due_message, due_callback, due_low_rating, due_lost, last_given
		FROM tasks.setting WHERE site = $1`, clean(site))
	if err != nil {
		return usual, "", fmt.Errorf("tasks: setting of site %s: %w", site, err)
	}
	c = usual
	_, err = pgx.ForEachRow(rows, []any{
		&c.Assign, &c.MissedSeconds, &c.MergeMinutes, &c.DueMissed, &c.DueMessage, &c.DueCallback, &c.DueLowRating, &c.DueLost, &lastGiven,
	}, func() error { return nil })
	if err != nil {
		return usual, "", fmt.Errorf("tasks: setting of site %s: %w", site, err)
	}
	return c, lastGiven, nil
}

// SetSetting changes what a site wants, for items to come. Errors: ErrSetting.
func (s *Store) SetSetting(ctx context.Context, c Setting, by Person, now time.Time) error {
	_, err := s.db.Exec(ctx, `
		INSERT INTO tasks.setting (site, assign, missed_seconds, merge_minutes,
			due_missed, due_message, due_callback, due_low_rating, due_lost, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (site) DO UPDATE SET assign = excluded.assign, missed_seconds = excluded.missed_seconds,
			merge_minutes = excluded.merge_minutes, due_missed = excluded.due_missed, due_message = excluded.due_message,
			due_callback = excluded.due_callback, due_low_rating = excluded.due_low_rating, due_lost = excluded.due_lost,
			changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
		by.Site, string(c.Assign), c.MissedSeconds, c.MergeMinutes,
		c.DueMissed, c.DueMessage, c.DueCallback, c.DueLowRating, c.DueLost, by.ID, now)
	var said *pgconn.PgError
	if errors.As(err, &said) && said.ConstraintName != "" {
		return ErrSetting
	}
	if err != nil {
		return fmt.Errorf("tasks: change the setting of site %s: %w", by.Site, err)
	}
	return nil
}

// next is who follows in a round: the first after the last one, in the order of
// employee numbers; "" when there is nobody but those who must not.
func next(able []string, last string, not string) string {
	able = slices.Sorted(slices.Values(able))
	at := len(able)
	for i, a := range able {
		if a > last {
			at = i
			break
		}
	}
	for i := range able {
		if a := able[(at+i)%len(able)]; a != not {
			return a
		}
	}
	return ""
}
