package pbxtest

import (
	"container/heap"
	"sync"
	"time"
)

// clock runs appointments in the order of their time, and those of the same
// moment in the order in which they were made. One timer serves them all:
// separate timers of one moment fire in random order under testing/synctest.
type clock struct {
	mu    *sync.Mutex // held while an appointment is made, cancelled or kept
	queue appointments
	timer *time.Timer
	made  int
}

// appointment is something that will happen, unless cancelled.
type appointment struct {
	when  time.Time
	order int
	do    func()
	index int // in the heap; -1 when over
}

// after makes an appointment d from now. The caller holds the lock.
func (c *clock) after(d time.Duration, do func()) *appointment {
	c.made++
	a := &appointment{when: time.Now().Add(d), order: c.made, do: do}
	heap.Push(&c.queue, a)
	c.arm()
	return a
}

// cancel forgets an appointment, which may be nil or over. The caller holds
// the lock.
func (c *clock) cancel(a *appointment) {
	if a == nil || a.index < 0 {
		return
	}
	heap.Remove(&c.queue, a.index)
	c.arm()
}

// stop forgets everything. The caller holds the lock.
func (c *clock) stop() {
	for _, a := range c.queue {
		a.index = -1
	}
	c.queue = nil
	c.arm()
}

func (c *clock) arm() {
	if len(c.queue) == 0 {
		if c.timer != nil {
			c.timer.Stop()
		}
		return
	}
	d := max(0, time.Until(c.queue[0].when))
	if c.timer == nil {
		c.timer = time.AfterFunc(d, c.fire)
		return
	}
	c.timer.Reset(d)
}

func (c *clock) fire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for len(c.queue) > 0 && !c.queue[0].when.After(now) {
		a, _ := heap.Pop(&c.queue).(*appointment)
		a.do()
	}
	c.arm()
}

// appointments is a heap by time, then by order.
type appointments []*appointment

func (q appointments) Len() int { return len(q) }

func (q appointments) Less(i, j int) bool {
	if q[i].when.Equal(q[j].when) {
		return q[i].order < q[j].order
	}
	return q[i].when.Before(q[j].when)
}

func (q appointments) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is for package heap.
func (q *appointments) Push(x any) {
	a, _ := x.(*appointment)
	a.index = len(*q)
	*q = append(*q, a)
}

// Pop is for package heap.
func (q *appointments) Pop() any {
	old := *q
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	a.index = -1
	return a
}
