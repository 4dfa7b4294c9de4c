package ticketing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/ticketing"
)

const changsha = "430100"

var (
	anna  = ticketing.Person{ID: "1001", Site: changsha, Roles: []ticketing.Role{ticketing.RoleAgent}}
	ben   = ticketing.Person{ID: "1002", Site: changsha, Roles: []ticketing.Role{ticketing.RoleAgent}}
	chief = ticketing.Person{ID: "1003", Site: changsha, Roles: []ticketing.Role{ticketing.RoleSupervisor}}
	far   = ticketing.Person{ID: "2001", Site: "430200", Roles: []ticketing.Role{ticketing.RoleAgent, ticketing.RoleSupervisor}}
)

// list is a directory with three categories.
type list struct{}

func (list) Category(_ context.Context, code string) (*ticketing.Category, error) {
	switch code {
	case "0105", "0304":
		return &ticketing.Category{Code: code, Version: "seed-2014", InScope: true}, nil
	case "08":
		return &ticketing.Category{Code: code, Version: "seed-2014"}, nil
	case "down":
		return nil, errors.New("directory is away")
	}
	return nil, nil
}

func newStore(t *testing.T) (*ticketing.Store, *pgxpool.Pool) {
	pool := postgrestest.New(t, ticketing.Migrations)
	return ticketing.New(pool, list{}, nil), pool
}

func full() ticketing.Fields {
	at := time.Date(2026, 11, 20, 7, 30, 0, 0, time.UTC)
	lon, lat := 112.98, 28.19
	return ticketing.Fields{
		BusinessType: ticketing.Complaint, Category: "0304", Channel: ticketing.Phone, Urgency: ticketing.Normal,
		Tags: []string{"出租车"}, Knowledge: []string{"k1"},
		Caller:  ticketing.Caller{Name: "王女士", Sex: ticketing.Female, ContactNumber: "0731-88881234", Confidential: true, Language: "zh"},
		Subject: ticketing.Subject{Unit: "某出租汽车公司", Plate: "湘AT1234", Line: "", Time: &at, Region: "430102", Address: "五一广场", Longitude: &lon, Latitude: &lat},
		Title:   "出租车绕路", Content: "昨晚从火车站到五一广场，司机绕路，多收了20元。", Demand: "退还多收的车费。",
	}
}

// draft begins a ticket of a new call with these fields.
func draft(t *testing.T, s *ticketing.Store, by ticketing.Person, f ticketing.Fields) ticketing.Ticket {
	t.Helper()
	d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: by.Site, CallID: id.New(), CallerNumber: "013812345678", Fields: f, By: by})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatWasFilledInIsReadBack(t *testing.T) {
	s, _ := newStore(t)
	call := id.New()
	d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, CallerNumber: "013812345678", By: anna})
	if err != nil {
		t.Fatal(err)
	}
	if d.Number != "" || d.State != ticketing.Draft || d.Owner != "1001" || d.CallerNumber != "013812345678" || !slices.Equal(d.Calls, []string{call}) {
		t.Errorf("draft: %+v", d)
	}
	typed := full()
	typed.TypedReply = "已告知退费办法。\n请三日内到窗口办理。"
	saved, err := s.Save(t.Context(), d.ID, d.Rev, typed, anna)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Get(t.Context(), d.ID, anna)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []ticketing.Ticket{saved, again} {
		if want, have := fmt.Sprintf("%+v", deref(typed)), fmt.Sprintf("%+v", deref(got.Fields)); want != have {
			t.Errorf("saved %s\n read %s", want, have)
		}
	}
	if saved.Rev != d.Rev+1 {
		t.Errorf("revision %d after %d", saved.Rev, d.Rev)
	}
}

// deref shows what the pointers of fields point to.
func deref(f ticketing.Fields) any {
	return []any{
		f.BusinessType, f.Category, f.Channel, f.Urgency, f.Tags, f.Knowledge, f.Caller, f.Subject.Unit, f.Subject.Plate, f.Subject.Line,
		*f.Subject.Time, f.Subject.Region, f.Subject.Address, *f.Subject.Longitude, *f.Subject.Latitude, f.Title, f.Content, f.Demand, f.TypedReply,
	}
}

