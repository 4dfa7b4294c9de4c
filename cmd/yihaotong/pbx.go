package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/dialplan/speech"
	asterisk "github.com/yihaotong/yihaotong/pbx/asterisk/config"
)

func pbxCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "pbx", Short: "The telephone switch"}
	render := &cobra.Command{Use: "render", Short: "Write a switch's configuration"}
	render.AddCommand(renderAsterisk())
	cmd.AddCommand(render)
	return cmd
}

func renderAsterisk() *cobra.Command {
	var o asterisk.Options
	var sip, http, rtp, external string
	cmd := &cobra.Command{
		Use:   "asterisk",
		Short: "Write a complete configuration for Asterisk 22",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.SIP, err = netip.ParseAddrPort(sip); err != nil {
				return fmt.Errorf("--sip %q: want address:port", sip)
			}
			if o.HTTP, err = netip.ParseAddrPort(http); err != nil {
				return fmt.Errorf("--http %q: want address:port", http)
			}
			if external != "" {
				if o.External, err = netip.ParseAddr(external); err != nil {
					return fmt.Errorf("--external %q: want an address", external)
				}
			}
			first, last, ok := strings.Cut(rtp, "-")
			a, err1 := strconv.ParseUint(first, 10, 16)
			b, err2 := strconv.ParseUint(last, 10, 16)
			if !ok || err1 != nil || err2 != nil {
				return fmt.Errorf("--rtp %q: want first-last, as 10000-19999", rtp)
			}
			o.RTP = asterisk.Ports{First: uint16(a), Last: uint16(b)}
			if err := asterisk.Render(o); err != nil {
				return err
			}
			return sounds(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Tree, "tree", "", "root of an unpacked Asterisk (default: the system's own)")
	f.StringVar(&o.Out, "out", "", "folder to write to: etc and var below it")
	f.StringVar(&sip, "sip", "127.0.0.1:5060", "address and port of SIP")
	f.StringVar(&http, "http", "127.0.0.1:8088", "address and port of ARI and of SIP over WebSocket")
	f.StringVar(&rtp, "rtp", "10000-19999", "ports for media")
	f.StringVar(&external, "external", "", "address the outside sees, behind NAT")
	f.StringVar(&o.User, "ari-user", "yihaotong", "ARI user")
	f.StringVar(&o.Password, "ari-password", "", "ARI password")
	f.StringVar(&o.App, "app", "yihaotong", "name of the Stasis application")
	f.StringVar(&o.Music, "moh", "", "folder with music on hold")
	f.StringVar(&o.Apology, "apology", "", "sound for callers whom nobody can take (without ending)")
	f.StringVar(&o.DemoCaller, "demo-caller", "", "make the SIP account demo-caller, which may call in, with this password")
	return cmd
}

// sounds makes what the switch plays by itself when nobody leads it: music,
// and an apology to callers who arrive while the program is away. What the
// operator has named or put there is left alone.
func sounds(ctx context.Context, o asterisk.Options) error {
	if o.Music == "" {
		if _, err := speech.MusicOnHold(filepath.Join(o.Out, "var", "music")); err != nil {
			return err
		}
	}
	apology := filepath.Join(o.Out, "var", "sounds", "apology.wav")
	if _, err := os.Stat(apology); o.Apology != "" || err == nil {
		return nil
	}
	voice, err := speech.New(speech.Config{Dir: filepath.Join(o.Out, "var", "prompts")}, speech.Espeak{})
	if err != nil {
		return err
	}
	made, err := voice.File(ctx, dialplan.Apology.In(dialplan.DefaultLanguage), dialplan.DefaultLanguage)
	if err != nil {
		return fmt.Errorf("speak the apology: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(apology), 0o755); err != nil { //nolint:gosec // the switch may run as another user
		return fmt.Errorf("keep the apology: %w", err)
	}
	if err := os.Rename(made+speech.Ending, apology); err != nil {
		return fmt.Errorf("keep the apology: %w", err)
	}
	return nil
}
