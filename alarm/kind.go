package alarm

import (
	"slices"
	"time"
)

// Kind is what a rule watches.
type Kind string

// The kinds.
const (
	LongestWait      Kind = "longest_wait"      // seconds the longest of a queue has waited
	Waiting          Kind = "waiting"           // callers in a queue
	NoReady          Kind = "no_ready"          // agents who fit a queue and are free
	NoStaff          Kind = "no_staff"          // agents who fit a queue and are at work
	TenSecond        Kind = "ten_second"        // percent within 10 s in the last half hour
	Abandonment      Kind = "abandonment"       // percent who gave up in the last half hour
	TrunkDown        Kind = "trunk_down"        // a trunk cannot be used
	TrunkUse         Kind = "trunk_use"         // percent of a trunk's channels
	TrunkFailures    Kind = "trunk_failures"    // failures of a trunk in the last hour
	SwitchAway       Kind = "switch_away"       // the telephone switch cannot be reached
	RedisAway        Kind = "redis_away"        // the live state cannot be reached
	PostgresAway     Kind = "postgres_away"     // the database cannot be reached
	JournalLag       Kind = "journal_lag"       // facts that are not in the database yet
	RecordingDisk    Kind = "recording_disk"    // percent used of the disk for recordings
	RecordingsFailed Kind = "recordings_failed" // recordings of the last hour that could not be put away
	Fraud            Kind = "fraud"             // incidents of the toll-fraud guard in the last quarter of an hour
	DiskUse          Kind = "disk_use"          // percent used of the system's disk
	CPUUse           Kind = "cpu_use"           // percent of the machine
	MemoryUse        Kind = "memory_use"        // percent of the machine
)

// Unit is what a kind is measured in.
type Unit string

// The units. A Flag is 1 when it is so and 0 when not: it has no threshold.
const (
	Seconds Unit = "seconds"
	Calls   Unit = "calls"
	Seats   Unit = "seats"
	Percent Unit = "percent"
	Count   Unit = "count"
	Flag    Unit = "flag"
)

// Scope is what a kind is measured for.
type Scope string

// The scopes.
const (
	OfSite  Scope = "site"
	OfQueue Scope = "queue"
	OfTrunk Scope = "trunk"
)

// Trait is what is true of every rule of a kind.
type Trait struct {
	Kind  Kind
	Unit  Unit
	Scope Scope
	Below bool    // wrong is less than the threshold, not more
	Most  float64 // the largest threshold that makes sense
	usual Rule    // what a new site begins with
}

// Traits are all kinds, in the order shown to people.
var Traits = []Trait{
	{LongestWait, Seconds, OfQueue, false, 86400, usual(60, 30, 5*time.Second, 10*time.Second, Warning)},
	{Waiting, Calls, OfQueue, false, 10000, usual(5, 2, 10*time.Second, 15*time.Second, Warning)},
	{NoReady, Seats, OfQueue, true, 10000, usual(1, 1, 2*time.Minute, 10*time.Second, Minor)},
	{NoStaff, Seats, OfQueue, true, 10000, usual(1, 1, time.Minute, 10*time.Second, Critical)},
	{TenSecond, Percent, OfSite, true, 100, usual(80, 85, 3*time.Minute, 3*time.Minute, Warning)},
	{Abandonment, Percent, OfSite, false, 100, usual(10, 7, 3*time.Minute, 3*time.Minute, Warning)},
	{TrunkDown, Flag, OfTrunk, false, 0, usual(0, 0, 10*time.Second, 30*time.Second, Critical)},
	{TrunkUse, Percent, OfTrunk, false, 100, usual(85, 75, 30*time.Second, time.Minute, Warning)},
	{TrunkFailures, Count, OfTrunk, false, 100000, usual(5, 2, 0, time.Minute, Warning)},
	{SwitchAway, Flag, OfSite, false, 0, usual(0, 0, 5*time.Second, 10*time.Second, Critical)},
	{RedisAway, Flag, OfSite, false, 0, usual(0, 0, 5*time.Second, 10*time.Second, Critical)},
	{PostgresAway, Flag, OfSite, false, 0, usual(0, 0, 5*time.Second, 10*time.Second, Critical)},
	{JournalLag, Count, OfSite, false, 1e9, usual(1000, 100, 30*time.Second, 30*time.Second, Warning)},
	{RecordingDisk, Percent, OfSite, false, 100, usual(90, 85, time.Minute, time.Minute, Critical)},
	{RecordingsFailed, Count, OfSite, false, 100000, usual(0, 0, 0, time.Minute, Warning)},
	{Fraud, Count, OfSite, false, 100000, usual(0, 0, 0, time.Minute, Critical)},
	{DiskUse, Percent, OfSite, false, 100, usual(90, 85, time.Minute, time.Minute, Warning)},
	{CPUUse, Percent, OfSite, false, 100, usual(90, 75, 2*time.Minute, time.Minute, Minor)},
	{MemoryUse, Percent, OfSite, false, 100, usual(92, 85, 2*time.Minute, time.Minute, Minor)},
}

func usual(threshold, back float64, hold, settle time.Duration, s Severity) Rule {
	return Rule{Threshold: threshold, Clear: back, Hold: hold, Settle: settle, Severity: s, Sound: s != Minor, Active: true}
}

// trait finds what is true of a kind.
func trait(k Kind) (Trait, bool) {
	i := slices.IndexFunc(Traits, func(t Trait) bool { return t.Kind == k })
	if i < 0 {
		return Trait{}, false
	}
	return Traits[i], true
}

// beyond reports whether a value is on the wrong side of the threshold.
func (t Trait) beyond(value float64, r Rule) bool {
	if t.Below {
		return value < r.Threshold
	}
	return value > r.Threshold
}

// back reports whether a value is right again, with the distance that the rule
// asks for.
func (t Trait) back(value float64, r Rule) bool {
	if t.Below {
		return value >= r.Clear
	}
	return value <= r.Clear
}

// worse returns the worse of two values.
func (t Trait) worse(a, b float64) float64 {
	if t.Below {
		return min(a, b)
	}
	return max(a, b)
}

// Usual are the rules a new site begins with.
func Usual(site string) []Rule {
	rules := make([]Rule, 0, len(Traits))
	for _, t := range Traits {
		r := t.usual
		r.Site, r.Kind = site, t.Kind
		rules = append(rules, r)
	}
	return rules
}
