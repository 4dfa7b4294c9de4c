package ticketing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/ticketing"
)

const typedAnswer = "请持身份证到客运站窗口退票。\n三日内有效。"

// answered are the fields of a draft into which an answer was typed.
func answered() ticketing.Fields {
	f := full()
	f.TypedReply = typedAnswer
	return f
}

func TestTypedReplySurvivesReloadCancelAndRestore(t *testing.T) {
	s, _ := newStore(t)
	call := id.New()
	d, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, Fields: answered(), By: anna})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Draft(t.Context(), ticketing.NewDraft{Site: changsha, CallID: call, By: anna})
	if err != nil || again.ID != d.ID || again.TypedReply != typedAnswer {
		t.Fatalf("the draft of the same call: %q, %v", again.TypedReply, err)
	}
	more := answered()
	more.TypedReply += "\r\n周末照常办理。"
	saved, err := s.Save(t.Context(), d.ID, d.Rev, more, anna)
	if err != nil || saved.Rev != d.Rev+1 || saved.TypedReply != typedAnswer+"\n周末照常办理。" {
		t.Fatalf("revision %d after %d, %q, %v", saved.Rev, d.Rev, saved.TypedReply, err)
	}
	c, err := s.Act(t.Context(), d.ID, ticketing.ActCancel, ticketing.ActInput{Rev: saved.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.Act(t.Context(), d.ID, ticketing.ActRestore, ticketing.ActInput{Rev: c.Rev, By: anna}, time.Now())
	if err != nil || back.TypedReply != saved.TypedReply || back.Reply != nil {
		t.Errorf("restored: %q, reply %+v, %v", back.TypedReply, back.Reply, err)
	}
}

func TestStaleSaveShowsTheReplyThatIsThere(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, full())
	if _, err := s.Save(t.Context(), d.ID, d.Rev, answered(), chief); err != nil {
		t.Fatal(err)
	}
	mine := full()
	mine.TypedReply = "我写的答复"
	_, err := s.Save(t.Context(), d.ID, d.Rev, mine, anna)
	var stale *ticketing.StaleError
	if !errors.As(err, &stale) || stale.Current.TypedReply != typedAnswer {
		t.Errorf("got %v", err)
	}
}

func TestInstantReplyGivesWhatIsHandedInOrWhatWasTyped(t *testing.T) {
	s, _ := newStore(t)
	for name, tt := range map[string]struct {
		in              *ticketing.Reply
		public, process string
	}{
		"typed":                 {nil, typedAnswer, ""},
		"typed, beside nothing": {&ticketing.Reply{Public: " \n"}, typedAnswer, ""},
		"typed, with its facts": {&ticketing.Reply{Process: "查询票务系统"}, typedAnswer, "查询票务系统"},
		"handed in":             {&ticketing.Reply{Public: "另行答复"}, "另行答复", ""},
	} {
		d := draft(t, s, anna, answered())
		in := ticketing.ActInput{Rev: d.Rev, By: anna, Reply: tt.in}
		if _, err := s.Act(t.Context(), d.ID, ticketing.ActInstantReply, in, time.Now()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := s.Get(t.Context(), d.ID, anna)
		if err != nil {
			t.Fatal(err)
		}
		text, given := got.Answer()
		if !got.Instant || got.State != ticketing.Done || text != tt.public || !given || got.Reply.Process != tt.process || got.TypedReply != "" {
			t.Errorf("%s: %q given %v, %+v, still typed %q", name, text, given, got.Reply, got.TypedReply)
		}
	}
}

func TestReferTellsWhatWasTyped(t *testing.T) {
	s, _ := newStore(t)
	f := answered()
	f.Category, f.TypedReply = "08", "铁路业务请拨打12306。"
	d := draft(t, s, anna, f)
	got, err := s.Act(t.Context(), d.ID, ticketing.ActRefer, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if text, given := got.Answer(); text != f.TypedReply || !given || got.Instant {
		t.Errorf("%q, given %v, instant %v", text, given, got.Instant)
	}
}

// TestSubmitKeepsATypedReplyAndSaysSoBefore: whoever typed an answer and takes
// 登记 is told what becomes of it, and loses nothing.
func TestSubmitKeepsATypedReplyAndSaysSoBefore(t *testing.T) {
	s, _ := newStore(t)
	d := draft(t, s, anna, answered())
	plain := ticketing.Actions(draft(t, s, anna, full()), anna)
	for i, o := range ticketing.Actions(d, anna) {
		if warns := o.Next != plain[i].Next; warns != (o.Action == ticketing.ActSubmit) ||
			warns && (!strings.Contains(o.Next.ZH, "不算正式答复") || !strings.Contains(o.Next.ZH, plain[i].Next.ZH) || !strings.Contains(o.Next.EN, plain[i].Next.EN)) {
			t.Errorf("%s says %+v", o.Action, o.Next)
		}
	}
	if _, err := s.Act(t.Context(), d.ID, ticketing.ActSubmit, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), d.ID, ben)
	if err != nil {
		t.Fatal(err)
	}
	if text, given := got.Answer(); got.State != ticketing.Review || text != typedAnswer || given || got.Reply != nil || got.Instant {
		t.Errorf("%s: %q, given %v, reply %+v", got.State, text, given, got.Reply)
	}
}

// TestAnswerGivenBeforeIsNotEditedAway: a ticket that was answered and came
// back to be a draft has both, what was answered and what is typed now.
func TestAnswerGivenBeforeIsNotEditedAway(t *testing.T) {
	s, pool := newStore(t)
	d := draft(t, s, anna, answered())
	done, err := s.Act(t.Context(), d.ID, ticketing.ActInstantReply, ticketing.ActInput{Rev: d.Rev, By: anna}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE ticketing.ticket SET state = 'draft' WHERE id = $1`, d.ID); err != nil {
		t.Fatal(err)
	}
	f := done.Fields
	f.TypedReply = "更正：五日内有效。"
	if _, err := s.Save(t.Context(), d.ID, done.Rev, f, anna); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), d.ID, anna)
	if err != nil {
		t.Fatal(err)
	}
	if text, given := got.Answer(); text != f.TypedReply || given || got.Reply == nil || got.Reply.Public != typedAnswer {
		t.Errorf("typed %q (given %v), answered %+v", text, given, got.Reply)
	}
}
