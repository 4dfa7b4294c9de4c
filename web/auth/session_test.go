package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/web/auth"
)

func TestSessionEndsWhenIdleWhenOldAndWhenClosed(t *testing.T) {
	ctx := context.Background()
	s := auth.New(postgrestest.New(t, auth.Migrations), auth.Limits{Idle: 30 * time.Minute, Max: 12 * time.Hour})
	start := time.Now()
	token, err := s.Open(ctx, "1001", "127.0.0.1:5", "Chrome\x00\xff", start)
	if err != nil {
		t.Fatal(err)
	}
	find := func(token string, after time.Duration, touch bool) error {
		_, err := s.Find(ctx, token, touch, start.Add(after))
		return err
	}
	if err := find(token, 29*time.Minute, false); err != nil {
		t.Errorf("within the idle limit: %v", err)
	}
	if err := find(token, 31*time.Minute, true); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("after the idle limit: %v", err)
	}
	for at := 20 * time.Minute; at < 12*time.Hour; at += 20 * time.Minute {
		if err := find(token, at, true); err != nil {
			t.Fatalf("used all the time, at %v: %v", at, err)
		}
	}
	if err := find(token, 12*time.Hour, true); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("after the longest time: %v", err)
	}
	second, err := s.Open(ctx, "1001", "", "", start)
	if err != nil {
		t.Fatal(err)
	}
	third, err := s.Open(ctx, "1001", "", "", start)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CloseOthers(ctx, "1001", third); err != nil {
		t.Fatal(err)
	}
	if err := find(second, 0, false); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("another session after a change of password: %v", err)
	}
	if err := s.Close(ctx, third); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{third, "", "guess", string(make([]byte, 5000))} {
		if err := find(bad, 0, true); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("token %.10q: %v", bad, err)
		}
	}
}
