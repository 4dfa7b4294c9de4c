package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// TestGuardOfTheDemoCity asks for calls as the engine does, with the data that
// init --demo makes.
func TestGuardOfTheDemoCity(t *testing.T) {
	pool := postgrestest.New(t, directory.Migrations, tollfraud.Migrations)
	ctx := t.Context()
	people, store := directory.New(pool), tollfraud.NewStore(pool)
	day := time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC) // noon in China
	if err := people.SeedDemo(ctx, directory.Demo{Password: demoPassword, Realm: pbx.Realm}, day); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is there already
		if err := demoGuard(ctx, store, false); err != nil {
			t.Fatal(err)
		}
	}
	policy := tollfraud.Usual(demoTrunk, demoShown) // the demo itself has no night
	if _, err := store.Keep(ctx, directory.DemoSite, "9001", 1, policy, "测试", day); err != nil {
		t.Fatal(err)
	}
	if _, err := people.AddListed(ctx, directory.Listed{
		List: directory.VIP, Number: "1370000", Prefix: true, Priority: 4, Reason: "测试", AddedBy: "9001", AddedAt: day,
	}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	r, err := newRegistry(ctx, people, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	inner := tollfraud.NewGuard(store, r.zone, log)
	working, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = inner.Run(working, r.sites()...) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	g := guard{inner, r}
	night := day.Add(10 * time.Hour)
	for _, tt := range []struct {
		number string
		at     time.Time
		want   tollfraud.Ground
		cut    bool
	}{
		{"13700001111", day, "", true},
		{"13700001111", night, tollfraud.AtNight, false},
		{"13800001002", night, "", true},  // a colleague's mobile
		{"13900000001", night, "", true},  // the mobile on duty
		{"073188880001", night, "", true}, // the province
		{"12122", night, "", false},
		{"12306", night, "", true},
		{"0085212345678", day, tollfraud.Forbidden, false},
		{"10086", day, tollfraud.NotAllowed, false},
	} {
		o := orchestrator.Outgoing{
			Site: directory.DemoSite, Agent: "1001", Call: "call", Channel: pbx.ChannelID("leg-" + tt.number + tt.at.String()),
			Number: tt.number, Purpose: orchestrator.ForCustomer, At: tt.at,
		}
		way, err := g.Allow(ctx, o)
		var ground tollfraud.Ground
		if why, ok := errors.AsType[*tollfraud.Refusal](err); ok {
			ground = why.Ground
		}
		if ground != tt.want || (way.Longest > 0) != tt.cut {
			t.Errorf("%s at %v: %+v %v", tt.number, tt.at, way, err)
		}
		if err == nil && (way.Trunk != demoTrunk || way.Number != tt.number || way.Caller != demoShown) {
			t.Errorf("%s goes %+v", tt.number, way)
		}
		if err == nil {
			o.At = o.At.Add(time.Second)
			g.Ended(o, time.Second, false)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		legs, err := store.Now(ctx, directory.DemoSite, night)
		if err == nil && len(legs) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("places still taken: %v %v", legs, err)
		}
	}
	if p := r.VIP(ctx, directory.DemoSite, "+86 13700001111", day.Add(time.Hour)); p != 4 {
		t.Errorf("VIP %d", p)
	}
	if r.Blacklisted(ctx, directory.DemoSite, "13700001111", day.Add(time.Hour)) {
		t.Error("a VIP is blocked")
	}
}
