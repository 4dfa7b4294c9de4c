package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
)

// registry is the directory as the engine asks for it: held in memory and
// read again now and then, so that no call ever waits for the database and
// calls go on without it.
type registry struct {
	store *directory.Store
	dir   string // of the operator's flows
	log   *slog.Logger
	now   atomic.Pointer[register]
	wrong string // with the flows, as told last
}

// register is what was read at one time.
type register struct {
	flows    map[string]*dialplan.Flow
	routes   dialplan.Numbers
	sites    map[orchestrator.SiteID]orchestrator.Site
	lists    map[orchestrator.SiteID]numberLists
	contacts map[orchestrator.SiteID][]directory.Contact // those in use
	people   map[orchestrator.AgentID]directory.Person   // those active
	trunks   []directory.Trunk
	phones   []directory.Phone
}

// rereadEvery is how soon a change of the directory reaches new calls.
const rereadEvery = 10 * time.Second

func newRegistry(ctx context.Context, store *directory.Store, flows string, log *slog.Logger) (*registry, error) {
	r := &registry{store: store, dir: flows, log: log}
	return r, r.reread(ctx)
}

// run reads the directory again until ctx ends. When it cannot be read, what
// was read last goes on to hold.
func (r *registry) run(ctx context.Context) error {
	tick := time.NewTicker(rereadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := r.reread(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("the directory cannot be read; the last state holds", "err", err)
		}
	}
}

func (r *registry) reread(ctx context.Context) error {
	next := &register{
		sites: map[orchestrator.SiteID]orchestrator.Site{}, lists: map[orchestrator.SiteID]numberLists{},
		contacts: map[orchestrator.SiteID][]directory.Contact{},
	}
	if err := r.rereadFlows(next); err != nil {
		return err
	}
	routes, err := r.store.NumberRoutes(ctx)
	if err != nil {
		return err
	}
	for _, n := range routes {
		next.routes = append(next.routes, dialplan.Route{
			Number: n.Number, AreaCode: n.AreaCode, Trunk: pbx.TrunkID(n.Trunk), Site: n.Site, Flow: n.Flow,
		})
	}
	if next.trunks, err = r.store.Trunks(ctx); err != nil {
		return err
	}
	if next.phones, err = r.store.Phones(ctx, ""); err != nil {
		return err
	}
	sites, err := r.store.Sites(ctx)
	if err != nil {
		return err
	}
	for _, s := range sites {
		site, err := r.readSite(ctx, s, next)
		if err != nil {
			return err
		}
		if next.lists[site.ID], err = r.readLists(ctx, s.Code); err != nil {
			return err
		}
		if next.contacts[site.ID], err = r.readContacts(ctx, s.Code); err != nil {
			return err
		}
		site.Contacts = flowContacts(next.contacts[site.ID])
		next.sites[site.ID] = site
	}
	if next.people, err = r.readPeople(ctx); err != nil {
		return err
	}
	r.now.Store(next)
	return nil
}

// rereadFlows takes the flows as they are now. One that is wrong is told once
// and the version used so far goes on; at the start it must be put right.
func (r *registry) rereadFlows(next *register) error {
	flows, err := readFlows(r.dir)
	last := r.now.Load()
	switch {
	case err == nil:
		r.wrong = ""
	case last == nil:
		return fmt.Errorf("flows of the operator: %w", err)
	default:
		if err.Error() != r.wrong {
			r.log.Error("a flow cannot be used; callers are led as before", "err", err)
		}
		r.wrong, flows = err.Error(), last.flows
	}
	next.flows = flows
	return nil
}

func (r *registry) readSite(ctx context.Context, s directory.Site, next *register) (orchestrator.Site, error) {
	days, err := r.readCalendar(ctx, s.Code)
	if err != nil {
		return orchestrator.Site{}, err
	}
	hours, err := hoursOf(s, days)
	if err != nil {
		return orchestrator.Site{}, err
	}
	site := orchestrator.Site{
		ID: orchestrator.SiteID(s.Code), Location: s.Location(), Hours: hours, Flows: next.flows,
		Queues: map[orchestrator.QueueID]orchestrator.Queue{},
	}
	queues, err := r.store.Queues(ctx, s.Code)
	if err != nil {
		return orchestrator.Site{}, err
	}
	for _, q := range queues {
		site.Queues[orchestrator.QueueID(q.Code)] = orchestrator.Queue{
			ID: orchestrator.QueueID(q.Code), Name: q.Name, Skills: slices.Sorted(maps.Keys(q.Skills)), Levels: q.Skills,
			ByLevel: wantsExperts(q), RingFor: q.Ring, WrapUp: q.WrapUp,
		}
	}
	for name, flow := range site.Flows {
		if missing := missingQueues(flow, site.Queues); len(missing) > 0 && name == s.Flow {
			r.log.Warn("the site's flow leads to queues it does not have", "site", s.Code, "flow", name, "queues", missing)
		}
	}
	for _, t := range next.trunks {
		if t.Active {
			site.Lines = append(site.Lines, orchestrator.Line{
				Trunk: pbx.TrunkID(t.ID), Site: site.ID, Name: t.Name, Max: t.MaxChannels,
			})
		}
	}
	return site, nil
}

