package directory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

// listing returns a function that puts numbers on lists, as supervisor 2001 at
// noon.
func listing(t *testing.T, s *directory.Store) func(directory.Listed) directory.Listed {
	return func(l directory.Listed) directory.Listed {
		t.Helper()
		l.Reason, l.AddedBy, l.AddedAt = "反复骚扰", "2001", noon
		added, err := s.AddListed(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		return added
	}
}

func TestEntryHoldsForItsSiteUntilItEnds(t *testing.T) {
	s, pool := demo(t)
	ctx := t.Context()
	exec(t, pool, `INSERT INTO directory.site (code, name, area_code, flow) VALUES ('430200', '株洲', '0731', 'city')`)
	add := listing(t, s)
	blocked := func(site, number string, at time.Time) bool {
		t.Helper()
		is, err := s.Blacklisted(ctx, site, number, at)
		if err != nil {
			t.Fatal(err)
		}
		holding, err := s.Holding(ctx, site, directory.Blacklist, noon)
		if err != nil {
			t.Fatal(err)
		}
		same := false
		for _, l := range holding {
			same = same || l.Covers(directory.Normalise(number)) && l.Holds(at)
		}
		if same != is {
			t.Errorf("%s at %s: the database says %v, its entries %v", number, site, is, same)
		}
		return is
	}
	own := add(directory.Listed{List: directory.Blacklist, Number: "138 0013 8000", Site: changsha, Until: noon.Add(time.Hour)})
	add(directory.Listed{List: directory.Blacklist, Number: "0731-84440000"})
	add(directory.Listed{List: directory.Blacklist, Number: "0852 1", Prefix: true, Site: changsha})
	add(directory.Listed{List: directory.Blacklist, Number: "400100", Site: changsha, From: noon.Add(time.Hour)})
	for _, tt := range []struct {
		site, number string
		after        time.Duration
		want         bool
	}{
		{changsha, "+8613800138000", 0, true},
		{changsha, "013800138000", 59 * time.Minute, true},
		{changsha, "13800138000", time.Hour, false},
		{"430200", "13800138000", 0, false},
		{"430200", "+8673184440000", 0, true},
		{changsha, "0852123456", 0, true},
		{changsha, "0852223456", 0, false},
		{changsha, "400100", 59 * time.Minute, false},
		{changsha, "400100", time.Hour, true},
		{changsha, "13800138001", 0, false},
		{changsha, "", 0, false},
		{changsha, "anonymous\x00\xff", 0, false},
	} {
		if got := blocked(tt.site, tt.number, noon.Add(tt.after)); got != tt.want {
			t.Errorf("%s at %s after %v: %v", tt.number, tt.site, tt.after, got)
		}
	}
	if err := s.EndListed(ctx, "2001", own.ID, "已道歉", noon.Add(time.Minute)); err != nil || blocked(changsha, "13800138000", noon.Add(time.Minute)) {
		t.Errorf("ended: %v", err)
	}
	if err := s.EndListed(ctx, "2001", own.ID, "已道歉", noon.Add(time.Minute)); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("ended twice: %v", err)
	}
}

