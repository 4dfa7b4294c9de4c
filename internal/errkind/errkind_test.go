package errkind_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

func TestOfFindsTheFirstKindInTheChain(t *testing.T) {
	locked := errkind.New(errkind.Forbidden, "locked")
	tests := []struct {
		name string
		err  error
		want errkind.Kind
	}{
		{"nothing", nil, ""},
		{"an error without a kind", errors.New("x"), errkind.Internal},
		{"a sentinel", locked, errkind.Forbidden},
		{"wrapped", fmt.Errorf("log in 1001: %w", locked), errkind.Forbidden},
		{"the second of several", errors.Join(errors.New("x"), locked), errkind.Forbidden},
		{"the outer kind hides the inner", &outer{locked}, errkind.Conflict},
	}
	for _, tt := range tests {
		if got := errkind.Of(tt.err); got != tt.want {
			t.Errorf("%s: Of = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSentinelsOfEqualTextAreDifferent(t *testing.T) {
	a, b := errkind.New(errkind.Invalid, "x"), errkind.New(errkind.Invalid, "x")
	if errors.Is(a, b) {
		t.Error("two sentinels match each other because their texts are equal")
	}
}

type outer struct{ err error }

func (o *outer) Error() string      { return "outer" }
func (o *outer) Unwrap() error      { return o.err }
func (o *outer) Kind() errkind.Kind { return errkind.Conflict }
