package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Founding is what a new node cannot do without: its first site and somebody
// who can log in to make the rest.
type Founding struct {
	Site          string // six digits of its region
	Name          string // shown to people; empty: the region's own name
	AreaCode      string // of the numbers it answers, as 0731
	Flow          string // empty: city
	Administrator string // employee number
	AdminName     string // empty: 系统管理员
	Password      string // has to be changed at the first log-in
}

// Init seeds a node and makes its first site, open day and night, with the
// usual queues and contacts, the numbers 12328 and area code + 12328, and an administrator. All or
// nothing: ErrExists when site or administrator are there already.
func (s *Store) Init(ctx context.Context, f Founding, now time.Time) error {
	if !numberShape.MatchString(f.Administrator) {
		return invalid("employee number %.20q: want 2 to 16 digits or letters", f.Administrator)
	}
	if rule := s.policy.broken(f.Password, f.Administrator); rule != "" {
		return &PasswordError{Rule: rule}
	}
	hash, err := s.hash(ctx, f.Password)
	if err != nil {
		return err
	}
	if err := s.Seed(ctx); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		site := Site{Code: f.Site, Name: f.Name, AreaCode: f.AreaCode, TimeZone: "Asia/Shanghai", AlwaysOpen: true, Flow: orElse(f.Flow, "city")}
		added, err := foundSite(ctx, tx, site)
		if err != nil {
			return err
		}
		if !added {
			return fmt.Errorf("site %s: %w", f.Site, ErrExists)
		}
		if _, err := addContacts(ctx, tx, "", f.Site, usualContacts, now); err != nil {
			return err
		}
		admin := Person{
			Number: f.Administrator, Name: orElse(f.AdminName, "系统管理员"),
			Roles: []Role{Administrator}, Active: true, MustChange: true,
		}
		if added, err = insertPerson(ctx, tx, admin, hash, now); err != nil {
			return fmt.Errorf("directory: add person %s: %w", admin.Number, err)
		}
		if !added {
			return fmt.Errorf("person %s: %w", admin.Number, ErrExists)
		}
		return record(ctx, tx, Entry{At: now, Person: f.Administrator, Action: "init", Subject: "site/" + f.Site})
	})
}

// foundSite adds a site with its usual queues and numbers and reports whether
// it was new. Numbers that lead elsewhere already stay where they are.
func foundSite(ctx context.Context, tx pgx.Tx, site Site) (bool, error) {
	if regionShape.MatchString(site.Code) && site.Name == "" {
		err := tx.QueryRow(ctx, `SELECT name FROM directory.region WHERE code = $1`, site.Code).Scan(&site.Name)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return false, fmt.Errorf("directory: read region %s: %w", site.Code, err)
		}
		if err != nil {
			return false, invalid("region %s is not known", site.Code)
		}
	}
	if err := site.check(); err != nil {
		return false, err
	}
	var known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM directory.region WHERE code = $1)`, site.Code).Scan(&known); err != nil {
		return false, fmt.Errorf("directory: read region %s: %w", site.Code, err)
	}
	if !known {
		return false, invalid("region %s is not known", site.Code)
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO directory.site (code, name, area_code, time_zone, always_open, opening, flow)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code) DO NOTHING`,
		site.Code, site.Name, site.AreaCode, site.TimeZone, site.AlwaysOpen, site.Opening, site.Flow)
	if err != nil {
		return false, fmt.Errorf("directory: add site %s: %w", site.Code, err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	// The flow “city” leads to these two: by day, and outside opening hours.
	for i, q := range []Queue{{Site: site.Code, Code: "general", Name: "综合业务"}, {Site: site.Code, Code: "duty", Name: "值班"}} {
		if err := putQueue(ctx, tx, q, Skill{"general", "综合业务"}, i); err != nil {
			return false, err
		}
	}
	for _, number := range []string{"12328", site.AreaCode + "12328"} {
		if _, err := tx.Exec(ctx, `
			INSERT INTO directory.number_route (number, site, flow) VALUES ($1, $2, $3)
			ON CONFLICT (number, area_code, trunk) DO NOTHING`, number, site.Code, site.Flow); err != nil {
			return false, fmt.Errorf("directory: route %s: %w", number, err)
		}
	}
	return true, nil
}

// putQueue adds a queue with the usual times, and the one skill it wants, if
// they are not there.
func putQueue(ctx context.Context, tx pgx.Tx, q Queue, k Skill, position int) error {
	_, err := tx.Exec(ctx, `INSERT INTO directory.skill (code, name) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING`, k.Code, k.Name)
	if err == nil {
		_, err = tx.Exec(ctx, `
			WITH added AS (
				INSERT INTO directory.queue (site, code, name, music, position) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (site, code) DO NOTHING
				RETURNING site, code)
			INSERT INTO directory.queue_skill (site, queue, skill) SELECT site, code, $6 FROM added`,
			q.Site, q.Code, q.Name, q.Music, position, k.Code)
	}
	if err != nil {
		return fmt.Errorf("directory: add queue %s of site %s: %w", q.Code, q.Site, err)
	}
	return nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
