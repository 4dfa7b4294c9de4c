package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// errEmpty refuses what Redis would take for a removal.
var errEmpty = errors.New("nothing to save")

// SaveCall keeps the engine's picture of a call for whoever adopts it, and for
// the board. body is JSON that only the engine understands.
func (s *Store) SaveCall(ctx context.Context, site orchestrator.SiteID, call orchestrator.CallID, body []byte) error {
	if len(body) == 0 {
		return fmt.Errorf("live: save call %s: %w", call, errEmpty)
	}
	return s.writeCall(ctx, "save", site, call, body)
}

// DropCall forgets the picture of a call that is over.
func (s *Store) DropCall(ctx context.Context, site orchestrator.SiteID, call orchestrator.CallID) error {
	return s.writeCall(ctx, "drop", site, call, nil)
}

func (s *Store) writeCall(ctx context.Context, verb string, site orchestrator.SiteID, call orchestrator.CallID, body []byte) error {
	k := of(site)
	_, err := s.run(ctx, verb+" call "+string(call), write,
		[]string{k.calls(), k.changes()}, string(call), string(body), "call "+string(call))
	return err
}

// Calls returns the pictures of all calls of a site.
func (s *Store) Calls(ctx context.Context, site orchestrator.SiteID) (map[orchestrator.CallID][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := s.redis.HGetAll(ctx, of(site).calls()).Result()
	if err != nil {
		return nil, trouble("read the calls of site "+string(site), err)
	}
	calls := make(map[orchestrator.CallID][]byte, len(found))
	for id, body := range found {
		calls[orchestrator.CallID(id)] = []byte(body)
	}
	return calls, nil
}

// PutLine writes how a trunk is doing.
func (s *Store) PutLine(ctx context.Context, l orchestrator.Line) error {
	doing := "put line " + string(l.Trunk)
	body, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("live: %s: %w", doing, err)
	}
	k := of(l.Site)
	_, err = s.run(ctx, doing, write, []string{k.lines(), k.changes()}, string(l.Trunk), body, "line "+string(l.Trunk))
	return err
}
