package recording

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/yihaotong/yihaotong/pbx"
)

// Source is the switch's disk, as far as collecting asks.
type Source interface {
	// OpenRecording opens a recording from its beginning. Size is its length
	// in bytes as it is now, -1 if the switch does not tell. Complete says that
	// the switch has finished writing it. An error that is fs.ErrNotExist or
	// pbx.ErrGone means that there is no such recording: nobody talked with the
	// caller. With any other it is asked for again later.
	OpenRecording(ctx context.Context, name string) (body io.ReadCloser, size int64, complete bool, err error)
	// DeleteRecording removes a recording. One that is not there is no error.
	DeleteRecording(ctx context.Context, name string) error
}

// absent reports that the switch has no such recording.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, pbx.ErrGone)
}
