package dialplan

import (
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/pbx"
)

func TestNumbersAreBroughtIntoOneForm(t *testing.T) {
	for in, want := range map[string]string{
		"12328":                            "12328",
		"073112328":                        "073112328",
		"0731-12328":                       "073112328",
		"(0731) 12328":                     "073112328",
		"+8673112328":                      "073112328",
		"+86 (0)731 12328":                 "073112328",
		"008673112328":                     "073112328",
		"8673112328":                       "073112328",
		"+8612328":                         "12328",
		"+861012328":                       "01012328",
		"8602112328":                       "02112328",
		"+862112328":                       "02112328",
		"sip:+8673112328@10.0.0.1:5060":    "073112328",
		"SIP:12328@example.org;user=phone": "12328",
		"tel:+86-731-8888-6666;ext=1":      "073188886666",
		"８６７３１１２３２８":                       "073112328",
		"013812345678":                     "13812345678",
		"+8613812345678":                   "13812345678",
		"8613812345678":                    "13812345678",
		"86731123":                         "86731123", // a local number of eight digits
		"4008123456":                       "4008123456",
		"+864008123456":                    "4008123456",
		"96533":                            "96533",
		"+8696533":                         "96533",
		"+85221234567":                     "+85221234567",
		"0085221234567":                    "+85221234567",
		"+1 (202) 555-0100":                "+12025550100",
		"":                                 "",
		"anonymous":                        "",
		"+":                                "",
		"+86":                              "",
		"0":                                "0",
		"00":                               "",
		"++86++731":                        "0731",
		"12328\r\nVia: x":                  "12328",
		"'; DROP TABLE call; --":           "",
		"\xff\xfe1232\x008":                "12328",
		strings.Repeat("9", 10_000):        strings.Repeat("9", maxNumber),
		"+" + strings.Repeat("长沙", 5) + "123": "+123",
	} {
		if got := NormaliseNumber(in); got != want {
			t.Errorf("%.40q becomes %q, want %q", in, got, want)
		}
	}
}

func TestAreaCodes(t *testing.T) {
	for in, want := range map[string]string{
		"073188886666": "0731", "01012328": "010", "02112328": "021", "073112328": "0731",
		"13812345678": "", "12328": "", "+85221234567": "", "": "", "0": "", "07": "", "073": "", "011": "",
	} {
		if got := AreaCode(in); got != want {
			t.Errorf("area of %q is %q, want %q", in, got, want)
		}
		if got := Local(in); want+got != in {
			t.Errorf("local part of %q is %q", in, got)
		}
	}
	if !Mobile("13812345678") || Mobile("073112328") || !Foreign("+1") || Foreign("12328") {
		t.Error("mobile or foreign is wrong")
	}
}

func TestMostSpecificRouteLeads(t *testing.T) {
	n := Numbers{
		{Site: "anything"},
		{Trunk: "carrier", Site: "trunk"},
		{AreaCode: "0731", Site: "area"},
		{Number: "12328", Site: "number"},
		{Number: "12328", AreaCode: "731", Site: "number and area"},
		{Number: "12328", AreaCode: "0731", Trunk: "carrier", Site: "all three"},
		{Number: "073212328", Site: "whole number"},
		{Number: "96533", Flow: "transition", Site: "old"},
		{Number: "96533", Site: "second of equals"},
		{Number: "***", Site: "nonsense"},
	}
	for _, c := range []struct {
		called string
		trunk  pbx.TrunkID
		site   string
	}{
		{"12328", "", "number"},
		{"12328", "carrier", "number"},
		{"+8673112328", "", "number and area"},
		{"073112328", "carrier", "all three"},
		{"0732-12328", "carrier", "whole number"},
		{"02012328", "", "number"},
		{"073188886666", "", "area"},
		{"073188886666", "carrier", "area"},
		{"88886666", "carrier", "trunk"},
		{"96533", "", "old"},
		{"073196533", "", "old"},
		{"88886666", "", "anything"},
		{"", "", "anything"},
		{"\x00\xff", "carrier", "trunk"},
	} {
		if r, ok := n.Lead(c.called, c.trunk); !ok || r.Site != c.site {
			t.Errorf("%q by %q leads to %q, want %q", c.called, c.trunk, r.Site, c.site)
		}
	}
	if r, ok := n[3:].Lead("88886666", "carrier"); ok {
		t.Errorf("nothing fits, but it leads to %q", r.Site)
	}
	if _, ok := Numbers(nil).Lead("12328", ""); ok {
		t.Error("no routes lead nowhere")
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"12328", "+8673112328", "0086", "００８６", "sip:@", "\xff"} {
		f.Add(s)
	}
	n := Numbers{{Number: "12328", AreaCode: "0731", Site: "a"}, {Site: "b"}}
	f.Fuzz(func(t *testing.T, s string) {
		normal := NormaliseNumber(s)
		if strings.Trim(strings.TrimPrefix(normal, "+"), "0123456789") != "" || len(normal) > maxNumber+1 {
			t.Errorf("%q becomes %q", s, normal)
		}
		if _, ok := n.Lead(s, ""); !ok {
			t.Errorf("%q leads nowhere", s)
		}
	})
}

func TestOnlyOrdinaryNumbersAreCalledBack(t *testing.T) {
	for in, want := range map[string]string{
		"13812341411": "13812341411", "+8613812341411": "13812341411", "008613812341411": "13812341411",
		"013812341411": "13812341411", "19912341411": "19912341411",
		"01088123456": "01088123456", "02188123456": "02188123456", "057188123456": "057188123456",
		"07318812345": "07318812345", "+86 571 8812 3456": "057188123456", "07012345678": "07012345678",
	} {
		if got, ok := CallbackNumber(in); !ok || got != want {
			t.Errorf("%s: %s, %v", in, got, ok)
		}
	}
	for _, in := range []string{
		"", "110", "119", "120", "122", "12328", "12345", "057112328", "010110", "95588", "96333", "4008123456",
		"04008123456", "08008123456", "88123456", "12812341411", "1381234141", "138123414110", "+4420712345678",
		"00852123456789", "0108812345", "010188123456", "0571088123456", "05711881234", "057198812345", "abc", "０１０",
	} {
		if got, ok := CallbackNumber(in); ok {
			t.Errorf("%s would be called back at %s", in, got)
		}
	}
}
