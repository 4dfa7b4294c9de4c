package web_test

import (
	"net/http"
	"testing"

	"github.com/yihaotong/yihaotong/web"
)

// TestEveryRegionHasItsName: a ticket's region may be far from the site, as the
// place a caller's number belongs to.
func TestEveryRegionHasItsName(t *testing.T) {
	h := open(t)
	b := h.logIn("1001")
	for query, want := range map[string]string{
		"?code=430100": "长沙市", "?code=110000": "北京市", "?parent=430000&code=110000": "北京市", "?code=999999": "", "?code=4301": "",
	} {
		var found []web.Region
		b.must("GET", "/api/regions"+query, nil, http.StatusOK, &found)
		if len(found) > 1 || (len(found) == 1) != (want != "") || want != "" && found[0].Name != want {
			t.Errorf("%s: %+v, want %q", query, found, want)
		}
	}
	var cities []web.Region
	b.must("GET", "/api/regions?parent=430000", nil, http.StatusOK, &cities)
	if len(cities) < 10 {
		t.Errorf("the cities of Hunan: %+v", cities)
	}
}
