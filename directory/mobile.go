package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// SetMobile keeps the mobile number at which somebody may sign in; empty: none.
// The number may be in any form.
func (s *Store) SetMobile(ctx context.Context, by, number, mobile string, now time.Time) error {
	if !numberShape.MatchString(number) {
		return fmt.Errorf("person: %w", ErrNotFound)
	}
	given := mobile
	if mobile = Normalise(mobile); given != "" && !mobileShape.MatchString(mobile) {
		return invalid("%.20q is not a mobile number", given)
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE directory.person SET mobile = $2 WHERE number = $1`, number, mobile)
		if err != nil {
			return fmt.Errorf("directory: set the mobile of person %s: %w", number, err)
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("person %s: %w", number, ErrNotFound)
		}
		return record(ctx, tx, Entry{At: now, Person: by, Action: "set_mobile", Subject: number})
	})
}
