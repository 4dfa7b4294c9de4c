package asterisk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// A channel that we originated is recorded by the dialplan as an inbound one
// is: only that makes a stereo file and has it closed when the channel is gone.
// It is answered into our application (StasisStart, args to-record,…), sent
// through the context "record" and comes back (args originated,recorded,…);
// only then Answered is told. A far end that hangs up on the way ends with
// ChannelDestroyed, as one that never answered.

// toRecord sends an answered channel to where its recording begins.
func (s *Switch) toRecord(link *session, id pbx.ChannelID) {
	link.chores.Go(func() {
		ctx, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
		defer cancel()
		err := s.rest.do(ctx, http.MethodPost, path("channels", string(id), "continue"), nil,
			map[string]any{"context": "record", "extension": "s", "priority": 1}, nil)
		switch err := refused(ctx, "Originate", err); {
		case err == nil, isGone(err), link.ctx.Err() != nil: // the next link finds it where it stands
			return
		default:
			// Somebody is on the line: without a recording is better than in
			// nobody's hands.
			s.log.Error("a call is not recorded", "channel", id, "err", err)
			_ = link.waiting.push(arrival{unrecorded: id, at: time.Now()}) // full: the link is being given up
		}
	})
}

func isGone(err error) bool { return errors.Is(err, pbx.ErrGone) }
