package live

import (
	"context"
	"fmt"
	"time"
)

// Acquire takes a lease for ttl if nobody else holds it: ok tells whether. The
// epoch grows with every new holding, also when Redis was emptied in between;
// whoever holds the lease already keeps its epoch and gets the new ttl. name is
// "role:where", as "dispatch:430100" (whose epoch Reserve checks) or
// "node:pbx1"; holder names the process, unlike any other.
func (s *Store) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (epoch int64, ok bool, err error) {
	doing := "acquire " + name
	if ttl < time.Millisecond {
		return 0, false, fmt.Errorf("live: %s: a lease of %v cannot be held", doing, ttl)
	}
	k, role := leaseOf(name)
	rest, err := s.run(ctx, doing, acquire,
		[]string{k.lease(role), k.epoch(role)}, holder, ttl.Milliseconds(), time.Now().UnixMilli())
	if err != nil || rest == nil {
		return 0, false, err
	}
	epoch, err = number(doing, rest)
	return epoch, err == nil, err
}

// Renew prolongs a lease to ttl from now. orchestrator.ErrFenced: it is held by
// somebody else or nobody; whoever wants it back must Acquire.
func (s *Store) Renew(ctx context.Context, name, holder string, ttl time.Duration) error {
	if ttl < time.Millisecond {
		return fmt.Errorf("live: renew %s: a lease of %v cannot be held", name, ttl)
	}
	k, role := leaseOf(name)
	_, err := s.run(ctx, "renew "+name, renew, []string{k.lease(role)}, holder, ttl.Milliseconds())
	return err
}

// Release gives a lease back, so that another need not wait for its end.
// orchestrator.ErrFenced: it was not the holder's any more.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	k, role := leaseOf(name)
	_, err := s.run(ctx, "release "+name, renew, []string{k.lease(role)}, holder, 0)
	return err
}
