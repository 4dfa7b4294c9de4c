package main

import (
	"context"
	"errors"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// guard stands between the engine and the toll-fraud guard: it adds what the
// directory knows of the agent and of the number.
type guard struct {
	*tollfraud.Guard
	registry *registry
}

// Allow implements orchestrator.Guard.
func (g guard) Allow(ctx context.Context, o orchestrator.Outgoing) (orchestrator.Way, error) {
	w, err := g.Guard.Allow(ctx, g.request(ctx, o))
	if trunks := g.registry.trunks(); err == nil && w.Trunk == "" && len(trunks) > 0 {
		w.Trunk = string(trunks[0].ID) // an emergency where nobody has made rules yet
	}
	return orchestrator.Way{Trunk: pbx.TrunkID(w.Trunk), Number: w.Number, Caller: w.Caller, Longest: w.Longest}, err
}

// Ended implements orchestrator.Guard.
func (g guard) Ended(o orchestrator.Outgoing, talked time.Duration, cut bool) {
	g.Guard.Ended(g.request(context.Background(), o), talked, cut)
}

func (g guard) request(ctx context.Context, o orchestrator.Outgoing) tollfraud.Request {
	r := tollfraud.Request{
		Leg: string(o.Channel), Call: string(o.Call), Site: string(o.Site), Agent: string(o.Agent), Roles: g.registry.Roles(o.Agent),
		Number: o.Number, Trunk: string(o.Trunk), Purpose: string(o.Purpose), At: o.At,
	}
	if r.Leg == "" {
		r.Leg = r.Call + "/" + r.Purpose
	}
	return r.Stand(g.registry.known(ctx, o.Site))
}

// known are the numbers of a site's contacts and of the people who work there.
func (r *registry) known(ctx context.Context, site orchestrator.SiteID) []tollfraud.Known {
	var list []tollfraud.Known
	for _, c := range r.Contacts(ctx, site) {
		for _, n := range c.Numbers {
			list = append(list, tollfraud.Known{Number: n, Trunk: c.Trunk, Emergency: c.Emergency, Referral: c.Kind == directory.Referral})
		}
	}
	for _, n := range r.mobiles(site) {
		list = append(list, tollfraud.Known{Number: n, Colleague: true})
	}
	return list
}

// demoTrunk and demoShown are by which trunk the demo city calls, and the
// number it shows.
const (
	demoTrunk = "trunk"
	demoShown = "073112328"
)

// demoGuard lets the demo city call the country's mobile and fixed-line
// telephones, unless somebody has made rules already.
func demoGuard(ctx context.Context, s *tollfraud.Store, outside bool) error {
	trunk := demoTrunk
	if outside {
		trunk = directory.DemoOutside
	}
	policy := tollfraud.Usual(trunk, demoShown)
	policy.Night = tollfraud.Night{From: "00:00", To: "00:00"} // who tries the demo may do so at night
	_, err := s.Keep(ctx, directory.DemoSite, "", 0, policy, "演示数据", time.Now())
	if errors.Is(err, tollfraud.ErrStale) {
		return nil
	}
	return err
}

// zone is the time zone of a site.
func (r *registry) zone(site string) *time.Location {
	if s, ok := r.now.Load().sites[orchestrator.SiteID(site)]; ok && s.Location != nil {
		return s.Location
	}
	return dialplan.China
}

// sites are the codes of the node's sites.
func (r *registry) sites() []string {
	var codes []string
	for _, site := range r.siteIDs() {
		codes = append(codes, string(site))
	}
	return codes
}
