package quality

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/internal/id"
)

const sheetColumns = `s.id::text, s.site, s.name, s.version, s.sections, s.pass, s.appeal_days, s.made_by, s.made_at`

// Sheets returns every version of a site's sheets, by name, the latest first.
func (s *Store) Sheets(ctx context.Context, site string) ([]Sheet, error) {
	rows, err := s.pool.Query(ctx, `SELECT `+sheetColumns+` FROM quality.sheet s WHERE s.site = $1 ORDER BY s.name, s.version DESC`, text(site))
	var list []Sheet
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Sheet])
	}
	if err != nil {
		return nil, fmt.Errorf("list score sheets: %w", err)
	}
	return list, nil
}

// Sheet returns a version of a sheet by its id, or ErrNotFound.
func (s *Store) Sheet(ctx context.Context, site, ref string) (Sheet, error) {
	if _, err := id.Parse(ref); err != nil {
		return Sheet{}, ErrNotFound
	}
	return s.sheet(ctx, ErrNotFound, `s.site = $1 AND s.id = $2`, text(site), ref)
}

// latest returns the latest version of a sheet by its name, or ErrNoSheet; an
// empty name is the sheet made last.
func (s *Store) latest(ctx context.Context, site, name string) (Sheet, error) {
	return s.sheet(ctx, ErrNoSheet, `s.site = $1 AND (s.name = $2 OR $2 = '')`, text(site), text(name))
}

func (s *Store) sheet(ctx context.Context, none error, where string, args ...any) (Sheet, error) {
	rows, err := s.pool.Query(ctx, `SELECT `+sheetColumns+` FROM quality.sheet s WHERE `+where+` ORDER BY s.made_at DESC, s.version DESC LIMIT 1`, args...)
	var found Sheet
	if err == nil {
		found, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Sheet])
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return found, none
	}
	if err != nil {
		return found, fmt.Errorf("read a score sheet: %w", err)
	}
	return found, nil
}

// PutSheet makes the next version of a sheet, the first of a new name. Based is
// the version it was made from, 0 for a new one. Errors: *SheetError, ErrStale
// when there is a later version than that.
func (s *Store) PutSheet(ctx context.Context, sheet Sheet, based int, by string, now time.Time) (Sheet, error) {
	if err := sheet.Check(); err != nil {
		return sheet, err
	}
	sheet.ID = id.New()
	err := s.pool.QueryRow(ctx, `
		INSERT INTO quality.sheet (id, site, name, version, sections, pass, appeal_days, made_by, made_at)
		SELECT $1, $2, $3, $4 + 1, $5, $6, $7, $8, $9
		WHERE $4 = coalesce((SELECT max(version) FROM quality.sheet WHERE site = $2 AND name = $3), 0)
		ON CONFLICT (site, name, version) DO NOTHING
		RETURNING version`, sheet.ID, sheet.Site, sheet.Name, based, sheet.Sections, sheet.Pass, sheet.AppealDays, by, now).Scan(&sheet.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return sheet, ErrStale
	}
	if err != nil {
		return sheet, fmt.Errorf("keep the score sheet: %w", err)
	}
	sheet.MadeBy, sheet.MadeAt = by, now
	return sheet, nil
}

// Found gives a site the default sheet and a plan, if it has no sheet at all.
func (s *Store) Found(ctx context.Context, site, by string, now time.Time) error {
	sheets, err := s.Sheets(ctx, site)
	if err != nil || len(sheets) > 0 {
		return err
	}
	sheet, err := s.PutSheet(ctx, Default(site), 0, by, now)
	if errors.Is(err, ErrStale) {
		return nil // somebody else did
	}
	if err != nil {
		return err
	}
	_, err = s.PutPlan(ctx, Plan{
		Site: site, Name: "每周抽检", Sheet: sheet.Name, Active: true,
		Rules: Rules{PerAgent: 3, Shortest: 20, Dissatisfied: true, LongerThan: 900, Seed: site, DueDays: 7},
	}, by, now)
	return err
}
