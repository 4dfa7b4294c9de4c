package web

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yihaotong/yihaotong/alarm"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

// errAcknowledged tells that somebody else was first.
var errAcknowledged = errkind.New(errkind.Conflict, "web: the alarm is acknowledged already")

func (s *Server) broadcastRoutes(r router) {
	guarded(r, permSupervise, "POST /api/broadcast", "Tell everybody at the site something 广播", s.broadcast)
	guarded(r, permSupervise, "DELETE /api/broadcast/{id}", "Take it back before its time", s.takeBack)
	guarded(r, anybody, "GET /api/broadcasts", "What everybody is told now", s.broadcasts)
}

// Notice is what everybody at a site is told until its end.
type Notice struct {
	ID     string    `json:"id"`
	Text   string    `json:"text"`
	By     string    `json:"by"`
	ByName string    `json:"byName"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until" doc:"Past: it has been taken back"`
}

func (s *Server) viewNotice(ctx context.Context, n alarm.Notice) Notice {
	return Notice{n.ID, n.Text, n.By, s.names.person(ctx, n.By), n.At.UTC(), n.Until.UTC()}
}

type broadcastInput struct {
	Body struct {
		Text    string `json:"text" minLength:"1" maxLength:"300"`
		Minutes int    `json:"minutes" minimum:"1" maximum:"10080"`
	}
}

type noticeOutput struct{ Body Notice }

func (s *Server) broadcast(ctx context.Context, in *broadcastInput) (*noticeOutput, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	n, err := s.Alarms.Book.Broadcast(ctx, alarm.Notice{
		Site: site, Text: in.Body.Text, By: p.Number, Until: now.Add(time.Duration(in.Body.Minutes) * time.Minute),
	}, now)
	if err != nil {
		return nil, err
	}
	return &noticeOutput{s.viewNotice(ctx, n)}, nil
}

type takeBackInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) takeBack(ctx context.Context, in *takeBackInput) (*struct{}, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	return nil, s.Alarms.Book.TakeBack(ctx, site, in.ID, p.Number, time.Now())
}

type broadcastsOutput struct{ Body []Notice }

func (s *Server) broadcasts(ctx context.Context, _ *struct{}) (*broadcastsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	list, err := s.Alarms.Book.Notices(ctx, site, time.Now())
	if err != nil {
		return nil, err
	}
	out := &broadcastsOutput{[]Notice{}}
	for _, n := range list {
		out.Body = append(out.Body, s.viewNotice(ctx, n))
	}
	return out, nil
}

// tidings are what one live connection has been told of notices and alarms.
type tidings struct {
	notices map[string]alarm.Notice
	alarms  string // as JSON
}

// pushTidings tells the notices that are new or have been taken back and, to
// who may see the board, the alarms if they are not what they were.
func (c *liveConn) pushTidings(ctx context.Context) bool {
	open, notices := c.s.Alarms.Centre.Now(c.site)
	now := time.Now().UTC()
	told := c.told.notices
	c.told.notices = map[string]alarm.Notice{}
	for i := len(notices) - 1; i >= 0; i-- { // the oldest first
		n := notices[i]
		c.told.notices[n.ID] = n
		if _, known := told[n.ID]; !known && !c.send(ctx, liveMessage{Type: "notice", At: &now, Data: c.s.viewNotice(ctx, n)}) {
			return false
		}
	}
	for id, n := range told {
		if _, holds := c.told.notices[id]; holds || !n.Until.After(now) {
			continue
		}
		n.Until = now
		if !c.send(ctx, liveMessage{Type: "notice", At: &now, Data: c.s.viewNotice(ctx, n)}) {
			return false
		}
	}
	if !c.id.may(permBoard) {
		return true
	}
	view := OpenAlarms{c.s.viewAlarms(ctx, open)}
	encoded, err := json.Marshal(view)
	if err != nil || string(encoded) == c.told.alarms {
		return true
	}
	c.told.alarms = string(encoded)
	return c.send(ctx, liveMessage{Type: "alarm", At: &now, Data: view})
}
