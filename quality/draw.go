package quality

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"time"
)

// Candidate is a recorded conversation that could be drawn.
type Candidate struct {
	Call    string
	Agents  []string // who talked in it
	At      time.Time
	Queue   string
	Seconds float64
	Rating  *int // 1 to 3
}

// Why is the reason for which a conversation was drawn.
type Why string

// The reasons.
const (
	Sample       Why = "sample"
	Dissatisfied Why = "dissatisfied"
	Long         Why = "long"
	Chosen       Why = "chosen" // by a person
)

// Pick is a conversation of an agent that was drawn, and for whom.
type Pick struct {
	Candidate
	Agent     string
	Why       Why
	Inspector string // empty: there is nobody who could
}

// Before is what has been drawn earlier.
type Before struct {
	Taken   map[string]bool // by call and agent (taken), by whatever plan
	Samples map[string]int  // by agent: filled into the quotas of this plan and time
	Load    map[string]int  // by inspector: what is still to be scored
}

// taken is the key of a conversation of an agent.
func taken(call, agent string) string { return call + " " + agent }

// rank orders conversations by chance, but always the same for the same seed.
func rank(seed, call, agent string) []byte {
	sum := sha256.Sum256([]byte(seed + "\x00" + call + "\x00" + agent))
	return sum[:]
}

// drawn is a pick with its place in the order of chance.
type drawn struct {
	Pick
	rank []byte
}

// Draw chooses from the conversations of some time. Quotas says whether the time
// is over, so that the quotas are filled too. The same input gives the same
// picks, in whatever order the candidates come; nothing is drawn twice.
func Draw(r Rules, candidates []Candidate, before Before, inspectors []string, quotas bool) []Pick {
	of := map[string][]drawn{} // by agent
	for _, c := range candidates {
		if c.Seconds < float64(r.Shortest) || len(r.Queues) > 0 && !slices.Contains(r.Queues, c.Queue) {
			continue
		}
		for _, agent := range slices.Compact(slices.Sorted(slices.Values(c.Agents))) {
			of[agent] = append(of[agent], drawn{Pick{Candidate: c, Agent: agent}, rank(r.Seed, c.Call, agent)})
		}
	}
	var all []drawn
	for agent, list := range of {
		all = append(all, r.drawAgent(list, before, before.Samples[agent], quotas)...)
	}
	slices.SortFunc(all, func(a, b drawn) int { return bytes.Compare(a.rank, b.rank) })
	return deal(all, r, before.Load, inspectors)
}

// drawAgent draws from the conversations of one agent, of which so many have
// been sampled earlier.
func (r Rules) drawAgent(list []drawn, before Before, sampled int, quotas bool) []drawn {
	slices.SortFunc(list, func(a, b drawn) int { return bytes.Compare(a.rank, b.rank) })
	want := 0
	if quotas {
		want = max(r.PerAgent, (len(list)*r.Percent+99)/100)
	}
	var picks []drawn
	for _, d := range list {
		if before.Taken[taken(d.Call, d.Agent)] {
			continue
		}
		switch {
		case r.Dissatisfied && d.Rating != nil && *d.Rating == 3:
			d.Why = Dissatisfied
		case r.LongerThan > 0 && d.Seconds > float64(r.LongerThan):
			d.Why = Long
		case sampled < want:
			d.Why = Sample
			sampled++
		default:
			continue
		}
		picks = append(picks, d)
	}
	return picks
}

// deal gives each pick to the inspector who has least to do and has not talked
// in it.
func deal(all []drawn, r Rules, load map[string]int, inspectors []string) []Pick {
	if len(r.Inspectors) > 0 {
		inspectors = slices.DeleteFunc(slices.Clone(inspectors), func(p string) bool { return !slices.Contains(r.Inspectors, p) })
	}
	inspectors = slices.Compact(slices.Sorted(slices.Values(inspectors)))
	has := map[string]int{}
	for _, p := range inspectors {
		has[p] = load[p]
	}
	picks := make([]Pick, 0, len(all))
	for _, d := range all {
		able := slices.DeleteFunc(slices.Clone(inspectors), func(p string) bool { return p == d.Agent || slices.Contains(d.Agents, p) })
		if len(able) > 0 {
			d.Inspector = slices.MinFunc(able, func(a, b string) int {
				return cmp.Or(cmp.Compare(has[a], has[b]), bytes.Compare(rank(r.Seed, d.Call, a), rank(r.Seed, d.Call, b)))
			})
			has[d.Inspector]++
		}
		picks = append(picks, d.Pick)
	}
	return picks
}
