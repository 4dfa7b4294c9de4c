package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/web"
)

func TestLogInTellsWhoIAmAndLogOutForgets(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.refused("GET", "/api/session", nil, http.StatusUnauthorized, "not_logged_in")
	var me web.Me
	b.must("POST", "/api/session", obj{"number": "1001", "password": password}, http.StatusOK, &me)
	if me.Name != "王秀英" || me.Site.Code != "430100" || me.Site.Name != "长沙" || me.Site.AreaCode != "0731" || me.Home != "desk" ||
		me.IdleSeconds != 1800 || me.MustChangePassword || sprint(me.Permissions) != "[desk tickets calls recordings tasks]" {
		t.Errorf("%+v", me)
	}
	var again web.Me
	b.must("GET", "/api/session", nil, http.StatusOK, &again)
	if again.Number != "1001" || again.ExpiresAt.Sub(me.ExpiresAt).Abs() > time.Second {
		t.Errorf("%+v, at log-in %+v", again, me)
	}
	old := b.ask("GET", "/api/session", nil).Request.Header.Get("Cookie")
	b.must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
	b.refused("GET", "/api/session", nil, http.StatusUnauthorized, "not_logged_in")
	stolen := h.browser()
	stolen.header.Set("Cookie", old)
	stolen.refused("GET", "/api/session", nil, http.StatusUnauthorized, "no_session")
	stolen.refused("GET", "/api/desk", nil, http.StatusUnauthorized, "no_session")
}

// TestWhoeverLogsOutIsOfferedNobody: the desk is signed out with the session.
func TestWhoeverLogsOutIsOfferedNobody(t *testing.T) {
	h := open(t)
	for _, work := range []func(*browser){
		func(b *browser) { b.atWork("1001") },
		func(b *browser) {
			b.atWork("1001")
			b.must("POST", "/api/desk/not-ready", obj{"reason": "rest"}, http.StatusOK, nil)
		},
		func(b *browser) {
			c, call := b.talk(b.atWork("1001"), "13800001111")
			b.over(c, call)
			h.eventually("the wrap-up has begun", func() bool { return b.desk().State == orchestrator.WrapUp })
		},
		func(*browser) {}, // never at work
	} {
		b := h.logIn("1001")
		work(b)
		b.must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
		b.refused("GET", "/api/session", nil, http.StatusUnauthorized, "not_logged_in")
		if d := h.logIn("1001").desk(); d.State != orchestrator.SignedOut {
			t.Errorf("the desk is %s after the log-out", d.State)
		}
	}
	h.logIn("2001").must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
	exec(t, h, `UPDATE directory.person SET site = NULL WHERE number = '9001'`)
	h.logIn("9001").must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
}

func TestNobodyLogsOutWhileACallerIsThere(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	c := h.sim.Call(trunk, "12328", "13800001111")
	h.eventually("it rings", func() bool { return b.desk().State == orchestrator.RingingAt })
	b.refused("DELETE", "/api/session", nil, http.StatusConflict, "in_call")
	h.eventually("it rings on", phone.Ringing)
	phone.Answer()
	h.eventually("they talk", func() bool { return h.sim.Talking(c, phone) && b.desk().State == orchestrator.Talking })
	if p := b.refused("DELETE", "/api/session", nil, http.StatusConflict, "in_call"); !strings.Contains(p.Detail, "不能退出登录") {
		t.Errorf("refused with %q", p.Detail)
	}
	if d := b.desk(); d.State != orchestrator.Talking || !h.sim.Talking(c, phone) {
		t.Errorf("the talk is over: %+v", d)
	}
	c.Hangup()
	h.eventually("the talk is over", func() bool { return b.desk().State == orchestrator.WrapUp })
	b.must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
}

// TestLogOutElsewhereLeavesTheDeskAlone: somebody logs out at a second machine
// while the desk is open, with a caller, at the first.
func TestLogOutElsewhereLeavesTheDeskAlone(t *testing.T) {
	h := open(t)
	desk, second := h.logIn("1001"), h.logIn("1001")
	phone := desk.atWork("1001")
	l := desk.listen("desk")
	l.await("the desk is open", 0, func(p pushed) bool { return p.Type == "desk" })
	desk.talk(phone, "13800001111")
	second.must("DELETE", "/api/session", nil, http.StatusNoContent, nil)
	if d := desk.desk(); d.State != orchestrator.Talking {
		t.Errorf("the desk is %s", d.State)
	}
}

