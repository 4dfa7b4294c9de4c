package quality

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Clerk draws by itself what active plans ask for.
type Clerk struct {
	store *Store
	log   *slog.Logger
	now   func() time.Time
}

// NewClerk returns a clerk. It starts nothing.
func NewClerk(store *Store, log *slog.Logger) *Clerk {
	return &Clerk{store: store, log: log, now: time.Now}
}

// drawEvery is how often it is looked whether something is to be drawn.
const drawEvery = time.Hour

// byClerk is who draws when nobody does.
const byClerk = "system"

// Run draws until ctx ends. Any number of processes may: what one has drawn
// another does not draw again.
func (c *Clerk) Run(ctx context.Context) error {
	tick := time.NewTicker(drawEvery)
	defer tick.Stop()
	for {
		if err := c.Round(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "conversations to inspect could not be drawn; tried again within the hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Round draws once: the quotas of last week, and of this week what is always
// drawn.
func (c *Clerk) Round(ctx context.Context) error {
	plans, err := c.store.Plans(ctx, "")
	if err != nil {
		return err
	}
	var wrong []error
	for _, p := range plans {
		zone, err := c.store.people.Zone(ctx, p.Site)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		now := c.now()
		monday := week(now.In(zone))
		last, err := c.store.draw(ctx, p, monday.AddDate(0, 0, -7), monday, true, byClerk, now)
		wrong = append(wrong, err)
		current, err := c.store.draw(ctx, p, monday, now, false, byClerk, now)
		wrong = append(wrong, err)
		if last+current > 0 {
			c.log.InfoContext(ctx, "conversations drawn for inspection", "plan", p.ID, "site", p.Site, "count", last+current)
		}
	}
	return errors.Join(wrong...)
}
