package directory

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/jackc/pgx/v5"
)

// The project's own tables. Area codes are those of Hunan's cities, of the
// provincial capitals and of the cities that share one with them; other codes
// are answered with “not known”.
var (
	//go:embed regions.json
	regionsJSON []byte
	//go:embed categories.json
	categoriesJSON []byte
)

// holidayYears are the years for which the State Council's arrangement is in
// the library. Each later year is an import of its own, when it is announced.
var holidayYears = []int{2024, 2025, 2026}

// reasons are there on every node. Those given by the engine are named like the
// causes of the switch.
var reasons = []NotReadyReason{
	{"rest", "小休", "Short break", false, false},
	{"meal", "用餐", "Meal", true, false},
	{"training", "培训", "Training", true, false},
	{"meeting", "会议", "Meeting", true, false},
	{"signed_in", "刚签入", "Just signed in", false, true},
	{"no_answer", "未应答", "No answer", false, true},
	{"busy", "占线", "Busy", false, true},
	{"rejected", "拒接", "Rejected", false, true},
	{"unreachable", "话机不可达", "Phone unreachable", false, true},
}

// Seed loads what every node needs: regions, categories, the nation's calendar
// and the reasons for not being ready. It adds what is missing and changes
// nothing that is there, so it may run at every start.
func (s *Store) Seed(ctx context.Context) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		for _, step := range []func(context.Context, pgx.Tx) error{seedRegions, seedCategories, seedCalendar, seedReasons} {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("directory: seed: %w", err)
	}
	return nil
}

func seedRegions(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		WITH given AS (
			SELECT r.* FROM jsonb_to_recordset($1::jsonb) AS r(
				code text, name text, level text, parent text, domain_prefix text, area_codes text[])),
		added AS (
			INSERT INTO directory.region (code, name, level, parent, domain_prefix)
			SELECT code, name, level, parent, domain_prefix FROM given
			ON CONFLICT (code) DO NOTHING
			RETURNING code)
		INSERT INTO directory.region_area_code (region, area_code)
		SELECT g.code, unnest(g.area_codes) FROM given g JOIN added USING (code)`, string(regionsJSON))
	if err != nil {
		return fmt.Errorf("regions: %w", err)
	}
	return nil
}

// seedCategories loads our table under its version; it becomes the one in use
// only where there is none yet.
func seedCategories(ctx context.Context, tx pgx.Tx) error {
	var c Categories
	if err := json.Unmarshal(categoriesJSON, &c); err != nil {
		return fmt.Errorf("categories.json: %w", err)
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO directory.category_set (version, source, current)
		SELECT $1, $2, NOT EXISTS (SELECT FROM directory.category_set WHERE current)
		ON CONFLICT (version) DO NOTHING`, c.Version, c.Source)
	if err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	var put func(parent string, level []Category) error
	put = func(parent string, level []Category) error {
		for _, k := range level {
			if _, err := tx.Exec(ctx, `
				INSERT INTO directory.category (version, code, parent, name, name_en, in_scope, referral)
				VALUES ($1, $2, nullif($3, ''), $4, $5, $6 = '', $6)`,
				c.Version, k.Code, parent, k.Name, k.NameEN, k.Referral); err != nil {
				return fmt.Errorf("category %s: %w", k.Code, err)
			}
			if err := put(k.Code, k.Children); err != nil {
				return err
			}
		}
		return nil
	}
	return put("", c.Tree)
}

func seedCalendar(ctx context.Context, tx pgx.Tx) error {
	for _, year := range holidayYears {
		days := HolidayUtil.GetHolidaysByYear(year)
		if days.Len() == 0 {
			return fmt.Errorf("calendar: the library knows nothing of %d", year)
		}
		for e := days.Front(); e != nil; e = e.Next() {
			h := e.Value.(*HolidayUtil.Holiday)
			d := Day{Date: h.GetDay(), Kind: Holiday, Name: h.GetName()}
			if h.IsWork() {
				d.Kind, d.Name = WorkDay, h.GetName()+"调休上班"
			}
			if err := putDay(ctx, tx, "", d, `DO NOTHING`); err != nil {
				return wrapDay(err, d)
			}
		}
	}
	return nil
}

func seedReasons(ctx context.Context, tx pgx.Tx) error {
	for i, r := range reasons {
		if _, err := tx.Exec(ctx, `
			INSERT INTO directory.not_ready_reason (code, name, name_en, planned, by_system, position)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code) DO NOTHING`,
			r.Code, r.Name, r.NameEN, r.Planned, r.BySystem, i); err != nil {
			return fmt.Errorf("reason %s: %w", r.Code, err)
		}
	}
	return nil
}
