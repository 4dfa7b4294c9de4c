package ticketing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/ticketing"
)

func TestNumberSaysSiteDayChannelAndSequence(t *testing.T) {
	s, _ := newStore(t)
	// 22:30 UTC is the next morning in Changsha.
	now := time.Date(2026, 11, 21, 22, 30, 0, 0, time.UTC)
	web := full()
	web.Channel = "website"
	for _, want := range []struct {
		fields ticketing.Fields
		number string
	}{{full(), "4301002026112201000001"}, {full(), "4301002026112201000002"}, {web, "4301002026112202000001"}} {
		d := draft(t, s, anna, want.fields)
		r, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, now)
		if err != nil || r.Number != want.number {
			t.Errorf("number %q, %v; want %s", r.Number, err, want.number)
		}
		byNumber, err := s.Get(t.Context(), want.number, anna)
		if err != nil || byNumber.ID != d.ID || byNumber.Ref() != want.number {
			t.Errorf("by number: %s, %v", byNumber.ID, err)
		}
	}
}

func TestNumbersAreUniqueUnderFiftyRegistrationsAtOnce(t *testing.T) {
	s, _ := newStore(t)
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	numbers := make([]string, 50)
	drafts := make([]ticketing.Ticket, len(numbers))
	for i := range drafts {
		drafts[i] = draft(t, s, anna, full())
	}
	var wg sync.WaitGroup
	for i, d := range drafts {
		wg.Go(func() {
			r, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, now)
			if err != nil {
				t.Error(err)
			}
			numbers[i] = r.Number
		})
	}
	wg.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if want := fmt.Sprintf("4301002026112201%06d", i+1); n != want {
			t.Errorf("number %s, want %s", n, want)
		}
	}
}

// together runs act n times at once: all have read the ticket and wait for the
// rows that hold locks before any of them goes on.
func together(t *testing.T, pool *pgxpool.Pool, hold string, n int, act func(i int)) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), hold); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { act(i) })
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var waiting int
		err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%d of %d wait, %v", waiting, n, err)
		}
		if waiting == n {
			break
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
}

