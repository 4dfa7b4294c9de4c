package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
)

// newQuality makes the store of what is inspected.
func newQuality(pool *pgxpool.Pool, vault *recording.Vault, people *directory.Store) *quality.Store {
	return quality.New(pool, recorded{vault}, inspectors{people})
}

// recorded are the conversations that can be drawn: those in the vault.
type recorded struct{ vault *recording.Vault }

// Candidates implements quality.Calls.
func (r recorded) Candidates(ctx context.Context, site string, from, to time.Time) ([]quality.Candidate, error) {
	found, err := r.vault.Between(ctx, site, from, to)
	candidates := make([]quality.Candidate, 0, len(found))
	for _, e := range found {
		candidates = append(candidates, candidate(e))
	}
	return candidates, err
}

// Candidate implements quality.Calls.
func (r recorded) Candidate(ctx context.Context, site, call string) (*quality.Candidate, error) {
	found, err := r.vault.Describe(ctx, call)
	if err != nil {
		return nil, err
	}
	e, ok := found[call]
	if !ok || e.Site != site || e.State != recording.Ready || e.At == nil {
		return nil, nil
	}
	c := candidate(e)
	return &c, nil
}

func candidate(e recording.Entry) quality.Candidate {
	return quality.Candidate{Call: e.CallID, Agents: e.Agents, At: *e.At, Queue: e.Queue, Seconds: e.Seconds, Rating: e.Rating}
}

// inspectors are the people who score, and when their site works.
type inspectors struct{ people *directory.Store }

// Inspectors implements quality.People: those with the role, or the supervisors
// where nobody has it.
func (i inspectors) Inspectors(ctx context.Context, site string) ([]string, error) {
	all, err := i.people.People(ctx, site)
	if err != nil {
		return nil, err
	}
	for _, role := range []directory.Role{directory.QA, directory.Supervisor} {
		var able []string
		for _, p := range all {
			if p.May(site, role) {
				able = append(able, p.Number)
			}
		}
		if len(able) > 0 {
			return able, nil
		}
	}
	return nil, nil
}

// Zone implements quality.People.
func (i inspectors) Zone(ctx context.Context, site string) (*time.Location, error) {
	s, err := i.people.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	return s.Location(), nil
}

// Works implements quality.People.
func (i inspectors) Works(ctx context.Context, site string, from time.Time) (func(time.Time) bool, error) {
	calendar, err := i.people.Calendar(ctx, site, from, from.AddDate(1, 0, 0))
	return calendar.Works, err
}

// demoQuality gives the demo city its score sheet and plan, and a second
// inspector: nobody decides about an appeal against their own scoring.
func demoQuality(cmd *cobra.Command, pool *pgxpool.Pool, people *directory.Store, now time.Time) error {
	ctx := cmd.Context()
	const site, administrator = "430100", "9001"
	all, err := people.People(ctx, site)
	if err != nil {
		return err
	}
	second := directory.Person{Number: "2003", Name: "吴静", Site: site, Roles: []directory.Role{directory.QA}, Active: true}
	for _, p := range all {
		if p.Number == second.Number {
			return quality.New(pool, nil, nil).Found(ctx, site, administrator, now)
		}
	}
	if err := people.AddPerson(ctx, administrator, second, demoPassword, now); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s    %s  qa  %s\n", second.Number, second.Name, demoPassword)
	return quality.New(pool, nil, nil).Found(ctx, site, administrator, now)
}
