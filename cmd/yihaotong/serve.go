package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/internal/config"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve calls, console and jobs until a signal asks to stop",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, log, err := settings(cmd, "postgres.url", "redis.url", "asterisk.url")
			if err != nil {
				return err
			}
			return serve(cmd.Context(), c, log)
		},
	}
}

// retryStart is how often a server that is absent at the start is tried.
const retryStart = time.Second

// serve listens at once, so that whoever asks learns what is missing, and
// takes up work as soon as the database is there. Switch and Redis may come
// later still: the engine waits for them while it runs.
func serve(ctx context.Context, c config.Config, log *slog.Logger) error {
	listener, err := net.Listen("tcp", c.HTTP.Addr)
	if err != nil {
		return fmt.Errorf("listen for the console: %w", err)
	}
	log.Info("starting", "config", c)
	var handler atomic.Pointer[http.Handler]
	waiting := http.Handler(http.HandlerFunc(starting))
	handler.Store(&waiting)
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the console: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		graceful, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(graceful); err != nil {
			return server.Close()
		}
		return nil
	})
	g.Go(func() error {
		pool, err := awaitDatabase(ctx, c, log)
		if err != nil || pool == nil {
			return err
		}
		defer pool.Close()
		n, err := assemble(ctx, c, pool, log)
		if err != nil {
			return err
		}
		ready := http.Handler(n.edge)
		handler.Store(&ready)
		log.Info("serving", "console", "http://"+c.HTTP.Addr)
		return n.run(ctx)
	})
	return g.Wait()
}

// awaitDatabase opens and migrates the database, however long it takes to be
// there. Callers wait meanwhile at the switch, with music.
func awaitDatabase(ctx context.Context, c config.Config, log *slog.Logger) (*pgxpool.Pool, error) {
	for told := false; ; told = true {
		pool, err := postgres.Open(ctx, c.Postgres.URL)
		if err == nil {
			if err = migrate(ctx, pool); err == nil {
				return pool, nil
			}
			pool.Close()
		}
		if ctx.Err() != nil {
			return nil, nil
		}
		if !postgres.Away(err) {
			return nil, err
		}
		if !told {
			log.Error("waiting for PostgreSQL; callers hear music at the switch meanwhile", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(retryStart):
		}
	}
}

// starting answers until there is a database.
func starting(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/healthz" {
		_, _ = w.Write([]byte("ok\n"))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("系统正在启动，等待数据库，请稍候刷新。\nStarting: waiting for PostgreSQL.\n"))
}
