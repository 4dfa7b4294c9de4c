package statistics

import "fmt"

// Ratio is a share, kept as its two counts, so that shares can be added up.
type Ratio struct {
	N int // of these
	D int // among these
}

// Percent returns the share in percent; false when there is nothing to have a
// share in.
func (r Ratio) Percent() (float64, bool) {
	if r.D == 0 {
		return 0, false
	}
	return 100 * float64(r.N) / float64(r.D), true
}

// String shows the share with one decimal, and “—” where there is none: never
// 100 % of nothing.
func (r Ratio) String() string {
	p, ok := r.Percent()
	if !ok {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", p)
}
