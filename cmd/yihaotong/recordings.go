package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/internal/config"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx/recording"
)

// vaultOptions says where recordings are kept: below the data directory, or in
// the configured object store.
func vaultOptions(c config.Config) ([]recording.Option, error) {
	if c.Recordings.Store == "" {
		return nil, nil
	}
	s, err := recording.NewS3(c.Recordings.Store, filepath.Join(c.Data.Dir, "recordings"))
	if err != nil {
		return nil, err
	}
	return []recording.Option{recording.Into(s)}, nil
}

// collectRecordings orders, with the end of a call, that its recording be
// brought into the vault, and notes what recordings are found by. That of a call
// in which nobody spoke is empty: it is only removed from the switch.
func collectRecordings(ctx context.Context, tx pgx.Tx, facts []orchestrator.Fact) error {
	var moments []recording.Moment
	for _, f := range facts {
		if f.Kind == orchestrator.CallEnded && f.Data.Recording != "" {
			if err := recording.Enqueue(ctx, tx, string(f.Call), f.Data.Recording); err != nil {
				return err
			}
		}
		if m, ok := recordingMoment(f); ok {
			moments = append(moments, m)
		}
	}
	return recording.Note(ctx, tx, moments...)
}

// recordingMoment is what a fact means for recordings; false: nothing.
func recordingMoment(f orchestrator.Fact) (recording.Moment, bool) {
	kind, ok := map[orchestrator.FactKind]recording.MomentKind{
		orchestrator.CallArrived: recording.Began, orchestrator.CallDialled: recording.Began, orchestrator.CallQueued: recording.Queued,
		orchestrator.CallAnswered: recording.Talk, orchestrator.CallTalkEnded: recording.TalkEnded,
		orchestrator.CallHeld: recording.Held, orchestrator.CallRetrieved: recording.Retrieved,
		orchestrator.CallMasked: recording.Masked, orchestrator.CallUnmasked: recording.Unmasked,
		orchestrator.CallRated: recording.Rated, orchestrator.CallMessage: recording.Message, orchestrator.CallEnded: recording.Ended,
	}[f.Kind]
	if !ok || f.Call == "" {
		return recording.Moment{}, false
	}
	m := recording.Moment{
		Call: string(f.Call), Site: string(f.Site), At: f.At, Kind: kind, Agent: string(f.Agent), Queue: string(f.Data.Queue), Rating: f.Data.Score,
	}
	switch f.Kind {
	case orchestrator.CallArrived:
		m.Direction, m.Number = string(orchestrator.Inbound), f.Data.Caller
	case orchestrator.CallDialled:
		m.Direction, m.Number = string(orchestrator.Outbound), f.Data.Number
	}
	if f.Data.Direction != "" {
		m.Direction = string(f.Data.Direction)
	}
	m.Number = dialplan.NormaliseNumber(m.Number)
	m.Area = dialplan.AreaCode(m.Number)
	return m, true
}

// ticketTies tells which calls tickets need: those of a ticket that is not over
// are kept, whatever their age.
type ticketTies struct{ pool *pgxpool.Pool }

// Ties implements recording.Tickets.
func (t ticketTies) Ties(ctx context.Context, calls []string) (map[string]recording.Tie, error) {
	rows, err := t.pool.Query(ctx, `
		SELECT l.call_id, bool_or(k.state NOT IN ('archived', 'cancelled', 'not_accepted', 'merged'))
		FROM ticketing.ticket_call l JOIN ticketing.ticket k ON k.id = l.ticket_id
		WHERE l.call_id = ANY($1) AND k.state <> 'cancelled' GROUP BY l.call_id`, calls)
	ties := map[string]recording.Tie{}
	var call string
	var open bool
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&call, &open}, func() error {
			ties[call] = recording.TiedClosed
			if open {
				ties[call] = recording.TiedOpen
			}
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read which calls belong to tickets: %w", err)
	}
	return ties, nil
}

func recordingCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "recording", Short: "Look after recordings"}
	cmd.AddCommand(verifyCommand())
	return cmd
}

// verifyCommand reads recordings and compares them with what was sealed.
func verifyCommand() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read every recording of some time and compare it with what was sealed",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin, err := dayOf(from, time.Time{})
			if err != nil {
				return err
			}
			end, err := dayOf(to, time.Now())
			if err != nil {
				return err
			}
			c, _, err := settings(cmd, "postgres.url")
			if err != nil {
				return err
			}
			options, err := vaultOptions(c)
			if err != nil {
				return err
			}
			return withDatabase(cmd, func(pool *pgxpool.Pool) error {
				vault, err := recording.NewVault(pool, c.Data.Dir, options...)
				if err != nil {
					return err
				}
				return verify(cmd, vault, begin, end.AddDate(0, 0, 1))
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "first day on which they came into the vault, as 2026-11-22 (default: all)")
	cmd.Flags().StringVar(&to, "to", "", "last day (default: today)")
	return cmd
}

func verify(cmd *cobra.Command, vault *recording.Vault, from, to time.Time) error {
	began := time.Now()
	done, err := vault.Verify(cmd.Context(), from, to, func(f recording.Finding) {
		cmd.Printf("%s\t%s\t%s\n", f.CallID, f.Path, f.Wrong)
	})
	if err != nil {
		return err
	}
	cmd.Printf("%d recordings, %.1f MB, in %s: %d are not as they were sealed\n",
		done.Checked, float64(done.Bytes)/1e6, time.Since(began).Round(time.Millisecond), len(done.Wrong))
	if len(done.Wrong) > 0 {
		return fmt.Errorf("%d recordings are missing or damaged", len(done.Wrong))
	}
	return nil
}

// dayOf reads a day; empty: otherwise.
func dayOf(text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, dialplan.China)
	if err != nil {
		return t, fmt.Errorf("%q is not a day like 2026-11-22", text)
	}
	return t, nil
}
