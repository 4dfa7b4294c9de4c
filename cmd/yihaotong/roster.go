package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/roster"
)

// demoRoster gives the sites of the demo shifts and a roster for this and the
// next week.
func demoRoster(ctx context.Context, pool *pgxpool.Pool, people *directory.Store, now time.Time) error {
	sites, err := people.Sites(ctx)
	if err != nil {
		return err
	}
	store := roster.New(pool)
	for _, site := range sites {
		all, err := people.People(ctx, site.Code)
		if err != nil {
			return err
		}
		var agents, supervisors []string
		for _, p := range all {
			switch {
			case p.Has(directory.Agent):
				agents = append(agents, p.Number)
			case p.Has(directory.Supervisor):
				supervisors = append(supervisors, p.Number)
			}
		}
		if err := store.SeedDemo(ctx, site.Code, agents, supervisors, site.Location(), now); err != nil {
			return err
		}
	}
	return nil
}
