package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

// sameMatter is how long a caller who calls again likely does so for the same
// matter, and is better off with the same agent.
const sameMatter = 24 * time.Hour

// acquaintance is the engine's directory: the registry, and who spoke with a
// caller last.
type acquaintance struct {
	*registry
	records *record.Store
	log     *slog.Logger
}

// LastAgent implements orchestrator.Directory. When it cannot be found out,
// the caller is led as any other.
func (a acquaintance) LastAgent(ctx context.Context, site orchestrator.SiteID, number string) (orchestrator.AgentID, bool) {
	agent, ok, err := a.records.LastAgent(ctx, site, number, time.Now().Add(-sameMatter))
	if err != nil && ctx.Err() == nil {
		a.log.Warn("the caller's latest agent cannot be looked up", "site", site, "err", err)
	}
	return agent, ok
}
