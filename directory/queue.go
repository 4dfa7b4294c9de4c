package directory

import (
	"context"
	"fmt"
	"time"
)

// Queue is where callers of a site wait for agents with certain skills.
type Queue struct {
	Site     string
	Code     string         // as general, unique in the site
	Name     string         // 综合业务
	Skills   map[string]int // wanted: code → lowest level, 1 to 10
	Music    string         // music class; empty: the switch's default
	Announce time.Duration  // between two announcements of position and wait; 0: none
	Ring     time.Duration  // how long an agent's phone rings
	WrapUp   time.Duration  // time for what must be written after a talk
}

// Queues returns the queues of a site in the order shown to people; the first
// is the usual one.
func (s *Store) Queues(ctx context.Context, site string) ([]Queue, error) {
	found, err := collect[Queue](ctx, s.db, `
		SELECT site, code, name, music,
		       announce_seconds * 1000000000::bigint AS announce,
		       ring_seconds     * 1000000000::bigint AS ring,
		       wrap_up_seconds  * 1000000000::bigint AS wrap_up,
		       coalesce((SELECT jsonb_object_agg(skill, min_level) FROM directory.queue_skill k
		                 WHERE k.site = q.site AND k.queue = q.code), '{}') AS skills
		FROM directory.queue q WHERE site = $1 ORDER BY position, code`, site)
	if err != nil {
		return nil, fmt.Errorf("directory: read queues of site %s: %w", site, err)
	}
	return found, nil
}

// Skill is something an agent can be good at.
type Skill struct {
	Code string // as general, taxi, english
	Name string
}

// Skills returns all skills, in the order of their codes.
func (s *Store) Skills(ctx context.Context) ([]Skill, error) {
	found, err := collect[Skill](ctx, s.db, `SELECT code, name FROM directory.skill ORDER BY code`)
	if err != nil {
		return nil, fmt.Errorf("directory: read skills: %w", err)
	}
	return found, nil
}

// NotReadyReason says why an agent takes no calls.
type NotReadyReason struct {
	Code     string // as rest, no_answer
	Name     string // 小休
	NameEN   string
	Planned  bool // counts as agreed absence, as a meeting
	BySystem bool // given by the engine; agents cannot choose it
}

// NotReadyReasons returns all reasons, in the order shown to people.
func (s *Store) NotReadyReasons(ctx context.Context) ([]NotReadyReason, error) {
	found, err := collect[NotReadyReason](ctx, s.db, `
		SELECT code, name, name_en, planned, by_system FROM directory.not_ready_reason ORDER BY position, code`)
	if err != nil {
		return nil, fmt.Errorf("directory: read reasons: %w", err)
	}
	return found, nil
}
