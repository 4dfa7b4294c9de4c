package main

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// demoPassword is everybody's in the demo city, which nobody should put on a
// public network.
const demoPassword = "Yht-12328-demo"

func initCommand() *cobra.Command {
	var demo bool
	var outside string
	var found directory.Founding
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the first site and its administrator, or the demo city",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDatabase(cmd, func(pool *pgxpool.Pool) error {
				store := directory.New(pool)
				if demo {
					if err := demoGuard(cmd.Context(), tollfraud.NewStore(pool), outside != ""); err != nil {
						return err
					}
					if err := initDemo(cmd, store, outside); err != nil {
						return err
					}
					if err := demoQuality(cmd, pool, store, time.Now()); err != nil {
						return err
					}
					return demoRoster(cmd.Context(), pool, store, time.Now())
				}
				var err error
				if found.Password, err = password(); err != nil {
					return err
				}
				if err := store.Init(cmd.Context(), found, time.Now()); err != nil {
					return err
				}
				return quality.New(pool, nil, nil).Found(cmd.Context(), found.Site, found.Administrator, time.Now())
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&demo, "demo", false, "make the demo city 长沙 (0731) with three agents, a supervisor and an administrator")
	f.StringVar(&outside, "outside", "", "with --demo: where calls to outside go, as 127.0.0.3:5060; without it they reach nobody")
	f.StringVar(&found.Site, "site", "", "six-digit region code of the site, as 430100")
	f.StringVar(&found.Name, "name", "", "name of the site (default: its region's)")
	f.StringVar(&found.AreaCode, "area-code", "", "area code of the numbers it answers, as 0731")
	f.StringVar(&found.Administrator, "administrator", "", "employee number of the administrator; the first password is read from YHT_ADMIN_PASSWORD")
	return cmd
}

// initDemo makes the demo city, whose carrier is known by the address
// 127.0.0.2, and prints who can log in.
func initDemo(cmd *cobra.Command, store *directory.Store, outside string) error {
	demo := directory.Demo{Password: demoPassword, Realm: pbx.Realm, Carrier: netip.MustParsePrefix("127.0.0.2/32")}
	if outside != "" {
		var err error
		if demo.Outside, err = netip.ParseAddrPort(outside); err != nil {
			return fmt.Errorf("read --outside: %w", err)
		}
	}
	err := store.SeedDemo(cmd.Context(), demo, time.Now())
	if err != nil {
		return err
	}
	return logIns(cmd, store, cmd.OutOrStdout())
}

// password takes the administrator's first password from the environment, so
// that it stays out of the process list and the shell's history.
func password() (string, error) {
	p := os.Getenv("YHT_ADMIN_PASSWORD")
	if p == "" {
		return "", fmt.Errorf("set YHT_ADMIN_PASSWORD to the administrator's first password")
	}
	return p, nil
}

// logIns prints who can log in.
func logIns(cmd *cobra.Command, store *directory.Store, w io.Writer) error {
	people, err := store.People(cmd.Context(), "")
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NUMBER\tNAME\tROLE\tPASSWORD")
	for _, p := range people {
		roles := make([]string, len(p.Roles))
		for i, r := range p.Roles {
			roles[i] = string(r)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.Number, p.Name, strings.Join(roles, ", "), demoPassword)
	}
	return t.Flush()
}
