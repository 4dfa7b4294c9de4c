package directory_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
)

func TestTrunksOfEveryKindComeBackWhole(t *testing.T) {
	s, pool := demo(t)
	exec(t, pool, `
		INSERT INTO directory.trunk (id, name, server, register_server, register_user, register_password, max_channels)
		VALUES ('ims', '运营商IMS', 'ims.example:5060', 'ims.example:5060', '073112328', 'p:"w', 60);
		INSERT INTO directory.trunk (id, name, inbound_user, inbound_secret, active)
		VALUES ('gateway', '语音网关', 'gw1', 'geheim', false)`)
	trunks, err := s.Trunks(t.Context())
	if err != nil || len(trunks) != 3 {
		t.Fatalf("%d %v", len(trunks), err)
	}
	want := directory.Trunk{
		ID: "ims", Name: "运营商IMS", Server: "ims.example:5060", MaxChannels: 60, Active: true, Match: trunks[1].Match,
		Register: &directory.Registration{Server: "ims.example:5060", User: "073112328", Password: `p:"w`},
	}
	if !reflect.DeepEqual(trunks[1], want) || len(trunks[1].Match) != 0 {
		t.Errorf("%+v", trunks[1])
	}
	if g := trunks[0]; g.InboundUser != "gw1" || g.InboundSecret != "geheim" || g.Active || g.Register != nil {
		t.Errorf("%+v", g)
	}
}

func TestPhonesOfPeopleWhoLeftAreNotGiven(t *testing.T) {
	s, pool := demo(t)
	exec(t, pool, `UPDATE directory.person SET active = false WHERE number = '1001'`)
	phones, err := s.Phones(t.Context(), "")
	if err != nil || len(phones) != 3 || phones[0].ID != "d1002" {
		t.Errorf("%v %v", phones, err)
	}
}

func TestOpeningHoursComeBackAsTheyWereKept(t *testing.T) {
	s, pool := demo(t)
	exec(t, pool, `UPDATE directory.site SET always_open = false, opening = '{
		"weekly": [{"day": 1, "from": "08:30", "to": "17:30"}], "on_holiday": [{"from": "09:00", "to": "12:00"}]}'`)
	site, err := s.Site(t.Context(), changsha)
	want := directory.Opening{
		Weekly:    []directory.Window{{Day: time.Monday, From: "08:30", To: "17:30"}},
		OnHoliday: []directory.Window{{From: "09:00", To: "12:00"}},
	}
	if err != nil || site.AlwaysOpen || !reflect.DeepEqual(site.Opening, want) {
		t.Errorf("%+v %v", site, err)
	}
	for _, code := range []string{"430200", "", "x\x00", "4301001"} {
		if _, err := s.Site(t.Context(), code); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestOrganisationsComeAfterTheirParents(t *testing.T) {
	s, _ := demo(t)
	units, err := s.Organisations(t.Context())
	if err != nil || len(units) != 4 {
		t.Fatalf("%v %v", units, err)
	}
	seen := map[string]bool{"": true}
	for _, u := range units {
		if !seen[u.Parent] {
			t.Errorf("%s comes before its parent %s", u.ID, u.Parent)
		}
		seen[u.ID] = true
	}
}