// wantsExperts reports whether a queue asks for more than beginners: its
// callers go to the best skilled before the longest idle.
func wantsExperts(q directory.Queue) bool {
	for _, level := range q.Skills {
		if level > 1 {
			return true
		}
	}
	return false
}

func (r *registry) readCalendar(ctx context.Context, site string) (dialplan.Days, error) {
	now := time.Now()
	entries, err := r.store.Calendar(ctx, site, now.AddDate(0, 0, -2), now.AddDate(1, 0, 0))
	if err != nil {
		return nil, err
	}
	days := dialplan.Days{}
	for _, d := range entries {
		date, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			return nil, fmt.Errorf("calendar of site %s: %w", site, err)
		}
		kind := dialplan.HolidayDay
		if d.Kind == directory.WorkDay {
			kind = dialplan.WorkDay
		}
		days[dialplan.DateOf(date)] = kind
	}
	return days, nil
}

// hoursOf reads the opening hours of a site.
func hoursOf(s directory.Site, days dialplan.Days) (dialplan.Hours, error) {
	h := dialplan.Hours{AlwaysOpen: s.AlwaysOpen, Calendar: days, Location: s.Location()}
	for _, part := range []struct {
		from []directory.Window
		to   *[]dialplan.Window
	}{{s.Opening.Weekly, &h.Weekly}, {s.Opening.OnHoliday, &h.OnHoliday}} {
		for _, w := range part.from {
			from, err := dialplan.ParseClock(w.From)
			if err != nil {
				return h, fmt.Errorf("opening hours of site %s: %w", s.Code, err)
			}
			to, err := dialplan.ParseClock(w.To)
			if err != nil {
				return h, fmt.Errorf("opening hours of site %s: %w", s.Code, err)
			}
			*part.to = append(*part.to, dialplan.Window{Day: w.Day, From: from, To: to})
		}
	}
	return h, nil
}

// Lead implements orchestrator.Directory.
func (r *registry) Lead(_ context.Context, called string, trunk pbx.TrunkID) (dialplan.Route, bool) {
	return r.now.Load().routes.Lead(called, trunk)
}

// Site implements orchestrator.Directory.
func (r *registry) Site(_ context.Context, id orchestrator.SiteID) (orchestrator.Site, error) {
	s, ok := r.now.Load().sites[id]
	if !ok {
		return s, fmt.Errorf("site %s: %w", id, orchestrator.ErrUnknownSite)
	}
	return s, nil
}

// siteIDs lists the sites of the node.
func (r *registry) siteIDs() []orchestrator.SiteID {
	return slices.Sorted(maps.Keys(r.now.Load().sites))
}

// Titles implements web.Flows. Of a flow that is gone only the names of its
// steps are left.
func (r *registry) Titles(flow, path, language string) []string {
	return r.flows()[flow].Titles(path, language)
}

// flows are those in use.
func (r *registry) flows() map[string]*dialplan.Flow { return r.now.Load().flows }

// trunks are the line groups to give to the switch.
func (r *registry) trunks() []pbx.Trunk {
	var trunks []pbx.Trunk
	for _, t := range r.now.Load().trunks {
		if !t.Active {
			continue
		}
		trunk := pbx.Trunk{
			ID: pbx.TrunkID(t.ID), Match: append([]netip.Prefix(nil), t.Match...), Server: t.Server,
			User: t.InboundUser, Secret: t.InboundSecret,
		}
		if t.Register != nil {
			trunk.Register = &pbx.Registration{Server: t.Register.Server, User: t.Register.User, Password: t.Register.Password}
		}
		trunks = append(trunks, trunk)
	}
	return trunks
}

// phones are the desk phones to give to the switch.
func (r *registry) phones() []pbx.Phone {
	var phones []pbx.Phone
	for _, p := range r.now.Load().phones {
		phones = append(phones, pbx.Phone{ID: pbx.PhoneID(p.ID), HA1: p.HA1})
	}
	return phones
}
