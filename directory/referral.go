package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Referred says that a caller was told about a contact, or led to it.
type Referred struct {
	Site  string
	Call  string
	Agent string // empty: the flow did it
	Code  string // of the contact
	Led   bool   // the caller was put through, not only told
	At    time.Time
}

// RecordReferral writes a referral down in the caller's transaction. It counts
// once for each call and contact, however often it is written; being led counts
// for more than being told. It refuses nothing, so that facts always pass.
func RecordReferral(ctx context.Context, tx pgx.Tx, r Referred) error {
	how := "told"
	if r.Led {
		how = "transfer"
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO directory.referral AS r (call, code, site, agent, how, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (call, code) DO UPDATE SET how = excluded.how WHERE r.how = 'told' AND excluded.how = 'transfer'`,
		r.Call, r.Code, r.Site, r.Agent, how, r.At); err != nil {
		return fmt.Errorf("directory: record the referral of call %s: %w", r.Call, err)
	}
	return nil
}

// ReferralCount is how many callers of a site were referred to a contact.
type ReferralCount struct {
	Code        string
	Name        string // the code, when the contact is not known
	Category    string
	Told        int // told only
	Transferred int
}

// Referrals counts the referrals of a site from one moment (included) to
// another (not included), the most frequent first.
func (s *Store) Referrals(ctx context.Context, site string, from, to time.Time) ([]ReferralCount, error) {
	found, err := collect[ReferralCount](ctx, s.db, `
		SELECT r.code, coalesce(min(c.name), r.code) AS name, coalesce(min(c.category), '') AS category,
		       count(*) FILTER (WHERE r.how = 'told') AS told, count(*) FILTER (WHERE r.how = 'transfer') AS transferred
		FROM directory.referral r LEFT JOIN directory.contact c ON c.site = r.site AND c.code = r.code
		WHERE r.site = $1 AND r.at >= $2 AND r.at < $3
		GROUP BY r.code ORDER BY count(*) DESC, r.code`, site, from, to)
	if err != nil {
		return nil, fmt.Errorf("directory: count the referrals of site %s: %w", site, err)
	}
	return found, nil
}
