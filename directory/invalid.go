package directory

import (
	"fmt"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// InvalidError refuses an entry that makes no sense.
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string { return "directory: " + e.Reason }

// Kind lets the edge choose an answer.
func (e *InvalidError) Kind() errkind.Kind { return errkind.Invalid }

func invalid(format string, args ...any) error {
	return &InvalidError{Reason: fmt.Sprintf(format, args...)}
}
