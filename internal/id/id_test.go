package id_test

import (
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/internal/id"
)

func TestLaterIdentifiersSortLater(t *testing.T) {
	last := ""
	for range 1000 {
		n := id.New()
		if n <= last {
			t.Fatalf("%s was made after %s but sorts before it", n, last)
		}
		if _, err := id.Parse(n); err != nil {
			t.Fatal(err)
		}
		last = n
	}
}

func TestOnlyOneSpellingIsAccepted(t *testing.T) {
	n := id.New()
	for _, s := range []string{
		"", "x", strings.ToUpper(n), "{" + n + "}", "urn:uuid:" + n,
		strings.ReplaceAll(n, "-", ""), n + " ", strings.Repeat("a", 10_000), "\xff\xfe",
	} {
		if _, err := id.Parse(s); err == nil {
			t.Errorf("%.50q was accepted", s)
		}
	}
}
