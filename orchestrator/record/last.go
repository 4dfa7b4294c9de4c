package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// LastAgent returns who was responsible for the latest answered call from a
// number, whole, that arrived since a moment; false when there was none.
func (s *Store) LastAgent(ctx context.Context, site orchestrator.SiteID, number string, since time.Time) (orchestrator.AgentID, bool, error) {
	var agent string
	err := s.db.QueryRow(ctx, `
		SELECT agent FROM calls.record
		WHERE caller = $2 AND site = $1 AND arrived_at >= $3 AND answered_at IS NOT NULL
		  AND agent <> '' AND direction = 'in'
		ORDER BY arrived_at DESC LIMIT 1`, clean(string(site)), clean(number), since).Scan(&agent)
	if errors.Is(err, pgx.ErrNoRows) || number == "" {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read who spoke with a caller last: %w", err)
	}
	return orchestrator.AgentID(agent), true, nil
}
