package dialplan

import (
	"strings"
	"testing"
	"time"
)

func TestAnnouncementsReadNaturally(t *testing.T) {
	for _, c := range []struct {
		ahead    int
		wait     time.Duration
		language string
		want     string
	}{
		{3, 2 * time.Minute, "zh", "您前面还有3位来电者，预计等待约2分钟，请稍候。"},
		{3, 61 * time.Second, "", "您前面还有3位来电者，预计等待约2分钟，请稍候。"},
		{1, 59 * time.Second, "zh", "您前面还有1位来电者，预计等待不到1分钟，请稍候。"},
		{1, time.Minute, "zh", "您前面还有1位来电者，预计等待约1分钟，请稍候。"},
		{0, time.Second, "zh", "您是下一位接听的来电者，预计等待不到1分钟，请稍候。"},
		{0, 0, "zh", "您是下一位接听的来电者，请稍候。"},
		{-4, -1, "zh", "您是下一位接听的来电者，请稍候。"},
		{12, 0, "zh", "您前面还有12位来电者，请稍候。"},
		{90, 3 * time.Hour, "zh", "您前面还有90位来电者，预计等待超过30分钟，请您耐心等待。"},
		{1, time.Minute, "en", "There is one caller ahead of you. The expected wait is about one minute."},
		{2, 10 * time.Second, "en", "There are 2 callers ahead of you. The expected wait is less than a minute."},
		{0, 0, "en", "You are next in line. Please hold on."},
	} {
		if got := Announcement(c.ahead, c.wait, c.language); got != c.want {
			t.Errorf("%d ahead, %s: %s", c.ahead, c.wait, got)
		}
	}
}

func TestFlowsOwnAnnouncementPromisesNothingUnknown(t *testing.T) {
	e := Enqueue{Words: "前面{ahead}位，约{minutes}分钟。"}
	if got := e.Announcement(2, 90*time.Second); got != "前面2位，约2分钟。" {
		t.Error(got)
	}
	if got := e.Announcement(2, 0); got != Announcement(2, 0, "zh") {
		t.Error(got)
	}
	e.Words = "前面{ahead}位。"
	if got := e.Announcement(-1, 0); got != "前面0位。" {
		t.Error(got)
	}
}

func TestEveryPhraseIsWorded(t *testing.T) {
	for _, p := range Phrases {
		if zh, en := p.In("zh"), p.In("en"); zh == "" || en == "" || zh == en || p.In("ug") != zh {
			t.Errorf("%s: %q, %q", p, zh, en)
		}
	}
	if len(Phrases) != len(phrases) {
		t.Error("Phrases misses some")
	}
}

func TestGreetingIsTheNationalOne(t *testing.T) {
	flows, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"city", "city-menu", "transition"} {
		f := flows[name]
		if f == nil {
			t.Fatalf("no flow %s", name)
		}
		if !strings.Contains(strings.Join(f.Texts(), "\n")+"\n", "欢迎拨打12328交通运输服务监督电话\n") {
			t.Errorf("%s does not greet as the guide says", name)
		}
	}
}
