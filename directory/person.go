package directory

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
)

// Person is somebody who works with the system.
type Person struct {
	Number            string // employee number 工号, the log-in name
	Name              string
	Organisation      string // id; empty: none
	Site              string // code; empty: the whole node
	Roles             []Role
	Languages         []string       // as zh, en, bo
	Skills            map[string]int // code → level, 1 beginner to 10 expert
	Mobile            string         // for signing in at a mobile telephone; empty: none
	Active            bool
	MustChange        bool // has to choose a new password before anything else
	PasswordChangedAt time.Time
	LockedUntil       time.Time // zero: not locked; a past time: no longer
}

// numberShape is the shape of an employee number. What comes from outside is
// held against it before the database sees it.
var numberShape = regexp.MustCompile(`^[0-9A-Za-z]{2,16}$`)

const selectPerson = `
	SELECT number, name, coalesce(organisation, '') AS organisation, coalesce(site, '') AS site,
	       roles, languages, active, mobile, must_change, password_changed_at,
	       coalesce(locked_until, '0001-01-01T00:00:00Z') AS locked_until,
	       coalesce((SELECT jsonb_object_agg(skill, level) FROM directory.person_skill s
	                 WHERE s.person = p.number), '{}') AS skills
	FROM directory.person p `

// Person returns the person with an employee number, active or not, or
// ErrNotFound.
func (s *Store) Person(ctx context.Context, number string) (Person, error) {
	return person(ctx, s.db, number)
}

func person(ctx context.Context, db querier, number string) (Person, error) {
	if !numberShape.MatchString(number) {
		return Person{}, fmt.Errorf("person: %w", ErrNotFound)
	}
	found, err := collect[Person](ctx, db, selectPerson+`WHERE number = $1`, number)
	if err != nil {
		return Person{}, fmt.Errorf("directory: read person %s: %w", number, err)
	}
	if len(found) == 0 {
		return Person{}, fmt.Errorf("person %s: %w", number, ErrNotFound)
	}
	return found[0], nil
}

// People returns everybody who works for a site, active or not, in the order
// of their numbers; with an empty site, everybody on the node.
func (s *Store) People(ctx context.Context, site string) ([]Person, error) {
	found, err := collect[Person](ctx, s.db, selectPerson+`WHERE $1 = '' OR site = $1 ORDER BY number`, site)
	if err != nil {
		return nil, fmt.Errorf("directory: read people of site %q: %w", site, err)
	}
	return found, nil
}

// AddPerson adds somebody with a first password, which has to be changed at
// the first log-in unless p.MustChange is false. by is the number of whoever
// adds. It fails with a PasswordError or with ErrExists.
func (s *Store) AddPerson(ctx context.Context, by string, p Person, password string, now time.Time) error {
	if rule := s.policy.broken(password, p.Number); rule != "" {
		return &PasswordError{Rule: rule}
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		added, err := insertPerson(ctx, tx, p, hash, now)
		if err != nil {
			return fmt.Errorf("directory: add person %s: %w", p.Number, err)
		}
		if !added {
			return fmt.Errorf("person %s: %w", p.Number, ErrExists)
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "add_person", Subject: p.Number})
	})
}

// insertPerson adds a person with skills and reports whether the number was
// free.
func insertPerson(ctx context.Context, tx pgx.Tx, p Person, hash string, now time.Time) (bool, error) {
	languages := p.Languages
	if len(languages) == 0 {
		languages = []string{"zh"}
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO directory.person (number, name, organisation, site, roles, languages, active,
		                              must_change, password_hash, password_changed_at, mobile)
		VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (number) DO NOTHING`,
		p.Number, p.Name, p.Organisation, p.Site, p.Roles, languages, p.Active, p.MustChange, hash, now, p.Mobile)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	for skill, level := range p.Skills {
		if _, err := tx.Exec(ctx, `
			INSERT INTO directory.person_skill (person, skill, level) VALUES ($1, $2, $3)`,
			p.Number, skill, level); err != nil {
			return false, err
		}
	}
	return true, nil
}
