package tollfraud_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/tollfraud"
)

func TestDialledInputHasOneForm(t *testing.T) {
	for given, want := range map[string]string{
		"13800138000": "13800138000", " 138 0013-8000 ": "13800138000", "+86 138 0013 8000": "13800138000",
		"008613800138000": "13800138000", "013800138000": "13800138000", "8613800138000": "13800138000", "１３８００１３８０００": "13800138000",
		"＋８６１３８００１３８０００": "13800138000", "+86 731 8444 0000": "073184440000", "+86 0731 84440000": "073184440000", "(0731) 8444.0000": "073184440000",
		"+86 10 8888 0002": "01088880002", "+86 400 800 1234": "4008001234", "+86 12306": "12306", "+852 1234 5678": "0085212345678",
		"0085212345678": "0085212345678", "84440000": "84440000", "110": "110", "86123456": "86123456",
		"": "", "12": "", "abc": "", "138x0138000": "", "*72#": "", "1,2": "", "13800138000;": "", "++8613800138000": "", "138+0013": "",
		"012345678901234567890": "", "+12345678901234567890": "", "１２": "", "123\x00": "", "\xff\xff\xff": "", "٣٤٥": "",
		strings.Repeat(" ", 200) + "110": "",
	} {
		got, err := tollfraud.Dialled(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is dialled as %q, %v; want %q", given, got, err, want)
		}
		if err != nil && ground(err) != tollfraud.BadNumber {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func FuzzDialled(f *testing.F) {
	for _, s := range []string{"13800138000", "+86 731 8444 0000", "００８６", "0086", "00868613800138000", "(0731)", "+00", "86868613800138000"} {
		f.Add(s)
	}
	digits := regexp.MustCompile(`^[0-9]{3,20}$`)
	f.Fuzz(func(t *testing.T, s string) {
		n, err := tollfraud.Dialled(s)
		if err != nil {
			return
		}
		if !digits.MatchString(n) {
			t.Fatalf("%q is dialled as %q", s, n)
		}
		if again, err := tollfraud.Dialled(n); err != nil || again != n {
			t.Fatalf("%q is dialled as %q, that as %q, %v", s, n, again, err)
		}
		if masked := tollfraud.Mask(n); len(n) >= 7 && strings.Contains(masked, n[3:7]) && !strings.Contains(masked, "*") {
			t.Fatalf("%q is shown as %q", n, masked)
		}
	})
}

func TestPrefixes(t *testing.T) {
	for _, tt := range []struct {
		prefix, number string
		want           bool
	}{
		{"1[3-9]", "13800138000", true},
		{"1[3-9]", "12345", false},
		{"0xx", "0731", true},
		{"0xx", "07", false},
		{"[08]", "8", true},
		{"[02-57]", "4", true},
		{"[02-57]", "6", false},
		{"X", "9", true},
		{"1", "x", false},
	} {
		p, err := tollfraud.ParsePrefix(tt.prefix)
		if err != nil || p.Begins(tt.number) != tt.want {
			t.Errorf("%s of %s: %v %v", tt.prefix, tt.number, p.Begins(tt.number), err)
		}
	}
	for _, bad := range []string{"", "[", "[]", "]", "[3-", "[3-]", "[-3]", "[9-3]", "[3--5]", "a", "+86", "1 3", "*", strings.Repeat("1", 21), "[1"} {
		if p, err := tollfraud.ParsePrefix(bad); err == nil {
			t.Errorf("%q means %v", bad, p)
		}
	}
}

func FuzzParsePrefix(f *testing.F) {
	for _, s := range []string{"1[3-9]", "0xx", "[08]", "[0-92-3]", "[1-", "x[[", "\xff"} {
		f.Add(s, "13800138000")
	}
	f.Fuzz(func(t *testing.T, s, number string) {
		p, err := tollfraud.ParsePrefix(s)
		if err != nil {
			return
		}
		if len(p) == 0 || len(p) > 20 || p.Begins("") {
			t.Fatalf("%q means %v", s, p)
		}
		_ = p.Begins(number)
	})
}
