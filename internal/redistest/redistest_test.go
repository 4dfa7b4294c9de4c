package redistest_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/internal/redistest"
)

func TestServerComesAndGoesOnOnePort(t *testing.T) {
	s := redistest.Start(t)
	opt, err := redis.ParseURL(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	opt.MaxRetries = -1
	c := redis.NewClient(opt)
	defer func() { _ = c.Close() }()
	ctx := t.Context()

	set := func() {
		t.Helper()
		if err := c.Set(ctx, "k", "v", 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	gone := func(after string) {
		t.Helper()
		if n, err := c.Exists(ctx, "k").Result(); err != nil || n != 0 {
			t.Fatalf("after %s: exists %d, %v", after, n, err)
		}
	}
	set()
	s.Flush()
	gone("Flush")
	set()
	s.Kill()
	if err := c.Ping(ctx).Err(); err == nil {
		t.Fatal("a killed server answered")
	}
	s.Restart()
	gone("Restart")
}

func TestServersOfTwoTestsDoNotSeeEachOther(t *testing.T) {
	if a, b := redistest.Start(t), redistest.Start(t); a.URL() == b.URL() {
		t.Fatalf("both at %s", a.URL())
	}
}
