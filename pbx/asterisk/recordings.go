package asterisk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/yihaotong/yihaotong/pbx"
)

// wholeFolder is where Asterisk's recordings of calls lie, each under the id
// of its channel.
const wholeFolder = "yihaotong/"

// OpenRecording opens the recording named in Arrived or Channel.Recorded:
// signed 16-bit little-endian samples, 8000 per second, two channels
// interleaved, the caller left and what the caller hears right, only of the
// time in which the caller was bridged; it is empty when that never was. size
// is in bytes. complete is false while the channel is there: what Asterisk has
// written so far can be had. The dialplan closes the file before the channel
// is gone. The error is a *pbx.Error, Gone when there is no such recording.
// The reader belongs to ctx.
func (s *Switch) OpenRecording(ctx context.Context, name string) (body io.ReadCloser, size int64, complete bool, err error) {
	const command = "OpenRecording"
	if !recording.MatchString(name) {
		return nil, 0, false, &pbx.Error{Command: command, Kind: pbx.Invalid, Reason: "not the name of a recording"}
	}
	channel := strings.TrimPrefix(name, wholeFolder)
	err = refused(ctx, command, s.rest.do(ctx, http.MethodGet, path("channels", channel), nil, nil, nil))
	complete = errors.Is(err, pbx.ErrGone)
	if err != nil && !complete {
		return nil, 0, false, err
	}
	answer, err := s.rest.open(ctx, http.MethodGet, path("recordings", "stored", name, "file"), nil, nil)
	if err != nil {
		return nil, 0, false, refused(ctx, command, err)
	}
	return answer.Body, answer.ContentLength, complete, nil
}

// DeleteRecording removes a whole recording from the switch, which has no
// other copy.
func (s *Switch) DeleteRecording(ctx context.Context, name string) error {
	const command = "DeleteRecording"
	if !recording.MatchString(name) {
		return &pbx.Error{Command: command, Kind: pbx.Invalid, Reason: "not the name of a recording"}
	}
	return refused(ctx, command, s.rest.do(ctx, http.MethodDelete, path("recordings", "stored", name), nil, nil, nil))
}