func TestACallHasOneDraftOfAPerson(t *testing.T) {
	s, pool := newStore(t)
	call := id.New()
	ids := make([]string, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, CallerNumber: "1", By: anna})
			if err != nil {
				t.Error(err)
			}
			ids[i] = d.ID
		})
	}
	wg.Wait()
	if slices.ContainsFunc(ids, func(x string) bool { return x != ids[0] || x == "" }) {
		t.Errorf("several drafts: %v", ids)
	}
	var logs, calls int
	err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM ticketing.ticket_log), (SELECT count(*) FROM ticketing.ticket_call)`).Scan(&logs, &calls)
	if err != nil || logs != 1 || calls != 1 {
		t.Errorf("%d log lines, %d calls, %v", logs, calls, err)
	}
	other, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, By: ben})
	if err != nil || other.ID == ids[0] {
		t.Errorf("another person got the same draft: %v", err)
	}
	// Once it is registered, the same call may lead to a second ticket.
	d, err := s.Save(t.Context(), ids[0], 1, full(), anna)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now()); err != nil {
		t.Fatal(err)
	}
	second, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, By: anna})
	if err != nil || second.ID == ids[0] {
		t.Errorf("after the registration: %s, %v", second.ID, err)
	}
}

func TestStaleSaveShowsTheTicketAsItIs(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, full())
	theirs := full()
	theirs.Title = "班长改的标题"
	if _, err := s.Save(t.Context(), d.ID, d.Rev, theirs, chief); err != nil {
		t.Fatal(err)
	}
	mine := full()
	mine.Title = "我的标题"
	_, err := s.Save(t.Context(), d.ID, d.Rev, mine, anna)
	var stale *ticketing.StaleError
	if !errors.As(err, &stale) || !errors.Is(err, ticketing.ErrStale) || stale.Current.Title != "班长改的标题" || errkind.Of(err) != errkind.Conflict {
		t.Errorf("got %v", err)
	}
	// An answer that was lost on its way is asked for again.
	saved, err := s.Save(t.Context(), d.ID, d.Rev+1, mine, anna)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Save(t.Context(), d.ID, d.Rev+1, mine, anna)
	if err != nil || again.Rev != saved.Rev {
		t.Errorf("the same once more: revision %d, %v", again.Rev, err)
	}
	r, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: saved.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(t.Context(), d.ID, r.Rev, full(), anna); !errors.Is(err, ticketing.ErrRegistered) {
		t.Errorf("editing a registered ticket: %v", err)
	}
}

func TestHostileTextIsKeptOrRefusedNeverCut(t *testing.T) {
	s, _ := newStore(t)
	nasty := "王'\"; DROP TABLE ticket; --<script>alert(1)</script>%0A%00\\ \u202e${jndi}🚕"
	f := full()
	f.Caller.Name, f.Title, f.Content, f.Subject.Plate = nasty[:30], nasty, nasty+"\r\n第二行\x00\x1b[2J\xff", "湘A\n12345"
	d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: id.New(), CallerNumber: "\"><b>\r\n\x00\xff%s" + strings.Repeat("9", 200), Fields: f, By: anna})
	if err != nil {
		t.Fatal(err)
	}
	if d.Title != nasty || d.Content != nasty+"\n第二行[2J\uFFFD" || d.Subject.Plate != "湘A 12345" || d.CallerNumber != "\"><b> \uFFFD%s"+strings.Repeat("9", 200) {
		t.Errorf("kept as %q %q %q %q", d.Title, d.Content, d.Subject.Plate, d.CallerNumber)
	}
	tooLong := full()
	tooLong.Title = strings.Repeat("长", 201)
	tooLong.Content = strings.Repeat("长", 10_001)
	tooLong.Demand = strings.Repeat("😀", 2_001)
	tooLong.TypedReply = strings.Repeat("长", 10_001)
	tooLong.Tags = make([]string, 51)
	for i := range tooLong.Tags {
		tooLong.Tags[i] = strings.Repeat("t", 101)
	}
	tooLong.Caller.Sex, tooLong.BusinessType, tooLong.Channel, tooLong.Urgency = "?", "?", "?", "?"
	bad := 181.0
	tooLong.Subject.Longitude = &bad
	_, err = s.Save(t.Context(), d.ID, d.Rev, tooLong, anna)
	for _, want := range []string{"title", "content", "demand", "reply.public", "tags", "caller.sex", "businessType", "channel", "urgency", "subject.longitude"} {
		if !slices.Contains(paths(err), want) {
			t.Errorf("%s is not refused: %v", want, paths(err))
		}
	}
	after, err := s.Get(t.Context(), d.ID, anna)
	if err != nil || after.Rev != d.Rev || after.Title != nasty {
		t.Errorf("a refused save changed the draft: %v", err)
	}
	longest := full()
	longest.Title, longest.Content, longest.Demand = strings.Repeat("😀", 200), strings.Repeat("长", 10_000), strings.Repeat("é", 2_000)
	longest.TypedReply = strings.Repeat("长", 10_000)
	if _, err := s.Save(t.Context(), d.ID, d.Rev, longest, anna); err != nil {
		t.Errorf("the longest text allowed: %v", err)
	}
	_, err = s.Act(t.Context(), d.ID, ticketing.ActCancel, ticketing.ActInput{Rev: d.Rev + 1, Note: strings.Repeat("n", 2_001), By: anna}, time.Now())
	if !slices.Equal(paths(err), []string{"note"}) {
		t.Errorf("long note: %v", err)
	}
}
