package live

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// PutAgent writes an agent if its Rev is larger than the stored one's, and
// tells everybody. orchestrator.ErrStale: a newer state is already there.
func (s *Store) PutAgent(ctx context.Context, a orchestrator.Agent) error {
	doing := "put agent " + string(a.ID)
	body, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("live: %s: %w", doing, err)
	}
	k := of(a.Site)
	_, err = s.run(ctx, doing, putAgent,
		[]string{k.agents(), k.revs(), k.ready(), k.changes()},
		string(a.ID), a.Rev, body, flag(a.Free()), a.Since.UnixMilli())
	return err
}

// Reserve gives the caller at place p to the agent a, who must still be ready
// with the very Rev the asker knows. The caller leaves the queue, the agent is
// ringing (as after Move(ActOffer), with Rev a.Rev+1), and the offer lives until
// the deadline or CloseOffer. The token grows with every offer of the site.
//
// It answers orchestrator.ErrAgentTaken, ErrCallerGone, ErrFenced (epoch is
// older than that of the site's dispatcher) or ErrForgotten (Redis was emptied:
// Rebuild), and then nothing has changed. After ErrUnavailable it may have
// happened; the next Rebuild, or PutAgent and Enter, put things right.
func (s *Store) Reserve(ctx context.Context, p orchestrator.Place, a orchestrator.Agent, deadline time.Time, epoch int64) (int64, error) {
	doing := fmt.Sprintf("reserve agent %s for call %s", a.ID, p.Call)
	now := time.Now()
	next, err := a.Move(orchestrator.ActOffer, "", now)
	if err != nil {
		return 0, fmt.Errorf("live: %s: %w: %w", doing, orchestrator.ErrAgentTaken, err)
	}
	next.Call, next.Queue, next.Token = p.Call, p.Queue, 0
	agent, err := json.Marshal(next)
	if err != nil {
		return 0, fmt.Errorf("live: %s: %w", doing, err)
	}
	offer, err := json.Marshal(untokened{Offer: orchestrator.Offer{
		Call: p.Call, Agent: a.ID, Phone: a.Phone, Made: now, Deadline: deadline,
	}})
	if err != nil {
		return 0, fmt.Errorf("live: %s: %w", doing, err)
	}
	k := of(p.Site)
	rest, err := s.run(ctx, doing, reserve,
		[]string{
			k.born(), k.epoch(dispatcher), k.revs(), k.ready(), k.agents(),
			k.queue(p.Queue), k.places(), k.placed(), k.offer(p.Call), k.offers(), k.fence(), k.changes(),
		},
		epoch, string(a.ID), a.Rev, next.Rev, agent, string(p.Call), string(p.Queue),
		offer, lease(deadline, now), deadline.UnixMilli(), rand.Text(), now.UnixMilli())
	if err != nil {
		return 0, err
	}
	return number(doing, rest)
}

// CloseOffer ends the offer of a call; it changes neither caller nor agent. An
// offer that is gone already is no error. orchestrator.ErrStale: the call has a
// newer offer.
func (s *Store) CloseOffer(ctx context.Context, site orchestrator.SiteID, call orchestrator.CallID, token int64) error {
	k := of(site)
	_, err := s.run(ctx, "close the offer of call "+string(call), closeOffer,
		[]string{k.offer(call), k.offers(), k.changes()}, token, string(call))
	return err
}

// untokened is an offer whose token the script puts in.
type untokened struct {
	orchestrator.Offer
	Token int64 `json:"token,omitempty"`
}

// lease is how long an offer may live, in ms; never 0, which would mean for ever.
func lease(deadline, now time.Time) int64 { return max(1, deadline.Sub(now).Milliseconds()) }

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// number reads the number that follows a script's “ok”.
func number(doing string, rest []any) (int64, error) {
	if len(rest) == 1 {
		if text, ok := rest[0].(string); ok {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				return n, nil
			}
		}
	}
	return 0, fmt.Errorf("live: %s: Redis answered no number: %.80q", doing, fmt.Sprint(rest))
}
