package ticketing_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/ticketing"
)

func TestTicketsExistOnlyForWhoMaySeeThem(t *testing.T) {
	s, _ := newStore(t)
	open, registered, cancelled := draft(t, s, anna, full()), draft(t, s, anna, full()), draft(t, s, anna, full())
	if _, err := s.Act(t.Context(), cancelled.ID, ticketing.ActCancel, ticketing.ActInput{Rev: cancelled.Rev, By: anna}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Act(t.Context(), registered.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: registered.Rev, By: anna}, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who                   ticketing.Person
		seesOpen, seesTheRest bool
	}{{anna, true, true}, {ben, false, true}, {chief, true, true}, {far, false, false}, {ticketing.Person{}, false, false}} {
		_, errOpen := s.Get(t.Context(), open.ID, tt.who)
		_, errRest := s.Get(t.Context(), registered.ID, tt.who)
		_, saveErr := s.Save(t.Context(), open.ID, open.Rev, open.Fields, tt.who)
		_, logErr := s.Log(t.Context(), open.ID, tt.who)
		_, n, err := s.List(t.Context(), ticketing.Filter{For: tt.who})
		_, errCancelled := s.Get(t.Context(), cancelled.ID, tt.who)
		_, trash, trashErr := s.List(t.Context(), ticketing.Filter{For: tt.who, States: []ticketing.State{ticketing.Cancelled}})
		if (errCancelled == nil) != tt.seesOpen || (trash == 1) != tt.seesOpen || trashErr != nil {
			t.Errorf("%s: cancelled draft %v, list %d, %v", tt.who.ID, errCancelled, trash, trashErr)
		}
		want := 0
		for _, sees := range []bool{tt.seesOpen, tt.seesTheRest} {
			if sees {
				want++
			}
		}
		if (errOpen == nil) != tt.seesOpen || (saveErr == nil) != tt.seesOpen || (logErr == nil) != tt.seesOpen || (errRest == nil) != tt.seesTheRest || n != want || err != nil {
			t.Errorf("%s: draft %v, save %v, log %v, registered %v, list %d %v", tt.who.ID, errOpen, saveErr, logErr, errRest, n, err)
		}
		if !tt.seesOpen && !errors.Is(errOpen, ticketing.ErrNotFound) {
			t.Errorf("%s learns that the draft exists: %v", tt.who.ID, errOpen)
		}
	}
	if ben.MayReveal(registered) || !anna.MayReveal(registered) || !chief.MayReveal(registered) {
		t.Error("a confidential caller is revealed to the wrong people")
	}
}