// TestHomeIsAPageThatThePersonMayOpen, whatever the roles, with a site or for
// the whole node.
func TestHomeIsAPageThatThePersonMayOpen(t *testing.T) {
	h := open(t)
	number := 8000
	join := func(site string, roles ...directory.Role) (*browser, web.Me) {
		number++
		p := directory.Person{Number: sprint(number), Name: "新同事", Site: site, Roles: roles, Active: true}
		if err := h.people.AddPerson(t.Context(), "9001", p, password, time.Now()); err != nil {
			t.Fatal(err)
		}
		b := h.logIn(p.Number)
		var me web.Me
		raw, _ := io.ReadAll(b.ask("GET", "/api/session", nil).Body)
		if err := json.Unmarshal(raw, &me); err != nil || strings.Contains(string(raw), "null") {
			t.Fatalf("%v: %s", roles, raw)
		}
		if me.Site.Code != site || len(me.Roles) != len(roles) {
			t.Errorf("%v at %q: %+v", roles, site, me)
		}
		return b, me
	}
	jobs := map[directory.Role]string{
		directory.Agent: "desk", directory.Supervisor: "board", directory.Analyst: "board", directory.Administrator: "board",
		directory.Auditor: "none", directory.KnowledgeEditor: "none", directory.KnowledgeReviewer: "none",
	}
	for _, r := range directory.Roles {
		want, ok := jobs[r.Role]
		if !ok {
			want = "tickets"
		}
		for _, site := range []string{string(changsha), ""} {
			b, me := join(site, r.Role)
			if home := string(me.Home); home != want || (home == "none") != (len(me.Permissions) == 0) || home != "none" && !slices.Contains(me.Permissions, me.Home) {
				t.Errorf("%s at %q begins with %s and may open %v", r.Role, site, me.Home, me.Permissions)
			}
			if page := map[string]string{"board": "/api/board", "tickets": "/api/tickets"}[want]; page != "" {
				b.must("GET", page, nil, http.StatusOK, nil)
			}
			if want == "none" {
				b.must("GET", "/api/categories", nil, http.StatusOK, nil)
				b.refused("GET", "/api/tickets", nil, http.StatusForbidden, "forbidden")
			}
		}
	}
	if _, me := join(string(changsha), directory.Supervisor, directory.Agent); me.Home != "desk" {
		t.Errorf("who also takes calls begins with %s", me.Home)
	}
	b, _ := join("", directory.Agent)
	b.refused("GET", "/api/desk", nil, http.StatusNotFound, "unknown_site")
	b.refused("POST", "/api/desk/sign-in", obj{"phone": "browser"}, http.StatusNotFound, "unknown_site")
}

func TestSessionCookieIsOutOfReachOfScriptsAndOtherSites(t *testing.T) {
	h := open(t)
	for _, proto := range []string{"", "https"} {
		b := h.browser()
		if proto != "" {
			b.header.Set("X-Forwarded-Proto", proto)
		}
		answer := b.ask("POST", "/api/session", obj{"number": "1001", "password": password})
		cookies := answer.Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%d cookies", len(cookies))
		}
		c := cookies[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != (proto == "https") || len(c.Value) < 40 {
			t.Errorf("over %q: %+v", proto, c)
		}
		if hsts := answer.Header.Get("Strict-Transport-Security"); (hsts != "") != (proto == "https") {
			t.Errorf("over %q: HSTS %q", proto, hsts)
		}
		if csp := answer.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "script") {
			t.Errorf("CSP %q", csp)
		}
		if answer.Header.Get("Cache-Control") != "no-store" {
			t.Error("who somebody is may be kept by caches")
		}
	}
}

func TestFiveWrongPasswordsLockAndSayUntilWhen(t *testing.T) {
	h := open(t)
	b := h.browser()
	wrong := obj{"number": "1001", "password": "wrong"}
	for range 4 {
		b.refused("POST", "/api/session", wrong, http.StatusUnauthorized, "wrong_credentials")
	}
	p := b.refused("POST", "/api/session", wrong, http.StatusLocked, "locked")
	until := time.Now().Add(15 * time.Minute).In(time.FixedZone("", 8*3600))
	if !strings.Contains(p.Detail, until.Format("15:04")) && !strings.Contains(p.Detail, until.Add(-time.Minute).Format("15:04")) {
		t.Errorf("locked until %s: %s", until, p.Detail)
	}
	b.refused("POST", "/api/session", obj{"number": "1001", "password": password}, http.StatusLocked, "locked")
	b.header.Set("Accept-Language", "en-GB,en;q=0.9")
	if p := b.refused("POST", "/api/session", wrong, http.StatusLocked, "locked"); !strings.Contains(p.Detail, "locked until") {
		t.Errorf("in English: %s", p.Detail)
	}
	h.logIn("1002")
}

