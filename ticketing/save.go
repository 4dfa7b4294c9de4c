package ticketing

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"reflect"

	"github.com/jackc/pgx/v5"
)

//go:embed save.sql
var saveSQL string

// Save keeps what the person typed into a draft. Rev is the revision the person
// saw. The same fields saved again by the same person are no change, whatever
// rev says: an answer that was lost on its way can be asked for again.
// Errors: ErrNotFound, *StaleError, ErrRegistered, *MissingError when a field
// cannot be kept (then nothing is saved).
func (s *Store) Save(ctx context.Context, ref string, rev int64, f Fields, by Person) (Ticket, error) {
	now, err := s.Get(ctx, ref, by)
	if err != nil {
		return Ticket{}, err
	}
	c, err := s.readCodes(ctx)
	if err != nil {
		return Ticket{}, err
	}
	f, wrong := f.clean(c)
	if err := refusal(wrong); err != nil {
		return Ticket{}, err
	}
	switch {
	case now.State == Draft && reflect.DeepEqual(f, now.Fields) && (now.Rev == rev || now.ChangedBy == by.ID):
		return now, nil
	case now.Rev != rev:
		return Ticket{}, &StaleError{Current: now}
	case now.State != Draft:
		return Ticket{}, ErrRegistered
	}
	args := fieldArgs(f)
	maps.Copy(args, pgx.NamedArgs{"id": now.ID, "rev": rev, "by": by.ID})
	tag, err := s.pool.Exec(ctx, saveSQL, args)
	if err != nil {
		return Ticket{}, fmt.Errorf("save ticket %s: %w", ref, err)
	}
	return s.after(ctx, now.ID, by, tag.RowsAffected() == 1)
}

// after reads the ticket after a change; a change that met another revision
// than it expected is stale.
func (s *Store) after(ctx context.Context, id string, by Person, changed bool) (Ticket, error) {
	t, err := s.Get(ctx, id, by)
	if err == nil && !changed {
		err = &StaleError{Current: t}
	}
	return t, err
}