func TestOpenTicketsOfACallerAreFoundInAnySpelling(t *testing.T) {
	s, _ := newStore(t)
	submit := func(f ticketing.Fields, a ticketing.Action, reply *ticketing.Reply) ticketing.Ticket {
		d := draft(t, s, anna, f)
		r, err := s.Act(t.Context(), d.ID, a, ticketing.ActInput{Rev: d.Rev, By: anna, Reply: reply}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := submit(full(), ticketing.ActSubmit, nil)
	submit(full(), ticketing.ActInstantReply, &ticketing.Reply{Public: "已答复"}) // done: not open
	submit(full(), ticketing.ActRefer, nil)                                    // archived
	draft(t, s, anna, full())                                                  // draft
	for _, number := range []string{"13812345678", "+8613812345678", "0731-8888 1234"} {
		got, err := s.OpenOfCaller(t.Context(), changsha, number)
		if err != nil || len(got) != 1 || got[0].ID != want.ID {
			t.Errorf("%s: %d tickets, %v", number, len(got), err)
		}
	}
	for site, number := range map[string]string{"430200": "13812345678", changsha: "anonymous"} {
		if got, err := s.OpenOfCaller(t.Context(), site, number); err != nil || len(got) != 0 {
			t.Errorf("%s %s: %d tickets, %v", site, number, len(got), err)
		}
	}
	byCall, err := s.OfCall(t.Context(), want.Calls[0], ben)
	if err != nil || len(byCall) != 1 || byCall[0].ID != want.ID {
		t.Errorf("of the call: %d, %v", len(byCall), err)
	}
}

func TestListTakesTheQueryLiterally(t *testing.T) {
	s, _ := newStore(t)
	for _, title := range []string{"100%退款", "100元退款", `反斜\杠`, "下_划线", "下x划线"} {
		f := full()
		f.Title = title
		draft(t, s, anna, f)
	}
	for query, want := range map[string]int{
		"退款": 2, "100%": 1, "%": 1, "_": 1, `\`: 1, "": 5, "湘at1234": 5, "013812345678": 5, "0731 88881234": 5, "没有": 0,
		"'; DROP TABLE ticketing.ticket; --": 0, "\x00\xff": 0,
	} {
		list, n, err := s.List(t.Context(), ticketing.Filter{For: anna, Query: query})
		if err != nil || n != want || len(list) != want {
			t.Errorf("%q: %d of %d, %v; want %d", query, len(list), n, err, want)
		}
	}
	page, n, err := s.List(t.Context(), ticketing.Filter{For: anna, Mine: true, States: []ticketing.State{ticketing.Draft}, Page: 2, PageSize: 2})
	if err != nil || n != 5 || len(page) != 2 {
		t.Errorf("page 2: %d of %d, %v", len(page), n, err)
	}
	if far, n, err := s.List(t.Context(), ticketing.Filter{For: anna, Page: 1 << 40}); err != nil || n != 5 || len(far) != 0 {
		t.Errorf("a page far away: %d of %d, %v", len(far), n, err)
	}
}

func TestReferencesFromOutsideAreOnlyLookedUp(t *testing.T) {
	s, _ := newStore(t)
	for _, ref := range []string{"", "x", "'; --", strings.Repeat("1", 22), strings.Repeat("1", 10_000), "\x00", strings.ToUpper(id.New()), id.New()} {
		if _, err := s.Get(t.Context(), ref, chief); !errors.Is(err, ticketing.ErrNotFound) {
			t.Errorf("Get(%.30q): %v", ref, err)
		}
	}
	for _, n := range []ticketing.NewDraft{
		{},
		{Site: "430200", By: anna},
		{Site: changsha, CallID: "a b", By: anna},
		{Site: changsha, CallID: strings.Repeat("a", 65), By: anna},
		{Site: changsha, CallerNumber: strings.Repeat("1", 257), By: anna},
		{Site: "43010'", By: ticketing.Person{ID: "1", Site: "43010'", Roles: anna.Roles}},
	} {
		if _, err := s.Draft(t.Context(), n); !errors.Is(err, ticketing.ErrBadDraft) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	var role *ticketing.RoleError
	if _, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, By: ticketing.Person{ID: "1", Site: changsha}}); !errors.As(err, &role) {
		t.Errorf("a person without a role: %v", err)
	}
}

func TestDatabaseKeepsTheRulesByItself(t *testing.T) {
	s, pool := newStore(t)
	d := draft(t, s, anna, full())
	r, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{
		`number = '4301002026112201000999'`, `number = NULL, accepted_at = NULL, accepted_by = '', valid = NULL, state = 'draft'`,
		`state = 'nowhere'`, `content = ''`, `title = repeat('x', 201)`, `state = 'approval'`, `rating_agent = 4`, `valid = false`, `longitude = 1, latitude = NULL`,
	} {
		if _, err := pool.Exec(t.Context(), `UPDATE ticketing.ticket SET `+change+` WHERE id = $1`, r.ID); err == nil || !regexp.MustCompile(`23514|check`).MatchString(err.Error()) {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestCodeTablesHaveNames(t *testing.T) {
	s, _ := newStore(t)
	types, err := s.BusinessTypes(t.Context())
	if err != nil || len(types) != 4 || types[0].Code != "complaint" || types[0].Name.ZH != "投诉举报" || !types[0].NeedsSubject {
		t.Errorf("%+v, %v", types, err)
	}
	channels, err := s.Channels(t.Context())
	if err != nil || len(channels) != 12 || channels[0].Digits != "01" {
		t.Errorf("%+v, %v", channels, err)
	}
	missing, err := s.Missing(t.Context(), draft(t, s, anna, ticketing.Fields{}))
	if err != nil || len(missing) != 3 {
		t.Errorf("missing %v, %v", missing, err)
	}
}
