package directory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

func TestCalendarKnowsHolidaysAndMakeUpDays(t *testing.T) {
	s, _ := demo(t)
	shanghai := time.FixedZone("", 8*3600)
	day := func(date string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, date, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	c, err := s.Calendar(t.Context(), changsha, day("2024-01-01"), day("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		date, what string
		kind       directory.DayKind
		works      bool
	}{
		{"2024-10-01", "国庆节", directory.Holiday, false},
		{"2024-10-12", "a Saturday worked for it", directory.WorkDay, true},
		{"2025-01-26", "a Sunday worked for 春节", directory.WorkDay, true},
		{"2025-01-28", "除夕", directory.Holiday, false},
		{"2026-02-17", "春节", directory.Holiday, false},
		{"2026-02-14", "a Saturday worked for it", directory.WorkDay, true},
		{"2026-10-10", "a Saturday worked for 国庆节", directory.WorkDay, true},
		{"2026-11-20", "an ordinary Friday", directory.Ordinary, true},
		{"2026-11-21", "an ordinary Saturday", directory.Ordinary, false},
	}
	for _, tt := range tests {
		if got := c.Kind(day(tt.date)); got != tt.kind || c.Works(day(tt.date)) != tt.works {
			t.Errorf("%s, %s: %q works %v", tt.date, tt.what, got, c.Works(day(tt.date)))
		}
	}
	// The same moment is another day in another place.
	if late := time.Date(2026, 9, 30, 20, 0, 0, 0, time.UTC); !c.Works(late) || c.Works(late.In(shanghai)) {
		t.Error("the day is not taken from the moment's own time zone")
	}
}

func TestCalendarOfASiteWinsOverTheNations(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	works := func(site string) bool {
		t.Helper()
		c, err := s.Calendar(ctx, site, day, day)
		if err != nil {
			t.Fatal(err)
		}
		return c.Works(day)
	}
	own := directory.Day{Date: "2026-10-01", Kind: directory.WorkDay, Name: "国庆值守"}
	if err := s.SetDay(ctx, changsha, own); err != nil {
		t.Fatal(err)
	}
	if !works(changsha) || works("430200") {
		t.Errorf("长沙 works %v, 株洲 works %v", works(changsha), works("430200"))
	}
	own.Kind = directory.Ordinary
	if err := s.SetDay(ctx, changsha, own); err != nil {
		t.Fatal(err)
	}
	if works(changsha) {
		t.Error("without its own day the nation's does not hold again")
	}
	for _, bad := range []directory.Day{{Date: "2026-02-30", Kind: directory.Holiday}, {Date: "heute", Kind: directory.Holiday}, {Date: "2026-10-01", Kind: "party"}} {
		if err := s.SetDay(ctx, "", bad); errkind.Of(err) != errkind.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestCategoriesAreTheTreeOfTheGuide(t *testing.T) {
	s, _ := demo(t)
	c, err := s.Categories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, domain := range c.Tree {
		count += len(domain.Children)
		if domain.InScope != (domain.Referral == "") {
			t.Errorf("%s: in scope %v, referral %q", domain.Name, domain.InScope, domain.Referral)
		}
	}
	if c.Version != "seed-2014" || len(c.Tree) != 11 || count != 50 {
		t.Errorf("version %s, %d domains, %d sub-businesses", c.Version, len(c.Tree), count)
	}
	if taxi, ok := c.Find("0403"); !ok || taxi.Name != "出租汽车" || taxi.NameEN != "Taxis" {
		t.Errorf("0403 is %+v", taxi)
	}
	if rail, ok := c.Find("08"); !ok || rail.InScope || rail.Referral != "12306" {
		t.Errorf("08 is %+v", rail)
	}
	for _, code := range []string{"", "0", "0499", "040301", "x"} {
		if found, ok := c.Find(code); ok {
			t.Errorf("%q is %v", code, found)
		}
	}
	if _, err := s.CategoriesOf(t.Context(), "none\x00"); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("no such version: %v", err)
	}
}

func TestNumberTellsItsRegionAndNoMore(t *testing.T) {
	s, _ := demo(t)
	tests := []struct {
		number, want string
		kind         directory.OriginKind
	}{
		{"073184440000", "长沙市/株洲市/湘潭市", directory.FixedLine},
		{"+86 731 8444 0000", "长沙市/株洲市/湘潭市", directory.FixedLine},
		{"0086731-84440000", "长沙市/株洲市/湘潭市", directory.FixedLine},
		{"8673184440000", "长沙市/株洲市/湘潭市", directory.FixedLine},
		{"073112328", "长沙市/株洲市/湘潭市", directory.FixedLine},
		{"01066666666", "北京市", directory.FixedLine},
		{"0743 8222222", "湘西土家族苗族自治州", directory.FixedLine},
		{"059512345678", "区号 0595，归属地不详", directory.FixedLine},
		{"13800138000", "手机号码，归属地不详", directory.Mobile},
		{"013800138000", "手机号码，归属地不详", directory.Mobile},
		{"+8613800138000", "手机号码，归属地不详", directory.Mobile},
		{"84440000", "归属地不详", directory.Unknown},
		{"+12025550100", "归属地不详", directory.Unknown},
		{"anonymous", "归属地不详", directory.Unknown},
		{"", "归属地不详", directory.Unknown},
		{"\x00\xff'\n<b>", "归属地不详", directory.Unknown},
		{strings.Repeat("9", 10_000), "归属地不详", directory.Unknown},
	}
	for _, tt := range tests {
		o, err := s.RegionOfNumber(t.Context(), tt.number)
		if err != nil || o.Kind != tt.kind || o.String() != tt.want {
			t.Errorf("%.30q: %s %q %v", tt.number, o.Kind, o, err)
		}
	}
}

func TestRevealNeedsAReasonAndStaysWritten(t *testing.T) {
	s, pool := demo(t)
	ctx := t.Context()
	for _, reason := range []string{"", " ", "x", "a\x00b", "\xff\xfe", strings.Repeat("长", 501)} {
		if err := s.RecordReveal(ctx, "1001", "call/1", reason, noon); !errors.Is(err, directory.ErrNoReason) {
			t.Errorf("%.10q: %v", reason, err)
		}
	}
	if err := s.RecordReveal(ctx, "1001", "call/1", "回拨来电人核实地址", noon); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE directory.audit SET reason = 'x'`, `DELETE FROM directory.audit`, `TRUNCATE directory.audit`} {
		if _, err := pool.Exec(ctx, sql); err == nil {
			t.Errorf("%s: went through", sql)
		}
	}
	log, err := s.Audit(ctx, noon, noon.Add(time.Second), 10)
	want := directory.Entry{At: noon, Person: "1001", Action: "reveal", Subject: "call/1", Reason: "回拨来电人核实地址"}
	if err != nil || len(log) != 1 || !log[0].At.Equal(noon) {
		t.Fatalf("%v %v", log, err)
	}
	if log[0].At = noon; log[0] != want {
		t.Errorf("%+v", log[0])
	}
}

func TestDatabaseItselfRefusesWhatMustNotBe(t *testing.T) {
	_, pool := demo(t)
	for what, sql := range map[string]string{
		"an auditor who administers":   `UPDATE directory.person SET roles = '{auditor,administrator}' WHERE number = '9001'`,
		"a role that does not exist":   `UPDATE directory.person SET roles = '{king}' WHERE number = '9001'`,
		"a person who may do nothing":  `UPDATE directory.person SET roles = '{}' WHERE number = '9001'`,
		"a password in the clear":      `UPDATE directory.person SET password_hash = 'secret' WHERE number = '9001'`,
		"a trunk nothing identifies":   `UPDATE directory.trunk SET match = '{}'`,
		"half a registration":          `UPDATE directory.trunk SET register_user = 'x'`,
		"a route for every call":       `INSERT INTO directory.number_route (site, flow) VALUES ('430100', 'city')`,
		"two routes of one number":     `INSERT INTO directory.number_route (number, site, flow) VALUES ('12328', '430100', 'x')`,
		"two category sets in use":     `INSERT INTO directory.category_set VALUES ('x', 'x', true)`,
		"a category under a stranger":  `INSERT INTO directory.category VALUES ('seed-2014', '0211', '01', 'x', 'x', true, '')`,
		"a category out of scope":      `UPDATE directory.category SET in_scope = false WHERE code = '0403'`,
		"a phone that rings for ever":  `UPDATE directory.queue SET ring_seconds = 3600`,
		"a reveal without a reason":    `INSERT INTO directory.audit (at, person, action, subject) VALUES (now(), '1001', 'reveal', 'call/1')`,
		"a region that is its parent":  `UPDATE directory.region SET parent = code WHERE code = '430100'`,
		"two holidays on one day":      `INSERT INTO directory.calendar_day VALUES ('2026-10-01', NULL, 'work', 'x')`,
		"a desk phone without its HA1": `UPDATE directory.phone SET ha1 = ''`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: went through", what)
		}
	}
}

func TestPeopleMayActOnlyForTheirSite(t *testing.T) {
	agent := directory.Person{Site: changsha, Active: true, Roles: []directory.Role{directory.Agent}}
	gone, wide := agent, agent
	gone.Active, wide.Site = false, ""
	for name, tt := range map[string]struct {
		got, want bool
	}{
		"own site":   {agent.May(changsha, directory.Supervisor, directory.Agent), true},
		"other site": {agent.May("430200", directory.Agent), false},
		"other role": {agent.May(changsha, directory.Supervisor), false},
		"no role":    {agent.May(changsha), false},
		"inactive":   {gone.May(changsha, directory.Agent), false},
		"whole node": {wide.May("430200", directory.Agent), true},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v", name, tt.got)
		}
	}
}

func TestAddedPersonHasAFirstPassword(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	p := directory.Person{Number: "1004", Name: "刘洋", Site: changsha, Roles: []directory.Role{directory.Agent}, Active: true, MustChange: true, Skills: map[string]int{"general": 1}}
	if err := s.AddPerson(ctx, "9001", p, "weak", noon); errkind.Of(err) != errkind.Invalid {
		t.Errorf("weak password: %v", err)
	}
	if err := s.AddPerson(ctx, "9001", p, "Einmal-2026x", noon); err != nil {
		t.Fatal(err)
	}
	if err := s.AddPerson(ctx, "9001", p, "Einmal-2026x", noon); !errors.Is(err, directory.ErrExists) {
		t.Errorf("twice: %v", err)
	}
	if got, err := s.Authenticate(ctx, "1004", "Einmal-2026x", noon); err != nil || !got.MustChange || got.Skills["general"] != 1 {
		t.Errorf("%+v %v", got, err)
	}
}
