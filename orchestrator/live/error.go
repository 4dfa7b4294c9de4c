package live

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// ErrUnavailable is matched by every error that means “Redis is away”; so is
// orchestrator.ErrLiveDown.
var ErrUnavailable = errkind.New(errkind.Unavailable, "live: Redis cannot be reached")

// downError says what could not be done because Redis is away.
type downError struct {
	doing string
	err   error
}

func (e *downError) Error() string {
	return fmt.Sprintf("live: %s: Redis cannot be reached: %v", e.doing, e.err)
}
func (e *downError) Unwrap() error      { return e.err }
func (e *downError) Kind() errkind.Kind { return errkind.Unavailable }
func (e *downError) Is(target error) bool {
	return target == ErrUnavailable || target == orchestrator.ErrLiveDown
}

// notNow are the words with which a Redis that can be reached says that it
// cannot serve at present.
var notNow = []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "BUSY", "NOREPLICAS", "MISCONF"}

// trouble gives an error of the client its meaning. What Redis says is wrong
// with the command is our fault; all else means that Redis is away.
func trouble(doing string, err error) error {
	var said redis.Error
	if errors.As(err, &said) {
		for _, word := range notNow {
			if strings.HasPrefix(said.Error(), word+" ") {
				return &downError{doing, err}
			}
		}
		return fmt.Errorf("live: %s: %w", doing, err)
	}
	return &downError{doing, err}
}

// refusedToConnect reports that not even a connection could be made, so that
// another try at once is of no use.
func refusedToConnect(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
