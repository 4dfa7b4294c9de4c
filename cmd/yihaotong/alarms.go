package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/machine"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// newAlarms watches over the sites of a node.
func newAlarms(n *node, pool *pgxpool.Pool, people *directory.Store, floor *live.Store, log *slog.Logger) *alarm.Centre {
	var sites []string
	for _, id := range n.registry.siteIDs() {
		sites = append(sites, string(id))
	}
	return alarm.NewCentre(pool, sites, &gauges{
		node: n, pool: pool, people: people, floor: floor, figures: statistics.New(pool), frauds: tollfraud.NewStore(pool),
		sites: map[string]*siteGauges{},
	}, log)
}

// The rhythm of measuring: the live state at every look, what Postgres must
// count less often.
const (
	countEvery   = 10 * time.Second
	measureTime  = 1500 * time.Millisecond
	recentTime   = 30 * time.Minute
	incidentTime = 15 * time.Minute
)

// gauges measure what alarms are about.
type gauges struct {
	node    *node
	pool    *pgxpool.Pool
	people  *directory.Store
	floor   *live.Store
	figures *statistics.Store
	frauds  *tollfraud.Store

	mu    sync.Mutex
	sites map[string]*siteGauges
}

// siteGauges are what is kept of a site from one look to the next. They belong
// to the one goroutine that looks at the site.
type siteGauges struct {
	failures alarm.Rise
	counted  time.Time
	queues   []directory.Queue // as read last
	where    *time.Location
	latest   alarm.Picture // as far as Postgres counts it
}

// Picture implements alarm.Source.
func (g *gauges) Picture(ctx context.Context, site string) alarm.Picture {
	g.mu.Lock()
	if g.sites[site] == nil {
		g.sites[site] = &siteGauges{}
	}
	s := g.sites[site]
	g.mu.Unlock()

	now := time.Now()
	if now.Sub(s.counted) >= countEvery {
		g.count(ctx, site, s, now)
		s.counted = time.Now() // after it: asking in vain takes time
	}
	p := s.latest
	p.Where = s.where
	health, lag := g.node.engine.Health(), g.node.journal.Lag()
	p.Switch, p.Lag = &health.Switch, &lag
	asked, cancel := context.WithTimeout(ctx, measureTime)
	defer cancel()
	there := g.pool.Ping(asked) == nil
	p.Postgres = &there
	load := g.node.machine.Load()
	p.CPU, p.Memory, p.RecordingDisk, p.Disk = load.CPU, load.Memory, load.Disk, machine.Disk("/")

	st, err := g.floor.Load(ctx, orchestrator.SiteID(site))
	reached := err == nil
	p.Redis = &reached
	if err != nil || !health.Live { // what Redis holds is the past
		return p
	}
	p.Queues = queuePictures(s.queues, st, now)
	p.Trunks = []alarm.TrunkPicture{}
	for _, l := range st.Lines {
		p.Trunks = append(p.Trunks, alarm.TrunkPicture{
			ID: string(l.Trunk), Name: l.Name, Online: l.Online, InUse: l.InUse, Most: l.Max,
			Failures: s.failures.Of(string(l.Trunk), l.Failures, now.Add(-time.Hour), now),
		})
	}
	return p
}

// count asks Postgres. What it does not tell now is missing from the picture;
// queues are used as they were read last.
func (g *gauges) count(ctx context.Context, site string, s *siteGauges, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, measureTime)
	defer cancel()
	s.latest = alarm.Picture{}
	found, err := g.people.Site(ctx, site)
	if err != nil {
		return
	}
	s.where = found.Location()
	queues, err := g.people.Queues(ctx, site)
	if err != nil {
		return
	}
	s.queues = queues
	if c, err := g.figures.Between(ctx, site, now.Add(-recentTime), now); err == nil {
		s.latest.Recent = &alarm.RecentPicture{Offered: c.Site.Offered, WithinTen: c.Site.WithinTen, Abandoned: c.Site.Abandoned}
	}
	if events, err := g.frauds.Since(ctx, now.Add(-incidentTime)); err == nil {
		n := incidents(events, site)
		s.latest.Frauds = &n
	}
	var failed int
	err = g.pool.QueryRow(ctx, `SELECT count(*) FROM recording.recording
		WHERE state = 'failed' AND changed_at > $1`, now.Add(-time.Hour)).Scan(&failed)
	if err != nil {
		return
	}
	if waiting, err := recording.ReadBacklog(ctx, g.pool); err == nil && waiting.Full {
		failed += waiting.Pending // nothing fits any more
	}
	s.latest.Failed = &failed
}

// incidents counts what somebody has to look into: not every wrong number that
// an agent dials.
func incidents(events []tollfraud.Event, site string) (n int) {
	for _, e := range events {
		if e.Site != site {
			continue
		}
		switch e.Ground {
		case tollfraud.Forbidden, tollfraud.AgentHour, tollfraud.AgentDay, tollfraud.SiteHour, tollfraud.SameNumber,
			tollfraud.Suspicious, tollfraud.TooLong:
			n++
		}
	}
	return n
}

// queuePictures tells of each queue who waits in it and who could take them.
func queuePictures(queues []directory.Queue, st live.State, now time.Time) []alarm.QueuePicture {
	pictures := make([]alarm.QueuePicture, 0, len(queues))
	for _, q := range queues {
		p := alarm.QueuePicture{Code: q.Code, Name: q.Name}
		for _, place := range st.Places {
			if string(place.Queue) != q.Code || place.Callback != "" /* nobody is on the line */ {
				continue
			}
			p.Waiting++
			p.Longest = max(p.Longest, now.Sub(place.Entered))
		}
		for _, a := range st.Agents {
			switch {
			case !suits(a, q):
			case a.Free():
				p.Ready++
				p.Staffed++
			case a.Staffed():
				p.Staffed++
			}
		}
		pictures = append(pictures, p)
	}
	return pictures
}

// suits reports whether an agent has what a queue wants.
func suits(a orchestrator.Agent, q directory.Queue) bool {
	for skill, least := range q.Skills {
		if a.Level(skill) < least {
			return false
		}
	}
	return true
}
