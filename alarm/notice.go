package alarm

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

// Notice is what a supervisor tells everybody at a site 广播.
type Notice struct {
	ID    string
	Site  string
	Text  string
	By    string // employee number
	At    time.Time
	Until time.Time
}

// The bounds of a notice.
const (
	longestText   = 300 // characters
	longestNotice = 7 * 24 * time.Hour
)

// holds reports whether a notice is still to be shown.
func (n Notice) holds(now time.Time) bool { return now.Before(n.Until) }

// Broadcast tells everybody at a site something until its end. ErrText: there
// is nothing to tell, or too much, or for no time.
func (s *Store) Broadcast(ctx context.Context, n Notice, now time.Time) (Notice, error) {
	n.ID, n.At, n.Text = id.New(), now, plain(n.Text)
	length := utf8.RuneCountInString(n.Text)
	if length == 0 || length > longestText || n.Until.Sub(now) < time.Minute || n.Until.Sub(now) > longestNotice {
		return n, ErrText
	}
	_, err := s.db.Exec(ctx, `
		WITH made AS (
			INSERT INTO alarm.notice (id, site, text, by, at, until) VALUES ($1, $2, $3, $4, $5, $6)
			RETURNING site)
		SELECT pg_notify('yht_alarm', site) FROM made`, n.ID, n.Site, n.Text, n.By, n.At, n.Until)
	if err != nil {
		return n, fmt.Errorf("alarm: broadcast: %w", err)
	}
	return n, nil
}

// plain is a text on one line, without what is invisible.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// TakeBack ends a notice now.
func (s *Store) TakeBack(ctx context.Context, site, notice, by string, now time.Time) error {
	if _, err := id.Parse(notice); err != nil {
		return ErrNotFound
	}
	tag, err := s.db.Exec(ctx, `
		WITH ended AS (
			UPDATE alarm.notice SET ended_by = $3, ended_at = $4
			WHERE id = $1 AND site = $2 AND ended_at IS NULL AND until > $4
			RETURNING site)
		SELECT pg_notify('yht_alarm', site) FROM ended`, notice, site, by, now)
	if err != nil {
		return fmt.Errorf("alarm: take back notice %s: %w", notice, err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return nil
}

// Notices returns those of a site that hold now, the newest first.
func (s *Store) Notices(ctx context.Context, site string, now time.Time) ([]Notice, error) {
	rows, err := s.db.Query(ctx, `SELECT id::text, site, text, by, at, until FROM alarm.notice
		WHERE site = $1 AND until > $2 AND ended_at IS NULL ORDER BY at DESC, id DESC LIMIT 50`, site, now)
	if err != nil {
		return nil, fmt.Errorf("alarm: read notices of site %s: %w", site, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Notice])
	if err != nil {
		return nil, fmt.Errorf("alarm: read notices of site %s: %w", site, err)
	}
	return list, nil
}
