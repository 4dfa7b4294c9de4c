package directory_test

import (
	"errors"
	"maps"
	"net/netip"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
)

func TestSeedingTwiceChangesNothing(t *testing.T) {
	s, pool := demo(t)
	if err := s.ChangePassword(t.Context(), "1001", demoPassword, "Neues-Wort-77", noon); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `UPDATE directory.queue SET wrap_up_seconds = 45 WHERE code = 'general'`)
	before := contents(t, pool)
	if err := s.SeedDemo(t.Context(), directory.Demo{Password: "Another-12328", Realm: "other"}, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if after := contents(t, pool); !maps.Equal(before, after) {
		t.Errorf("before %v\nafter  %v", before, after)
	}
}

func TestDemoCityIsWholeEnoughToTakeACall(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	routes, err := s.NumberRoutes(ctx)
	if err != nil || len(routes) != 2 {
		t.Fatalf("routes %v %v", routes, err)
	}
	for i, number := range []string{"073112328", "12328"} { // the more specific first
		if want := (directory.NumberRoute{Number: number, Site: changsha, Flow: "city"}); routes[i] != want {
			t.Errorf("route %d is %v, want %v", i, routes[i], want)
		}
	}
	trunks, err := s.Trunks(ctx)
	if err != nil || len(trunks) != 1 || trunks[0].ID != "trunk" || !trunks[0].Active || trunks[0].Register != nil ||
		len(trunks[0].Match) != 1 || trunks[0].Match[0] != netip.MustParsePrefix("127.0.0.2/32") {
		t.Errorf("trunks %+v %v", trunks, err)
	}
	queues, err := s.Queues(ctx, changsha)
	if err != nil || len(queues) != 3 {
		t.Fatalf("queues %v %v", queues, err)
	}
	if q := queues[0]; q.Code != "general" || q.Name != "综合业务" || q.Ring != 20*time.Second || q.WrapUp != 30*time.Second ||
		q.Announce != 30*time.Second || !maps.Equal(q.Skills, map[string]int{"general": 1}) {
		t.Errorf("queue %+v", q)
	}
	phones, err := s.Phones(ctx, changsha)
	// echo -n d1001:yihaotong:Yht-12328-demo | md5sum
	if err != nil || len(phones) != 4 || phones[0] != (directory.Phone{ID: "d1001", Person: "1001", HA1: "0806d921d2b4d0399f52736882d290e9"}) {
		t.Errorf("phones %v %v", phones, err)
	}
	site, err := s.Site(ctx, changsha)
	if err != nil || site.Name != "长沙" || !site.AlwaysOpen || site.Location().String() != "Asia/Shanghai" {
		t.Errorf("site %+v %v", site, err)
	}
	people, err := s.People(ctx, changsha)
	if err != nil || len(people) != 5 {
		t.Errorf("people %v %v", people, err)
	}
}

func TestEngineReasonsCannotBeChosen(t *testing.T) {
	s, _ := demo(t)
	reasons, err := s.NotReadyReasons(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	system := map[string]bool{}
	for _, r := range reasons {
		system[r.Code] = r.BySystem
	}
	want := map[string]bool{
		"rest": false, "meal": false, "training": false, "meeting": false,
		"signed_in": true, "no_answer": true, "busy": true, "rejected": true, "unreachable": true,
	}
	if !maps.Equal(system, want) {
		t.Errorf("%v", system)
	}
}

func TestInitMakesANodeOnceOrNotAtAll(t *testing.T) {
	pool := postgrestest.New(t, directory.Migrations)
	s := directory.New(pool)
	ctx := t.Context()
	good := directory.Founding{Site: "430200", AreaCode: "0731", Administrator: "9001", Password: "Anfang-12328x"}

	for name, change := range map[string]func(*directory.Founding){
		"unknown region":    func(f *directory.Founding) { f.Site = "999999" },
		"not a region":      func(f *directory.Founding) { f.Site = "'; DROP" },
		"no area code":      func(f *directory.Founding) { f.AreaCode = "731" },
		"weak password":     func(f *directory.Founding) { f.Password = "12345" },
		"no administrator":  func(f *directory.Founding) { f.Administrator = "" },
		"unreadable number": func(f *directory.Founding) { f.Administrator = "管理员" },
	} {
		bad := good
		change(&bad)
		if err := s.Init(ctx, bad, noon); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sites, err := s.Sites(ctx); err != nil || len(sites) != 0 {
		t.Fatalf("a refused beginning left %v %v", sites, err)
	}
	if err := s.Init(ctx, good, noon); err != nil {
		t.Fatal(err)
	}
	p, err := s.Authenticate(ctx, "9001", good.Password, noon)
	if err != nil || !p.MustChange || !p.May("430200", directory.Administrator) {
		t.Errorf("administrator %+v %v", p, err)
	}
	site, err := s.Site(ctx, "430200")
	if err != nil || site.Name != "株洲市" || site.Flow != "city" {
		t.Errorf("site %+v %v", site, err)
	}
	before := contents(t, pool)
	if err := s.Init(ctx, good, noon); !errors.Is(err, directory.ErrExists) || errkind.Of(err) != errkind.Conflict {
		t.Errorf("again: %v", err)
	}
	other := good
	other.Site = "430300"
	if err := s.Init(ctx, other, noon); !errors.Is(err, directory.ErrExists) {
		t.Errorf("another site with the same administrator: %v", err)
	}
	if after := contents(t, pool); !maps.Equal(before, after) {
		t.Error("a refused beginning changed something")
	}
}
