package asterisk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// The recording of a call lies under the first name when it is whole and under
// the second while Asterisk writes it, or after Asterisk died over it.
const (
	wholeFolder   = "yihaotong/"
	partialFolder = "yihaotong-partial/"
)

// OpenRecording opens the recording named in Arrived or Channel.Recorded:
// signed 16-bit little-endian samples, 8000 per second, two channels
// interleaved, the caller left and what the caller hears right, only of the
// time in which the caller was bridged. size is in bytes. complete is false
// while only what Asterisk has written so far can be had. The error is a
// *pbx.Error, Gone when there is no such recording: nobody was ever bridged
// with the caller. The reader belongs to ctx.
func (s *Switch) OpenRecording(ctx context.Context, name string) (body io.ReadCloser, size int64, complete bool, err error) {
	const command = "OpenRecording"
	if !recording.MatchString(name) {
		return nil, 0, false, &pbx.Error{Command: command, Kind: pbx.Invalid, Reason: "not the name of a recording"}
	}
	partial := partialFolder + strings.TrimPrefix(name, wholeFolder)
	// Whole, then partial, then whole again: it may have been moved in between.
	for i, try := range []string{name, partial, name} {
		answer, err := s.rest.open(ctx, http.MethodGet, path("recordings", "stored", try, "file"), nil, nil)
		if err == nil {
			return answer.Body, answer.ContentLength, i != 1, nil
		}
		last := refused(ctx, command, err)
		if i == 2 || !errors.Is(last, pbx.ErrGone) {
			return nil, 0, false, last
		}
	}
	panic("unreachable")
}

// DeleteRecording removes a whole recording from the switch, which has no
// other copy. A partial one is left to Asterisk.
func (s *Switch) DeleteRecording(ctx context.Context, name string) error {
	const command = "DeleteRecording"
	if !recording.MatchString(name) {
		return &pbx.Error{Command: command, Kind: pbx.Invalid, Reason: "not the name of a recording"}
	}
	return refused(ctx, command, s.rest.do(ctx, http.MethodDelete, path("recordings", "stored", name), nil, nil, nil))
}

// Recordings lists the whole recordings that lie on the switch, sorted, so
// that whoever collects them finds what a crash left behind.
func (s *Switch) Recordings(ctx context.Context) ([]string, error) {
	var stored []json.RawMessage
	if err := s.rest.do(ctx, http.MethodGet, "/recordings/stored", nil, nil, &stored); err != nil {
		return nil, refused(ctx, "Recordings", err)
	}
	var names []string
	for _, one := range each[struct{ Name string }](s, stored) {
		if recording.MatchString(one.Name) {
			names = append(names, one.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// salvage gives recordings their final name whose writer died with Asterisk:
// those that lie there in part although their channel is gone.
func (s *Switch) salvage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var stored, channels []json.RawMessage
	err := s.rest.do(ctx, http.MethodGet, "/recordings/stored", nil, nil, &stored)
	if err == nil { // only now: who begins to be recorded later is not in the list
		err = s.rest.do(ctx, http.MethodGet, "/channels", nil, nil, &channels)
	}
	alive := map[string]bool{}
	for _, c := range each[struct{ ID string }](s, channels) {
		alive[c.ID] = true
	}
	for _, one := range each[struct{ Name string }](s, stored) {
		id, partial := strings.CutPrefix(one.Name, partialFolder)
		whole := wholeFolder + id
		if err != nil || !partial || alive[id] || !recording.MatchString(whole) {
			continue
		}
		err = s.rest.do(ctx, http.MethodPost, path("recordings", "stored", one.Name, "copy"),
			url.Values{"destinationRecordingName": {whole + ".raw"}}, nil, nil) // what follows the last dot is cut off
		if err == nil {
			err = s.rest.do(ctx, http.MethodDelete, path("recordings", "stored", one.Name), nil, nil, nil)
		}
		if errors.Is(refused(ctx, "salvage", err), pbx.ErrGone) {
			err = nil // its writer was alive and has just moved it
		}
		if err == nil {
			s.log.Info("recording of a call that Asterisk died over was saved", "recording", whole)
		}
	}
	if err != nil {
		s.log.Warn("recordings left in part could not be saved", "err", err)
	}
}
