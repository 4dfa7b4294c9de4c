package staffing

// Blocking is the Erlang B formula: the share of calls that find all lines
// taken, for a load in Erlang. It is 1 without lines and 0 without load.
func Blocking(load float64, lines int) float64 {
	switch {
	case load <= 0:
		return 0
	case lines <= 0:
		return 1
	}
	b := 1.0
	for n := 1; n <= lines; n++ {
		b = load * b / (float64(n) + load*b)
	}
	return b
}

// Trunks is the least number of lines that turn away no more than the share
// blocking of the calls.
func Trunks(load, blocking float64) int {
	if load <= 0 || blocking >= 1 {
		return 0
	}
	b := 1.0
	for n := 1; n < mostServers; n++ {
		b = load * b / (float64(n) + load*b)
		if b <= blocking {
			return n
		}
	}
	return mostServers
}

// mostServers bounds every search.
const mostServers = 1 << 20
