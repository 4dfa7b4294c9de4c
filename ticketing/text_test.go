package ticketing

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOneTelephoneNumberHasOneKey(t *testing.T) {
	tests := map[string][]string{
		"13812345678":  {"13812345678", "013812345678", "+86 138 1234 5678", "008613812345678", "8613812345678", "１３８１２３４５６７８", "138-1234-5678"},
		"073188881234": {"0731-88881234", "+8673188881234", "0086 731 8888 1234", "(0731)88881234"},
		"88881234":     {"88881234"},
		"12345":        {"12345"},
		"":             {"", "anonymous", "110", "\x00\xff", "无号码"},
	}
	for want, numbers := range tests {
		for _, n := range numbers {
			if got := numberKey(n); got != want {
				t.Errorf("numberKey(%q) = %q, want %q", n, got, want)
			}
		}
	}
}

func TestHeadlineIsTheFirstSentence(t *testing.T) {
	tests := map[string]string{
		"703路早上不停站。我等了一小时":      "703路早上不停站",
		"  第一行\n第二行":            "第一行",
		strings.Repeat("长", 40): strings.Repeat("长", 29) + "…",
		"。开头就是句号":               "。开头就是句号",
		"\tA 出租车\u2028绕路":       "A 出租车 绕路",
	}
	for content, want := range tests {
		if got := headline(content); got != want {
			t.Errorf("headline(%q) = %q, want %q", content, got, want)
		}
	}
}

func FuzzCleanTextIsKeptAndCanBeStored(f *testing.F) {
	for _, s := range []string{"", "问路", "a\r\nb\rc\x00d\x1b[31m", "\xff\xfe", "'; DROP TABLE ticket; --", "<script>", "%s%n", "\u2028\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, clean := range []func(string) string{line, paragraphs, telephone} {
			got := clean(s)
			if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\x1b") {
				t.Errorf("%q became %q", s, got)
			}
			if clean(got) != got {
				t.Errorf("%q is not stable: %q, %q", s, got, clean(got))
			}
		}
		if strings.Contains(line(s), "\n") {
			t.Errorf("a line of %q has a line break", s)
		}
	})
}