func TestSessionEndsWithoutActivity(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '31 minutes'`)
	b.refused("GET", "/api/desk", nil, http.StatusUnauthorized, "no_session")

	b = h.logIn("1001")
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '29 minutes'`)
	b.desk() // reading is no activity
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '2 minutes'`)
	b.refused("GET", "/api/desk", nil, http.StatusUnauthorized, "no_session")

	b = h.logIn("1001")
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '29 minutes'`)
	b.ask("POST", "/api/desk/hangup", nil) // doing is, even in vain
	exec(t, h, `UPDATE web.session SET active_at = active_at - interval '2 minutes'`)
	b.desk()
}

func exec(t *testing.T, h *house, sql string, args ...any) {
	t.Helper()
	if _, err := h.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func TestWhoeverIsDismissedIsOut(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	exec(t, h, `UPDATE directory.person SET active = false WHERE number = '1001'`)
	b.refused("GET", "/api/desk", nil, http.StatusForbidden, "inactive")
}

func TestFirstPasswordOpensNothingButItsChange(t *testing.T) {
	h := open(t)
	if err := h.people.SetPassword(t.Context(), "9001", "1001", "First-Time-77", time.Now()); err != nil {
		t.Fatal(err)
	}
	b, other := h.browser(), h.browser()
	for _, each := range []*browser{b, other} {
		var me web.Me
		each.must("POST", "/api/session", obj{"number": "1001", "password": "First-Time-77"}, http.StatusOK, &me)
		if !me.MustChangePassword {
			t.Error("a first password need not be changed")
		}
	}
	b.refused("GET", "/api/desk", nil, http.StatusForbidden, "must_change_password")
	b.refused("POST", "/api/session/password", obj{"old": "First-Time-77", "new": "short"}, http.StatusUnprocessableEntity, "password_too_short")
	b.refused("POST", "/api/session/password", obj{"old": "wrong", "new": "Second-Time-77"}, http.StatusUnauthorized, "wrong_credentials")
	b.must("POST", "/api/session/password", obj{"old": "First-Time-77", "new": "Second-Time-77"}, http.StatusNoContent, nil)
	b.desk()
	other.refused("GET", "/api/desk", nil, http.StatusUnauthorized, "no_session")
}

func TestOtherSitesCannotMakeABrowserAct(t *testing.T) {
	h := open(t)
	for name, header := range map[string]http.Header{
		"fetch metadata": {"Sec-Fetch-Site": {"cross-site"}},
		"same-site":      {"Sec-Fetch-Site": {"same-site"}},
		"origin":         {"Origin": {"https://evil.example"}},
	} {
		b := h.logIn("1001")
		b.header = header
		for _, path := range []string{"/api/desk/ready", "/api/session", "/api/tickets"} {
			b.refused("POST", path, obj{}, http.StatusForbidden, "cross_site")
		}
		b.refused("DELETE", "/api/session", nil, http.StatusForbidden, "cross_site")
		b.header = http.Header{}
		if state := b.desk().State; state != "signed_out" {
			t.Errorf("%s: the desk is %s", name, state)
		}
	}
	b := h.logIn("1001")
	b.header.Set("Sec-Fetch-Site", "same-origin")
	b.header.Set("Origin", h.http.URL)
	b.must("POST", "/api/desk/sign-out", nil, http.StatusConflict, nil) // reaches the engine
}

func TestPostgresOutageLogsNobodyOut(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	phone := b.atWork("1001")
	b.desk()
	h.postgres.cut()
	if d := b.desk(); d.State != "ready" || !slices.ContainsFunc(d.Reasons, func(r web.Reason) bool { return r.Code == "rest" }) {
		t.Errorf("%+v", d)
	}
	b.talk(phone, "13800001111")
	b.must("POST", "/api/desk/hangup", nil, http.StatusOK, nil)
	stranger := h.browser()
	stranger.header.Set("Cookie", "yht_session=guessed")
	stranger.refused("GET", "/api/desk", nil, http.StatusServiceUnavailable, "unavailable")
}
