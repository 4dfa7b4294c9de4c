package recording

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Moment is what happened to a call, as far as its recording is looked for by it
// and played with it: a fact of the journal in the words of this package.
type Moment struct {
	Call string
	Site string
	At   time.Time
	Kind MomentKind

	Agent     string // Talk, Held, Retrieved, Masked, Unmasked
	Direction string // Began: in, out, internal
	Number    string // Began: the far side's
	Area      string // Began: its area code
	Queue     string // Queued
	Rating    int    // Rated: 1 to 3
}

// MomentKind says what happened.
type MomentKind string

// The kinds. Those from Talk to Ended are kept as marks.
const (
	Began     MomentKind = "began"
	Queued    MomentKind = "queued"
	Rated     MomentKind = "rated"
	Message   MomentKind = "message"
	Talk      MomentKind = "talk"
	TalkEnded MomentKind = "talk_ended"
	Held      MomentKind = "held"
	Retrieved MomentKind = "retrieved"
	Masked    MomentKind = "masked"
	Unmasked  MomentKind = "unmasked"
	Ended     MomentKind = "ended"
)

// marked reports whether a kind is kept with its time.
func (k MomentKind) marked() bool {
	switch k {
	case Talk, TalkEnded, Held, Retrieved, Masked, Unmasked, Ended:
		return true
	}
	return false
}

// Note writes moments into the catalogue, in the transaction that notes the
// facts. Order does not matter, and once more is no change: of two engines that
// led one call each brings its own facts, whenever it can.
func Note(ctx context.Context, tx pgx.Tx, moments ...Moment) error {
	var b pgx.Batch
	for _, m := range moments {
		if !idForm.MatchString(m.Call) {
			return fmt.Errorf("%w: call %.40q", ErrBadID, m.Call)
		}
		m.note(&b)
	}
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("note %d moments of recordings: %w", len(moments), err)
	}
	return nil
}

func (m Moment) note(b *pgx.Batch) {
	var began *time.Time
	if m.Kind == Began {
		began = &m.At
	}
	var rating *int
	if m.Kind == Rated && m.Rating >= 1 && m.Rating <= 3 {
		rating = &m.Rating
	}
	agents := []string{}
	if m.Kind == Talk && m.Agent != "" {
		agents = append(agents, plain(m.Agent))
	}
	direction := m.Direction
	if direction != "in" && direction != "out" && direction != "internal" {
		direction = ""
	}
	b.Queue(`
		INSERT INTO recording.catalogue AS c (call_id, site, direction, at, number, area, queue, agents, rating, message, masked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (call_id) DO UPDATE SET
			site = coalesce(nullif(c.site, ''), excluded.site),
			direction = coalesce(nullif(excluded.direction, ''), c.direction),
			at = coalesce(excluded.at, c.at),
			number = coalesce(nullif(excluded.number, ''), c.number),
			area = coalesce(nullif(excluded.area, ''), c.area),
			queue = coalesce(nullif(c.queue, ''), excluded.queue),
			agents = CASE WHEN excluded.agents <@ c.agents THEN c.agents ELSE c.agents || excluded.agents END,
			rating = coalesce(excluded.rating, c.rating),
			message = c.message OR excluded.message,
			masked = c.masked OR excluded.masked`,
		m.Call, plain(m.Site), direction, began, plain(m.Number), plain(m.Area), plain(m.Queue), agents, rating,
		m.Kind == Message, m.Kind == Masked)
	if m.Kind.marked() {
		b.Queue(`
			INSERT INTO recording.mark (call_id, at, kind, agent) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, m.Call, m.At, string(m.Kind), plain(m.Agent))
	}
}

// plain drops what no text in Postgres holds, and what no number or name has.
func plain(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > 100 {
		return string(r[:100])
	}
	return s
}