func TestMoveHasOneWinnerAndOneNumber(t *testing.T) {
	s, pool := newStore(t)
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	if _, err := pool.Exec(t.Context(), `INSERT INTO ticketing.number_sequence VALUES ('430100', '2026-11-22', '01', 7)`); err != nil {
		t.Fatal(err)
	}
	d := draft(t, s, anna, full())
	actions := []ticketing.Action{ticketing.ActSubmit, ticketing.ActInstantReply, ticketing.ActRefer}
	var won atomic.Int32
	together(t, pool, `SELECT FROM ticketing.number_sequence FOR UPDATE`, 9, func(i int) {
		in := ticketing.ActInput{Rev: d.Rev, By: anna}
		a := actions[i%len(actions)]
		if a == ticketing.ActInstantReply {
			in.Reply = &ticketing.Reply{Public: "已答复"}
		}
		r, err := s.Act(t.Context(), d.ID, a, in, now)
		var stale *ticketing.StaleError
		switch {
		case err == nil:
			won.Add(1)
			if r.Rev != d.Rev+1 {
				t.Errorf("revision %d", r.Rev)
			}
		case !errors.As(err, &stale) || stale.Current.Rev != d.Rev+1 || stale.Current.State == ticketing.Draft:
			t.Errorf("%s: %v", a, err)
		}
	})
	var lines, last int
	err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM ticketing.ticket_log), (SELECT last FROM ticketing.number_sequence)`).Scan(&lines, &last)
	if err != nil || won.Load() != 1 || lines != 2 || last != 8 {
		t.Errorf("%d winners, %d lines of history, last number %d, %v", won.Load(), lines, last, err)
	}
}

func TestSaveHasOneWinner(t *testing.T) {
	s, pool := newStore(t)
	d := draft(t, s, anna, full())
	var won atomic.Int32
	together(t, pool, `SELECT FROM ticketing.ticket FOR UPDATE`, 9, func(i int) {
		f := full()
		f.Title = fmt.Sprint("标题", i)
		_, err := s.Save(t.Context(), d.ID, d.Rev, f, anna)
		if err == nil {
			won.Add(1)
		} else if !errors.Is(err, ticketing.ErrStale) {
			t.Error(err)
		}
	})
	if won.Load() != 1 {
		t.Errorf("%d saves of one revision", won.Load())
	}
}

// TestEveryPairOfStateAndActionIsKeptByTheDatabase forces a registered ticket,
// and a draft, into each state and tries each action.
func TestEveryPairOfStateAndActionIsKeptByTheDatabase(t *testing.T) {
	s, pool := newStore(t)
	everybody := chief
	everybody.Roles = []ticketing.Role{ticketing.RoleAgent, ticketing.RoleSupervisor, ticketing.RoleReviewer, ticketing.RoleDispatcher, ticketing.RoleHandler, ticketing.RoleApprover, ticketing.RoleFollowUp, ticketing.RoleCoordinator, ticketing.RoleSystem}
	for _, state := range ticketing.States {
		for _, m := range ticketing.Moves {
			d := draft(t, s, everybody, full())
			in := ticketing.ActInput{Rev: d.Rev, By: everybody}
			if state != ticketing.Draft && state != ticketing.Cancelled {
				r, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, in, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				in.Rev = r.Rev
			}
			if _, err := pool.Exec(t.Context(), `UPDATE ticketing.ticket SET state = $2,
				asked = CASE WHEN $2 = 'approval' THEN 'extend' END, asked_from = CASE WHEN $2 = 'approval' THEN 'handling' END WHERE id = $1`, d.ID, string(state)); err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			if m.Action == ticketing.ActInstantReply {
				in.Reply = &ticketing.Reply{Public: "已答复"}
			}
			got, err := s.Act(t.Context(), d.ID, m.Action, in, time.Now())
			after, getErr := s.Get(t.Context(), d.ID, everybody)
			if getErr != nil {
				t.Fatal(getErr)
			}
			if ticketing.Available(m.Action) && slices.Contains(m.From, state) {
				if err != nil || !slices.Contains(m.To, got.State) || after.State != got.State {
					t.Errorf("%s in %s: %s, %v", m.Action, state, got.State, err)
				}
				continue
			}
			if err == nil || after.State != state || after.Rev != in.Rev {
				t.Errorf("%s in %s: %v, and the ticket is %s", m.Action, state, err, after.State)
			}
		}
	}
}

func TestHistoryTellsWhoDidWhat(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, full())
	c, err := s.Act(t.Context(), d.ID, ticketing.ActCancel, ticketing.ActInput{Rev: d.Rev, Note: "来电人\x00要求撤销\r\n", By: anna}, time.Now())
	if err != nil || c.Number != "" {
		t.Fatalf("cancel: %q, %v", c.Number, err)
	}
	back, err := s.Act(t.Context(), d.ID, ticketing.ActRestore, ticketing.ActInput{Rev: c.Rev, By: chief}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Act(t.Context(), d.ID, ticketing.ActInstantReply, ticketing.ActInput{Rev: back.Rev, By: anna, Reply: &ticketing.Reply{Public: "已联系公司退款"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	log, err := s.Log(t.Context(), d.ID, chief)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range log {
		got = append(got, fmt.Sprintf("%s %s %s→%s %s", e.By, e.Action, e.From, e.To, e.Note))
	}
	want := []string{"1001 draft →draft ", "1001 cancel draft→cancelled 来电人要求撤销\n", "1003 restore cancelled→draft ", "1001 instant_reply draft→done "}
	if !slices.Equal(got, want) {
		t.Errorf("history %q", got)
	}
}

func TestInstantReplyCountsAsBusiness(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, full())
	in := ticketing.ActInput{Rev: d.Rev, By: anna}
	for _, r := range []*ticketing.Reply{nil, {}, {Public: " \n "}, {Process: "查询"}} {
		in.Reply = r
		_, err := s.Act(t.Context(), d.ID, ticketing.ActInstantReply, in, time.Now())
		if !slices.Equal(paths(err), []string{"reply.public"}) {
			t.Errorf("reply %+v: %v", r, err)
		}
	}
	yes := true
	in.Reply = &ticketing.Reply{Public: "已告知退费办法", Process: "电话联系公司", FactsTrue: &yes}
	got, err := s.Act(t.Context(), d.ID, ticketing.ActInstantReply, in, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if !got.Instant || got.State != ticketing.Done || got.Valid == nil || !*got.Valid || got.Number == "" || got.AcceptedBy != "1001" || got.CategoryVersion != "seed-2014" {
		t.Errorf("%+v", got)
	}
	if r := got.Reply; r == nil || r.Public != "已告知退费办法" || r.Process != "电话联系公司" || r.FactsTrue == nil || !*r.FactsTrue || r.Resolved != nil {
		t.Errorf("reply %+v", r)
	}
	// Submit would drop a typed answer: it is refused instead.
	d = draft(t, s, anna, full())
	_, err = s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna, Reply: &ticketing.Reply{Public: "x"}}, time.Now())
	if !slices.Equal(paths(err), []string{"reply"}) {
		t.Errorf("submit with an answer: %v", err)
	}
}

func TestUrgentTicketsGoStraightToDispatch(t *testing.T) {
	s, _ := newStore(t)
	for urgency, want := range map[ticketing.Urgency]ticketing.State{
		ticketing.Normal: ticketing.Review, ticketing.Urgent: ticketing.Dispatch, ticketing.Critical: ticketing.Dispatch,
	} {
		f := full()
		f.Urgency, f.Title = urgency, ""
		d := draft(t, s, anna, f)
		got, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
		if err != nil || got.State != want || got.Title != "昨晚从火车站到五一广场，司机绕路，多收了20元" {
			t.Errorf("%s: %s %q, %v", urgency, got.State, got.Title, err)
		}
	}
}

// paths are the fields that an error complains of.
func paths(err error) []string {
	var missing *ticketing.MissingError
	if !errors.As(err, &missing) || errkind.Of(err) != errkind.Invalid {
		return nil
	}
	var p []string
	for _, f := range missing.Fields {
		if f.Message.ZH == "" || f.Message.EN == "" {
			return []string{"a problem without words: " + f.Path}
		}
		p = append(p, f.Path)
	}
	return p
}

func TestSubmitSaysAllThatIsMissing(t *testing.T) {
	s, _ := newStore(t)
	tests := []struct {
		name   string
		number string
		change func(*ticketing.Fields)
		want   []string
	}{
		{"everything", "", func(f *ticketing.Fields) { *f = ticketing.Fields{} }, []string{"businessType", "category", "content", "caller.contactNumber"}},
		{"object of a complaint", "13812345678", func(f *ticketing.Fields) { f.Subject = ticketing.Subject{Line: "  "} }, []string{"subject.unit"}},
		{"an inquiry has no object", "13812345678", func(f *ticketing.Fields) {
			f.BusinessType, f.Subject = ticketing.Inquiry, ticketing.Subject{}
		}, nil},
		{"blank content", "13812345678", func(f *ticketing.Fields) { f.Content = " \n\t　" }, []string{"content"}},
		{"unknown category", "13812345678", func(f *ticketing.Fields) { f.Category = "9999" }, []string{"category"}},
		{"referral only", "13812345678", func(f *ticketing.Fields) { f.Category = "08" }, []string{"category"}},
		{"no number at all", "anonymous", func(f *ticketing.Fields) { f.Caller.ContactNumber = "" }, []string{"caller.contactNumber"}},
		{"nobody to call back", "", func(f *ticketing.Fields) { f.Caller.ContactNumber, f.Caller.Anonymous = "", true }, nil},
		{"the number called from is enough", "02012345678", func(f *ticketing.Fields) { f.Caller.ContactNumber = "" }, nil},
		{"no telephone number", "13812345678", func(f *ticketing.Fields) { f.Caller.ContactNumber = "明天再打" }, []string{"caller.contactNumber"}},
		{"full-width digits", "", func(f *ticketing.Fields) { f.Caller.ContactNumber = "（０７３１）８８８８－１２３４" }, nil},
	}
	for _, tt := range tests {
		f := full()
		tt.change(&f)
		d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallerNumber: tt.number, Fields: f, By: anna})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		_, err = s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
		if !slices.Equal(paths(err), tt.want) || tt.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestDirectoryAwayIsNoMissingField(t *testing.T) {
	s, _ := newStore(t)
	f := full()
	f.Category = "down"
	d := draft(t, s, anna, f)
	_, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
	if err == nil || paths(err) != nil || !strings.Contains(err.Error(), "directory is away") {
		t.Errorf("got %v", err)
	}
}

func TestRestoreMakesNoSecondDraft(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, full())
	c, err := s.Act(t.Context(), d.ID, ticketing.ActCancel, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: d.Calls[0], By: anna}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Act(t.Context(), d.ID, ticketing.ActRestore, ticketing.ActInput{Rev: c.Rev, By: anna}, time.Now())
	if !errors.Is(err, ticketing.ErrSecondDraft) {
		t.Errorf("got %v", err)
	}
}

func TestADayHasNoMoreThanAMillionNumbers(t *testing.T) {
	s, pool := newStore(t)
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	if _, err := pool.Exec(t.Context(), `INSERT INTO ticketing.number_sequence VALUES ('430100', '2026-11-22', '01', 999999)`); err != nil {
		t.Fatal(err)
	}
	d := draft(t, s, anna, full())
	_, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, now)
	if !errors.Is(err, ticketing.ErrNumbersUsedUp) {
		t.Errorf("got %v", err)
	}
	if after, err := s.Get(t.Context(), d.ID, anna); err != nil || after.State != ticketing.Draft {
		t.Errorf("the draft is %s, %v", after.State, err)
	}
}
