package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// load takes over the agents that an earlier engine left in the live state.
// Places and offers come back with their calls, from the switch.
func (f *floor) load(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	s, err := f.e.live.Load(ctx, f.id)
	if err != nil {
		f.log.Warn("load live state", "err", err)
	}
	for _, a := range s.Agents {
		f.agents[a.ID] = a
		if a.State == Talking {
			f.busy[a.ID] = a.Since
		}
	}
	for _, o := range s.Offers {
		f.offers[o.Call] = o
	}
	f.e.keep(f.id, s.Calls)
	f.down = true // until the lease is ours and what we know is written
}

// keepLease holds the site's dispatcher lease, and builds the live state anew
// when it was away.
func (f *floor) keepLease(ctx context.Context, now time.Time) {
	if now.Before(f.tryAt) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	if site, err := f.e.dir.Site(ctx, f.id); err == nil {
		f.site = site
		f.takeLines(site.Lines, now)
	}
	name := "dispatch:" + string(f.id)
	f.tryAt = now.Add(liveRetry)
	if f.epoch != 0 && !f.down {
		if err := f.e.live.Renew(ctx, name, f.e.cfg.Name, leaseTime); err != nil {
			f.epoch = 0
			f.liveFailed("renew lease", err, now)
			return
		}
		f.tryAt = now.Add(leaseRenew)
		return
	}
	epoch, ok, err := f.e.live.Acquire(ctx, name, f.e.cfg.Name, leaseTime)
	if err != nil || !ok {
		f.down = true
		return
	}
	f.epoch = epoch
	state := f.state()
	if err := f.e.live.Rebuild(ctx, f.id, state); err != nil {
		f.log.Warn("rebuild live state", "err", err)
		return
	}
	f.down, f.tryAt = false, now.Add(leaseRenew)
	f.e.liveUp.Store(true)
	f.e.saveAgain(f.id, state.Calls)
	f.log.Info("live state written", "agents", len(f.agents), "waiting", len(f.waiting), "epoch", epoch)
}

// takeLines takes over what the directory says of the trunks now.
func (f *floor) takeLines(lines []Line, now time.Time) {
	for _, l := range lines {
		if known, ok := f.lines[l.Trunk]; !ok || known.Name != l.Name || known.Max != l.Max {
			f.line(l.Trunk, now, func(to *Line) {
				to.Name, to.Max, to.Online = l.Name, l.Max, f.e.trunkOnline(l.Trunk)
			})
		}
	}
}

// leave gives the lease back, so that a successor need not wait.
func (f *floor) leave() {
	if f.epoch == 0 || f.down {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), liveTimeout)
	defer cancel()
	if err := f.e.live.Release(ctx, "dispatch:"+string(f.id), f.e.cfg.Name); err != nil {
		f.log.Warn("release lease", "err", err)
	}
}

// state is everything the engine knows of the site.
func (f *floor) state() SiteState {
	s := SiteState{Calls: f.e.keptAt(f.id)}
	for _, a := range f.agents {
		s.Agents = append(s.Agents, a)
	}
	for _, p := range f.waiting {
		s.Places = append(s.Places, p)
	}
	for _, o := range f.offers {
		s.Offers = append(s.Offers, o)
	}
	for _, l := range f.lines {
		s.Lines = append(s.Lines, l)
	}
	for _, c := range f.e.Calls(f.id) {
		raw, err := json.Marshal(c)
		if err != nil {
			f.log.Error("write call", "err", fmt.Errorf("marshal call %s: %w", c.ID, err))
			continue
		}
		s.Calls[c.ID] = raw
	}
	return s
}
