package directory_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

func TestEmergenciesAreToldAndTransferred(t *testing.T) {
	s, _ := demo(t)
	contacts, err := s.Contacts(t.Context(), changsha)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, c := range contacts {
		codes = append(codes, c.Code)
		if c.Emergency && (!c.Told || !c.Transfer || !c.Active) || c.Told && c.Words == "" {
			t.Errorf("%+v", c)
		}
	}
	for _, want := range []string{"12122", "12395", "12306", "12305", "12345", "95583", "province", "ministry", "duty"} {
		if !slices.Contains(codes, want) {
			t.Errorf("%s is not in %v", want, codes)
		}
	}
	if c, err := s.Contact(t.Context(), changsha, "12395"); err != nil || !c.Emergency {
		t.Errorf("%+v %v", c, err)
	}
}

func TestContactKeepsItsHistory(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	c := directory.Contact{
		Site: changsha, Code: "metro", Name: " 长沙地铁 ", Kind: directory.Referral, Numbers: []string{"0731-8888 0004", "073188880004", "073188880005"},
		Told: true, Transfer: true, Trunk: "trunk", Active: true,
	}
	added, err := s.PutContact(ctx, "9001", c, noon)
	if err != nil || added.Rev != 1 || added.Name != "长沙地铁" || !slices.Equal(added.Numbers, []string{"073188880004", "073188880005"}) {
		t.Fatalf("%+v %v", added, err)
	}
	if _, err := s.PutContact(ctx, "9001", c, noon); !errors.Is(err, directory.ErrExists) {
		t.Errorf("added twice: %v", err)
	}
	added.Name = "地铁客服"
	changed, err := s.PutContact(ctx, "9001", added, noon.Add(time.Minute))
	if err != nil || changed.Rev != 2 {
		t.Fatalf("%+v %v", changed, err)
	}
	if _, err := s.PutContact(ctx, "2001", added, noon.Add(time.Minute)); !errors.Is(err, directory.ErrStaleContact) {
		t.Errorf("a change to an older state: %v", err)
	}
	if _, err := s.RetireContact(ctx, "9001", changsha, "metro", 1, noon.Add(2*time.Minute)); !errors.Is(err, directory.ErrStaleContact) {
		t.Errorf("retired an older state: %v", err)
	}
	retired, err := s.RetireContact(ctx, "9001", changsha, "metro", 2, noon.Add(2*time.Minute))
	if err != nil || retired.Active {
		t.Fatalf("%+v %v", retired, err)
	}
	history, err := s.ContactHistory(ctx, changsha, "metro")
	if err != nil || len(history) != 3 {
		t.Fatalf("%v %v", history, err)
	}
	for i, want := range []string{"retire", "change", "add"} {
		if h := history[i]; h.Action != want || h.Person != "9001" || h.Rev != 3-i {
			t.Errorf("%d: %+v", i, h)
		}
	}
	if history[2].Body.Name != "长沙地铁" || history[1].Body.Name != "地铁客服" {
		t.Errorf("%+v", history)
	}
}

func TestSenselessContactsAreRefused(t *testing.T) {
	s, _ := demo(t)
	good := directory.Contact{Site: changsha, Code: "x1", Name: "某处", Kind: directory.OtherKind, Numbers: []string{"84440000"}, Active: true}
	for name, spoil := range map[string]func(*directory.Contact){
		"code":              func(c *directory.Contact) { c.Code = "X 1" },
		"name":              func(c *directory.Contact) { c.Name = " " },
		"long name":         func(c *directory.Contact) { c.Name = strings.Repeat("字", 61) },
		"kind":              func(c *directory.Contact) { c.Kind = "friend" },
		"no number":         func(c *directory.Contact) { c.Numbers = nil },
		"letters":           func(c *directory.Contact) { c.Numbers = []string{"CALLME"} },
		"feature code":      func(c *directory.Contact) { c.Numbers = []string{"*2100"} },
		"six numbers":       func(c *directory.Contact) { c.Numbers = []string{"111", "222", "333", "444", "555", "666"} },
		"category":          func(c *directory.Contact) { c.Category = "1" },
		"zero byte":         func(c *directory.Contact) { c.Words = "a\x00" },
		"of no use":         func(c *directory.Contact) { c.Kind = directory.Referral },
		"trunk not there":   func(c *directory.Contact) { c.Trunk = "ghost" },
		"site not there":    func(c *directory.Contact) { c.Site = "430500" },
		"number too long":   func(c *directory.Contact) { c.Numbers = []string{strings.Repeat("1", 21)} },
		"number from +":     func(c *directory.Contact) { c.Numbers = []string{"+8613800138000"} },
		"words that fill":   func(c *directory.Contact) { c.Words = strings.Repeat("字", 501) },
		"English that fill": func(c *directory.Contact) { c.NameEN = strings.Repeat("x", 101) },
	} {
		c := good
		spoil(&c)
		if _, err := s.PutContact(t.Context(), "9001", c, noon); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUsualContactsAreAddedWhereMissing(t *testing.T) {
	s, pool := demo(t)
	exec(t, pool, `INSERT INTO directory.site (code, name, area_code, flow) VALUES ('430200', '株洲', '0731', 'city')`)
	for i, want := range []int{10, 0} {
		if n, err := s.AddUsualContacts(t.Context(), "9001", "430200", noon); n != want || err != nil {
			t.Errorf("time %d: %d %v", i, n, err)
		}
	}
	if c, err := s.Contact(t.Context(), "430200", "province"); err != nil || c.Active || len(c.Numbers) != 0 {
		t.Errorf("a level without a number: %+v %v", c, err)
	}
}

func TestReferralCountsOnceForACallAndContact(t *testing.T) {
	s, pool := demo(t)
	ctx := t.Context()
	record := func(r directory.Referred) {
		t.Helper()
		r.Site, r.Agent, r.At = changsha, "1001", noon
		if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return directory.RecordReferral(ctx, tx, r) }); err != nil {
			t.Fatal(err)
		}
	}
	record(directory.Referred{Call: "c1", Code: "12306"})
	record(directory.Referred{Call: "c1", Code: "12306"})
	record(directory.Referred{Call: "c2", Code: "12306"})
	record(directory.Referred{Call: "c2", Code: "12306", Led: true})
	record(directory.Referred{Call: "c2", Code: "12306"})
	record(directory.Referred{Call: "c3", Code: "gone", Led: true})
	got, err := s.Referrals(ctx, changsha, noon, noon.Add(time.Second))
	want := []directory.ReferralCount{
		{Code: "12306", Name: "铁路客服", Category: "08", Told: 1, Transferred: 1},
		{Code: "gone", Name: "gone", Transferred: 1},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Referrals(ctx, changsha, noon.Add(-time.Hour), noon); len(got) != 0 || err != nil {
		t.Errorf("before: %v %v", got, err)
	}
}

func TestMobileIsKeptInOneForm(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	for _, bad := range []string{"84440000", "138", "mobile", "+1 202 555 0100"} {
		if err := s.SetMobile(ctx, "9001", "1001", bad, noon); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for given, want := range map[string]string{"+86 138 1111 2222": "13811112222", "": ""} {
		if err := s.SetMobile(ctx, "9001", "1001", given, noon); err != nil {
			t.Fatal(err)
		}
		if p, err := s.Person(ctx, "1001"); err != nil || p.Mobile != want {
			t.Errorf("%q: %q %v", given, p.Mobile, err)
		}
	}
	if err := s.SetMobile(ctx, "9001", "4711", "13811112222", noon); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
