// Command yihaotong is the whole program: the hotline's engine, its console
// and the tools around them. This package wires the parts together, reads the
// command line and knows about signals; it decides nothing.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/yihaotong/yihaotong/internal/config"
)

func main() {
	// The first signal asks to stop; the second ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "yihaotong:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "yihaotong",
		Short:         "一号通: the 12328 transport hotline",
		Long:          "一号通 — the 12328 transport hotline: calls, desk, tickets, board.\n\n" + config.Help(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().String("config", "", "configuration file (default yihaotong.yaml, if it is there)")
	root.AddCommand(serveCommand(), migrateCommand(), initCommand(), flowCommand(), pbxCommand(), callsCommand(), recordingCommand())
	return root
}

// settings reads the configuration and demands what the command needs.
func settings(cmd *cobra.Command, needs ...string) (config.Config, *slog.Logger, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Config{}, nil, err
	}
	c, err := config.Load(path, os.Environ())
	if err != nil {
		return c, nil, err
	}
	if err := c.Require(needs...); err != nil {
		return c, nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.Log.Level}))
	for _, name := range c.Unknown {
		log.Warn("an environment variable means nothing to us: a slip of the pen?", "name", name)
	}
	return c, log, nil
}
