package alarm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Episode is something that was wrong, from its begin to its end.
type Episode struct {
	ID        string
	Site      string
	Rule      string
	Kind      Kind
	Severity  Severity
	Sound     bool
	Subject   string
	Name      string // of the subject
	Threshold float64
	Value     float64    // when it was told
	Worst     float64    // while it lasted; known at its end
	Begun     time.Time  // went wrong
	Opened    time.Time  // was told
	AckedBy   string     // employee number; empty: nobody yet
	AckedAt   *time.Time //
	Note      string     // of who acknowledged
	Closed    *time.Time // nil: still wrong
	Why       Why        // it has ended
}

const episodeColumns = `id::text, site, rule::text, kind, severity, sound, subject, name, threshold, value, worst,
	begun_at, opened_at, coalesce(acked_by, ''), acked_at, coalesce(ack_note, ''), closed_at, coalesce(why, '')`

func scanEpisode(row pgx.CollectableRow) (Episode, error) {
	var e Episode
	err := row.Scan(&e.ID, &e.Site, &e.Rule, &e.Kind, &e.Severity, &e.Sound, &e.Subject, &e.Name, &e.Threshold, &e.Value, &e.Worst,
		&e.Begun, &e.Opened, &e.AckedBy, &e.AckedAt, &e.Note, &e.Closed, &e.Why)
	return e, err
}

// mostOpen bounds what is shown at once: nobody reads more.
const mostOpen = 500

// Open returns the episodes of a site that go on, the newest first.
func (s *Store) Open(ctx context.Context, site string) ([]Episode, error) {
	return s.episodes(ctx, `SELECT `+episodeColumns+` FROM alarm.episode
		WHERE site = $1 AND closed_at IS NULL ORDER BY opened_at DESC, id DESC LIMIT $2`, site, mostOpen)
}

// Past returns the episodes of a site that were told from one moment until
// before another, the newest first, and how many there are in all.
func (s *Store) Past(ctx context.Context, site string, from, to time.Time, limit, offset int) ([]Episode, int, error) {
	var total int
	err := s.db.QueryRow(ctx, `SELECT count(*) FROM alarm.episode
		WHERE site = $1 AND opened_at >= $2 AND opened_at < $3`, site, from, to).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("alarm: count episodes of site %s: %w", site, err)
	}
	list, err := s.episodes(ctx, `SELECT `+episodeColumns+` FROM alarm.episode
		WHERE site = $1 AND opened_at >= $2 AND opened_at < $3
		ORDER BY opened_at DESC, id DESC LIMIT $4 OFFSET $5`, site, from, to, limit, offset)
	return list, total, err
}

func (s *Store) episodes(ctx context.Context, sql string, args ...any) ([]Episode, error) {
	rows, err := s.db.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("alarm: read episodes: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanEpisode)
	if err != nil {
		return nil, fmt.Errorf("alarm: read episodes: %w", err)
	}
	return list, nil
}

// longestNote is how much may be said when acknowledging.
const longestNote = 500

// Acknowledge writes down that somebody cares. Who was first stays; the second
// is told ErrStale.
func (s *Store) Acknowledge(ctx context.Context, site, episode, by, note string, now time.Time) (Episode, error) {
	if _, err := id.Parse(episode); err != nil {
		return Episode{}, ErrNotFound
	}
	note = strings.TrimSpace(note)
	if utf8.RuneCountInString(note) > longestNote || strings.ContainsRune(note, 0) {
		return Episode{}, ErrNote
	}
	list, err := s.episodes(ctx, `
		WITH acked AS (
			UPDATE alarm.episode SET acked_by = $3, acked_at = $4, ack_note = $5
			WHERE id = $1 AND site = $2 AND acked_at IS NULL
			RETURNING episode.*),
		told AS (SELECT pg_notify('yht_alarm', site) FROM acked)
		SELECT `+episodeColumns+` FROM acked, told`, episode, site, by, now, note)
	if err != nil {
		return Episode{}, err
	}
	if len(list) == 1 {
		return list[0], nil
	}
	var there bool
	err = s.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM alarm.episode WHERE id = $1 AND site = $2)`, episode, site).Scan(&there)
	switch {
	case err != nil:
		return Episode{}, fmt.Errorf("alarm: look for episode %s: %w", episode, err)
	case there:
		return Episode{}, ErrStale
	}
	return Episode{}, ErrNotFound
}

// begin writes an episode down, unless one of its rule and subject is open:
// then that one is returned. A rule that is no more opens nothing.
func (s *Store) begin(ctx context.Context, e Episode) (Episode, error) {
	_, err := s.db.Exec(ctx, `
		WITH made AS (
			INSERT INTO alarm.episode (id, site, rule, kind, severity, sound, subject, name, threshold, value, worst, begun_at, opened_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
			ON CONFLICT DO NOTHING
			RETURNING site)
		SELECT pg_notify('yht_alarm', site) FROM made`,
		e.ID, e.Site, e.Rule, e.Kind, e.Severity, e.Sound, e.Subject, e.Name, e.Threshold, e.Value, e.Worst, e.Begun, e.Opened)
	if err != nil {
		return e, fmt.Errorf("alarm: begin an episode of %s: %w", e.Kind, err)
	}
	rows, err := s.db.Query(ctx, `SELECT `+episodeColumns+` FROM alarm.episode
		WHERE id = $1 OR rule = $2 AND subject = $3 AND closed_at IS NULL ORDER BY id = $1 DESC LIMIT 1`, e.ID, e.Rule, e.Subject)
	if err != nil {
		return e, fmt.Errorf("alarm: read back an episode of %s: %w", e.Kind, err)
	}
	there, err := pgx.CollectExactlyOneRow(rows, scanEpisode)
	if errors.Is(err, pgx.ErrNoRows) { // ended by somebody else in between
		return e, nil
	}
	if err != nil {
		return e, fmt.Errorf("alarm: read back an episode of %s: %w", e.Kind, err)
	}
	return there, nil
}

// end writes the end of an episode down. Ending twice changes nothing.
func (s *Store) end(ctx context.Context, e Episode) error {
	_, err := s.db.Exec(ctx, `
		WITH closed AS (
			UPDATE alarm.episode SET closed_at = greatest($2, opened_at), why = $3, worst = $4
			WHERE id = $1 AND closed_at IS NULL
			RETURNING site)
		SELECT pg_notify('yht_alarm', site) FROM closed`, e.ID, e.Closed, e.Why, e.Worst)
	if err != nil {
		return fmt.Errorf("alarm: end episode %s: %w", e.ID, err)
	}
	return nil
}