func TestEndedEntriesStayAsHistory(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	add := listing(t, s)
	first := add(directory.Listed{List: directory.VIP, Number: "13800138000", Site: changsha, Priority: 3, Until: noon.Add(time.Hour)})
	if _, err := s.AddListed(ctx, directory.Listed{
		List: directory.VIP, Number: "+86 13800138000", Site: changsha, Priority: 5, Reason: "人大代表", AddedBy: "2001", AddedAt: noon.Add(time.Minute),
	}); !errors.Is(err, directory.ErrListed) {
		t.Errorf("listed twice: %v", err)
	}
	later := noon.Add(2 * time.Hour)
	second, err := s.AddListed(ctx, directory.Listed{
		List: directory.VIP, Number: "13800138000", Site: changsha, Priority: 5, Reason: "人大代表", AddedBy: "2001", AddedAt: later,
	})
	if err != nil {
		t.Fatalf("after its end: %v", err)
	}
	if p, err := s.VIP(ctx, changsha, "0138 0013 8000", later); p != 5 || err != nil {
		t.Errorf("priority %d %v", p, err)
	}
	if p, err := s.VIP(ctx, changsha, "13800138001", later); p != 0 || err != nil {
		t.Errorf("nobody special: %d %v", p, err)
	}
	list := func(ended bool, number string) []directory.Listed {
		t.Helper()
		found, total, err := s.ListedNumbers(ctx, directory.ListFilter{Site: changsha, List: directory.VIP, Ended: ended, Number: number, Limit: 10}, later)
		if err != nil || total != len(found) {
			t.Fatal(total, err)
		}
		return found
	}
	if now := list(false, "+8613800138000"); len(now) != 1 || now[0].ID != second.ID {
		t.Errorf("now %v", now)
	}
	if then := list(true, ""); len(then) != 1 || then[0].ID != first.ID || !then[0].EndedAt.Equal(noon.Add(time.Hour)) || then[0].EndedBy != "" {
		t.Errorf("history %+v", then)
	}
	change := second
	change.Until, change.Priority, change.Reason = later.Add(time.Hour), 1, "复核后调整"
	if got, err := s.ChangeListed(ctx, "2001", change, later); err != nil || got.Number != "13800138000" || got.Priority != 1 {
		t.Errorf("changed %+v %v", got, err)
	}
	if _, err := s.ChangeListed(ctx, "2001", first, later); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("changed what has ended: %v", err)
	}
	log, err := s.Audit(ctx, noon.Add(-time.Hour), later.Add(time.Hour), 100)
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range log {
		actions = append(actions, e.Action)
		if strings.Contains(e.Subject, "138001") {
			t.Errorf("the audit log names a number: %v", e)
		}
	}
	if got := strings.Join(actions, " "); got != "list_change list_vip list_vip" {
		t.Errorf("audited: %s", got)
	}
}

func TestSenselessEntriesAreRefused(t *testing.T) {
	s, _ := demo(t)
	good := directory.Listed{List: directory.Blacklist, Number: "13800138000", Site: changsha, Reason: "骚扰", AddedBy: "2001", AddedAt: noon}
	for name, spoil := range map[string]func(*directory.Listed){
		"no number":       func(l *directory.Listed) { l.Number = "anonymous" },
		"two digits":      func(l *directory.Listed) { l.Number, l.Prefix = "13", true },
		"no reason":       func(l *directory.Listed) { l.Reason = " x " },
		"long reason":     func(l *directory.Listed) { l.Reason = strings.Repeat("因", 501) },
		"zero byte":       func(l *directory.Listed) { l.Reason = "ab\x00" },
		"ends before":     func(l *directory.Listed) { l.Until = noon },
		"ends in a slip":  func(l *directory.Listed) { l.Until = noon.AddDate(30, 0, 0) },
		"priority":        func(l *directory.Listed) { l.Priority = 1 },
		"VIP without one": func(l *directory.Listed) { l.List = directory.VIP },
		"VIP beyond":      func(l *directory.Listed) { l.List, l.Priority = directory.VIP, 6 },
		"no such list":    func(l *directory.Listed) { l.List = "grey" },
		"no such site":    func(l *directory.Listed) { l.Site = "430500" },
		"nobody":          func(l *directory.Listed) { l.AddedBy = "4711" },
	} {
		l := good
		spoil(&l)
		if _, err := s.AddListed(t.Context(), l); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.AddListed(t.Context(), good); err != nil {
		t.Error(err)
	}
	for _, entry := range []string{"", "x", "01900000-0000-7000-8000-000000000000", "'; DROP TABLE listed --"} {
		if err := s.EndListed(t.Context(), "2001", entry, "没有", noon); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%q: %v", entry, err)
		}
	}
}
