package main

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// recordReferrals counts callers who were told of another service, or led
// there, as business.
func recordReferrals(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
	for _, f := range facts {
		if f.Kind != orchestrator.CallReferred {
			continue
		}
		err := directory.RecordReferral(ctx, tx, directory.Referred{
			Site: string(f.Site), Call: string(f.Call), Agent: string(f.Agent), Code: f.Data.Referral,
			Led: f.Data.How == "transferred", At: f.At,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
