package alarm

import "time"

// Picture is how a site is doing at one moment. What could not be measured is
// missing: a nil list or pointer.
type Picture struct {
	Where    *time.Location // the site's time
	Queues   []QueuePicture
	Trunks   []TrunkPicture
	Recent   *RecentPicture // the last half hour
	Switch   *bool          // can be reached
	Redis    *bool
	Postgres *bool
	Lag      *int // facts that are not in the database yet
	Failed   *int // recordings of the last hour that could not be put away
	Frauds   *int // incidents of the last quarter of an hour

	RecordingDisk *float64 // percent used
	Disk          *float64
	CPU           *float64
	Memory        *float64
}

// QueuePicture is a queue.
type QueuePicture struct {
	Code    string
	Name    string
	Waiting int
	Longest time.Duration // of those who wait; 0: nobody
	Ready   int           // agents who fit and are free
	Staffed int           // agents who fit and are at work
}

// TrunkPicture is a trunk.
type TrunkPicture struct {
	ID       string
	Name     string
	Online   bool
	InUse    int
	Most     int // 0: not limited
	Failures int // in the last hour
}

// RecentPicture is what became of the callers of the last half hour who asked
// for a person.
type RecentPicture struct {
	Offered   int
	WithinTen int
	Abandoned int
}

// fewest is how many calls a share needs before it says anything.
const fewest = 10

// Reading is one measurement.
type Reading struct {
	Subject string // code of the queue or trunk; empty: the site
	Name    string // of the subject, for people
	Value   float64
}

// read measures a kind; false: it cannot be told now.
func (p Picture) read(k Kind) ([]Reading, bool) {
	switch k {
	case LongestWait:
		return p.queues(func(q QueuePicture) float64 { return q.Longest.Seconds() })
	case Waiting:
		return p.queues(func(q QueuePicture) float64 { return float64(q.Waiting) })
	case NoReady:
		return p.queues(func(q QueuePicture) float64 { return float64(q.Ready) })
	case NoStaff:
		return p.queues(func(q QueuePicture) float64 { return float64(q.Staffed) })
	case TenSecond:
		return p.share(func(r RecentPicture) int { return r.WithinTen })
	case Abandonment:
		return p.share(func(r RecentPicture) int { return r.Abandoned })
	case TrunkDown:
		return p.trunks(func(t TrunkPicture) (float64, bool) { return flag(!t.Online), true })
	case TrunkUse:
		return p.trunks(func(t TrunkPicture) (float64, bool) {
			return 100 * float64(t.InUse) / float64(max(t.Most, 1)), t.Most > 0
		})
	case TrunkFailures:
		return p.trunks(func(t TrunkPicture) (float64, bool) { return float64(t.Failures), true })
	case SwitchAway:
		return away(p.Switch)
	case RedisAway:
		return away(p.Redis)
	case PostgresAway:
		return away(p.Postgres)
	case JournalLag:
		return count(p.Lag)
	case RecordingsFailed:
		return count(p.Failed)
	case Fraud:
		return count(p.Frauds)
	case RecordingDisk:
		return share(p.RecordingDisk)
	case DiskUse:
		return share(p.Disk)
	case CPUUse:
		return share(p.CPU)
	case MemoryUse:
		return share(p.Memory)
	}
	return nil, false
}

func (p Picture) queues(of func(QueuePicture) float64) ([]Reading, bool) {
	readings := make([]Reading, 0, len(p.Queues))
	for _, q := range p.Queues {
		readings = append(readings, Reading{q.Code, q.Name, of(q)})
	}
	return readings, p.Queues != nil
}

func (p Picture) trunks(of func(TrunkPicture) (float64, bool)) ([]Reading, bool) {
	readings := make([]Reading, 0, len(p.Trunks))
	for _, t := range p.Trunks {
		if value, ok := of(t); ok {
			readings = append(readings, Reading{t.ID, t.Name, value})
		}
	}
	return readings, p.Trunks != nil
}

func (p Picture) share(of func(RecentPicture) int) ([]Reading, bool) {
	if p.Recent == nil || p.Recent.Offered < fewest {
		return nil, false
	}
	return []Reading{{Value: 100 * float64(of(*p.Recent)) / float64(p.Recent.Offered)}}, true
}

func away(there *bool) ([]Reading, bool) {
	if there == nil {
		return nil, false
	}
	return []Reading{{Value: flag(!*there)}}, true
}

func count(n *int) ([]Reading, bool) {
	if n == nil {
		return nil, false
	}
	return []Reading{{Value: float64(*n)}}, true
}

func share(percent *float64) ([]Reading, bool) {
	if percent == nil {
		return nil, false
	}
	return []Reading{{Value: *percent}}, true
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
