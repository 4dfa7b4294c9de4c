package live

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// State is everything live of a site at one moment.
type State = orchestrator.SiteState

// Load reads everything live of a site at one moment: agents by number, callers
// by place, offers by age, lines by name. A site Redis does not know is empty.
func (s *Store) Load(ctx context.Context, site orchestrator.SiteID) (State, error) {
	doing := "load site " + string(site)
	k := of(site)
	answer, err := s.eval(ctx, load,
		[]string{k.agents(), k.places(), k.offers(), k.calls(), k.lines()}, k.offer(""))
	if err != nil {
		return State{}, trouble(doing, err)
	}
	lists, _ := answer.([]any)
	if len(lists) != 5 {
		return State{}, fmt.Errorf("live: %s: Redis answered %.80q", doing, fmt.Sprint(answer))
	}
	st := State{Calls: map[orchestrator.CallID][]byte{}}
	calls := texts(lists[3])
	for i := 0; i+1 < len(calls); i += 2 {
		st.Calls[orchestrator.CallID(calls[i])] = []byte(calls[i+1])
	}
	if st.Agents, err = decode[orchestrator.Agent](lists[0]); err != nil {
		return State{}, fmt.Errorf("live: %s: agents: %w", doing, err)
	}
	if st.Places, err = decode[orchestrator.Place](lists[1]); err != nil {
		return State{}, fmt.Errorf("live: %s: places: %w", doing, err)
	}
	if st.Offers, err = decode[orchestrator.Offer](lists[2]); err != nil {
		return State{}, fmt.Errorf("live: %s: offers: %w", doing, err)
	}
	if st.Lines, err = decode[orchestrator.Line](lists[4]); err != nil {
		return State{}, fmt.Errorf("live: %s: lines: %w", doing, err)
	}
	sortState(st)
	return st, nil
}

func sortState(st State) {
	slices.SortFunc(st.Agents, func(a, b orchestrator.Agent) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(st.Places, func(a, b orchestrator.Place) int {
		return cmp.Or(a.Entered.Compare(b.Entered), cmp.Compare(a.Call, b.Call))
	})
	slices.SortFunc(st.Offers, func(a, b orchestrator.Offer) int { return cmp.Compare(a.Token, b.Token) })
	slices.SortFunc(st.Lines, func(a, b orchestrator.Line) int { return cmp.Compare(a.Trunk, b.Trunk) })
}

// Rebuild replaces everything live of a site by what the engine knows, in one
// step, and tells everybody to look again. Leases stay as they are.
func (s *Store) Rebuild(ctx context.Context, site orchestrator.SiteID, st State) error {
	doing := "rebuild site " + string(site)
	now := time.Now()
	body, err := rows(st, now)
	if err != nil {
		return fmt.Errorf("live: %s: %w", doing, err)
	}
	k := of(site)
	_, err = s.run(ctx, doing, rebuild, []string{k.born()}, string(k), body, now.UnixMilli())
	return err
}

// rows writes a state the way rebuild.lua reads it: texts only, because Lua
// would spoil large numbers.
func rows(st State, now time.Time) ([]byte, error) {
	out := map[string][][]string{"agents": {}, "places": {}, "offers": {}, "calls": {}, "lines": {}}
	add := func(list string, whole any, fields ...string) error {
		body, err := json.Marshal(whole)
		out[list] = append(out[list], append(fields, string(body)))
		return err
	}
	for _, a := range st.Agents {
		if err := add("agents", a, string(a.ID), decimal(a.Rev), flag(a.Free()), decimal(a.Since.UnixMilli())); err != nil {
			return nil, fmt.Errorf("agent %s: %w", a.ID, err)
		}
	}
	for _, p := range st.Places {
		if err := add("places", p, string(p.Call), string(p.Queue), decimal(p.Entered.UnixMilli())); err != nil {
			return nil, fmt.Errorf("place of call %s: %w", p.Call, err)
		}
	}
	for _, o := range st.Offers {
		if o.Missed(now) {
			continue
		}
		if err := add("offers", o, string(o.Call), string(o.Agent), decimal(o.Token),
			decimal(lease(o.Deadline, now)), decimal(o.Deadline.UnixMilli())); err != nil {
			return nil, fmt.Errorf("offer of call %s: %w", o.Call, err)
		}
	}
	for id, body := range st.Calls {
		out["calls"] = append(out["calls"], []string{string(id), string(body)})
	}
	for _, l := range st.Lines {
		if err := add("lines", l, string(l.Trunk)); err != nil {
			return nil, fmt.Errorf("line %s: %w", l.Trunk, err)
		}
	}
	return json.Marshal(out)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func texts(list any) []string {
	items, _ := list.([]any)
	out := make([]string, 0, len(items))
	for _, item := range items {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}

func decode[T any](list any) ([]T, error) {
	var out []T
	for _, text := range texts(list) {
		var one T
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			return nil, fmt.Errorf("%.80q: %w", text, err)
		}
		out = append(out, one)
	}
	return out, nil
}
