package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/asterisk/cdr"
)

func callsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "calls", Short: "The records of calls"}
	cmd.AddCommand(reconcileCommand())
	return cmd
}

// errDiffers ends the command with a status other than zero.
var errDiffers = errors.New("our records and the switch's differ")

func reconcileCommand() *cobra.Command {
	var file, from, to string
	var tolerance time.Duration
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare our legs with the switch's own records (CDR)",
		Long: "Compares when each leg began, was answered and ended, as we noted it, with the switch's own records,\n" +
			"and prints what differs by more than the tolerance or is known to one of the two only.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin, err := momentOf(from, false)
			if err != nil {
				return err
			}
			end, err := momentOf(to, true)
			if err != nil {
				return err
			}
			return withDatabase(cmd, func(pool *pgxpool.Pool) error {
				measured, err := measuredWithin(file, begin, end)
				if err != nil {
					return err
				}
				legs, err := record.New(pool).Legs(cmd.Context(), begin, end)
				if err != nil {
					return err
				}
				r := record.Reconcile(legs, measured, tolerance)
				if err := printReconciliation(cmd.OutOrStdout(), r, tolerance); err != nil {
					return err
				}
				if len(r.Differences) > 0 {
					return errDiffers
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&file, "cdr", "", "the switch's file of records")
	f.StringVar(&from, "from", "", "begin: a day as 2026-11-22, or RFC 3339")
	f.StringVar(&to, "to", "", "end: a day (included), or RFC 3339 (not included)")
	f.DurationVar(&tolerance, "tolerance", time.Second, "differences up to this are none")
	for _, name := range []string{"cdr", "from", "to"} {
		_ = cmd.MarkFlagRequired(name) // it is there
	}
	return cmd
}

// measuredWithin reads what the switch noted of channels that began in a time.
func measuredWithin(file string, begin, end time.Time) ([]record.Measured, error) {
	f, err := os.Open(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read the switch's records: %w", err)
	}
	defer func() { _ = f.Close() }()
	all, err := cdr.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read the switch's records: %w", err)
	}
	var measured []record.Measured
	for _, r := range all {
		// A leg begins a moment before or after its channel does.
		if !r.Start.Before(begin.Add(-time.Minute)) && r.Start.Before(end.Add(time.Minute)) {
			measured = append(measured, record.Measured{Channel: string(r.Channel), Start: r.Start, Answer: r.Answer, End: r.End})
		}
	}
	return measured, nil
}

// momentOf reads a moment, or a day where we are: its begin, or its end.
func momentOf(text string, end bool) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		return day, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%q: want a day as 2026-11-22, or a moment as 2026-11-22T14:05:00+08:00", text)
	}
	return t, nil
}

// printReconciliation tells people how we and the switch compare.
func printReconciliation(w io.Writer, r record.Reconciliation, tolerance time.Duration) error {
	_, err := fmt.Fprintf(w, "%d legs, %d of them in the switch's records; the greatest difference is %s; %d differences beyond %s\n",
		r.Legs, r.Matched, r.Worst.Round(time.Millisecond), len(r.Differences), tolerance)
	if err != nil || len(r.Differences) == 0 {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CALL\tCHANNEL\tWHAT\tOURS\tSWITCH'S\tDIFFERENCE")
	for _, d := range r.Differences {
		by := "—"
		if !d.Ours.IsZero() && !d.Theirs.IsZero() {
			by = d.By().Round(time.Millisecond).String()
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Call, d.Channel, d.Moment, shown(d.Ours), shown(d.Theirs), by)
	}
	return t.Flush()
}

func shown(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.Local().Format("2006-01-02 15:04:05.000")
}
