package live

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// Enter puts a caller at its place, which Entered decides: who comes back from
// an offer stands where it stood. Entering twice changes nothing; entering
// another queue leaves the first.
func (s *Store) Enter(ctx context.Context, p orchestrator.Place) error {
	doing := fmt.Sprintf("enter call %s into queue %s", p.Call, p.Queue)
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("live: %s: %w", doing, err)
	}
	k := of(p.Site)
	_, err = s.run(ctx, doing, enter,
		[]string{k.queue(p.Queue), k.places(), k.placed(), k.changes()},
		string(p.Call), string(p.Queue), p.Entered.UnixMilli(), body, k.queue(""))
	return err
}

// Leave takes a caller out of a queue. Who is not there, or in another queue by
// now, stays as it is.
func (s *Store) Leave(ctx context.Context, site orchestrator.SiteID, queue orchestrator.QueueID, call orchestrator.CallID) error {
	k := of(site)
	_, err := s.run(ctx, fmt.Sprintf("take call %s out of queue %s", call, queue), leave,
		[]string{k.queue(queue), k.places(), k.placed(), k.changes()}, string(call), string(queue))
	return err
}
