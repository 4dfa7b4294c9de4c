package web

import (
	"strings"
	"testing"

	"github.com/yihaotong/yihaotong/tollfraud"
)

func TestEveryGroundIsASentenceInBothLanguages(t *testing.T) {
	for _, g := range tollfraud.Grounds {
		words := groundWords(g, 7)
		if words[0] == "" || words[1] == "" || strings.Contains(words[0]+words[1], "%!") || strings.Contains(words[0]+words[1], "%d") {
			t.Errorf("%s: %q", g, words)
		}
	}
	for _, g := range []tollfraud.Ground{tollfraud.Forbidden, tollfraud.NotAllowed} {
		p := describe(&tollfraud.Refusal{Ground: g}, "zh")
		if p.Status != 403 || p.Code != "outbound_"+string(g) || !strings.Contains(p.Detail, "未拨出") {
			t.Errorf("%+v", p)
		}
	}
}
