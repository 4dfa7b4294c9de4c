package web

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/statistics"
)

func (s *Server) boardRoutes(r router) {
	guarded(r, permBoard, "GET /api/board", "The site now 运行监控", s.board)
	guarded(r, permBoard, "GET /api/board/trend", "The last minutes, one point each", s.trend)
}

type boardOutput struct{ Body Board }

func (s *Server) board(ctx context.Context, _ *struct{}) (*boardOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	b, err := s.boards.now(ctx, site)
	if err != nil {
		return nil, err
	}
	return &boardOutput{*b}, nil
}

type trendInput struct {
	Minutes int `query:"minutes" minimum:"1" maximum:"1440" default:"30"`
}

type trendOutput struct{ Body Trend }

func (s *Server) trend(ctx context.Context, in *trendInput) (*trendOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	from := now.Add(-time.Duration(in.Minutes-1) * time.Minute)
	points, err := s.Figures.Trend(ctx, site, from, now, time.Minute)
	if err != nil {
		return nil, err
	}
	out := &trendOutput{Trend{Points: []TrendPoint{}}}
	for _, p := range points {
		out.Body.Points = append(out.Body.Points,
			TrendPoint{p.At.UTC(), p.Offered, p.Answered, p.Abandoned, ratio(p.TenSecond())})
	}
	return out, nil
}

// viewBoard puts the live state and the figures of today together.
func (s *Server) viewBoard(ctx context.Context, site string, st live.State, today statistics.Counts, now time.Time) *Board {
	b := &Board{
		At: now.UTC(), Live: true, Seats: []BoardSeat{}, Queues: []BoardQueue{}, Lines: []BoardLine{}, Waiting: []BoardWaiting{},
		Resources: s.resources(), Links: []BoardLink{}, SkillNames: s.names.skillNames(ctx),
		KPIs: BoardKPIs{
			TenSecond: Goal{ratio(today.Site.TenSecond()), tenSecondTarget},
			Abandoned: ratio(today.Site.AbandonRate()), AnsweredToday: today.Site.Answered,
			OfferedToday: today.Site.Offered, Seats: countSeats(st.Agents),
		},
	}
	day := now.In(s.zone(ctx, site)).Format(time.DateOnly)
	for _, a := range st.Agents {
		if a.State != orchestrator.SignedOut {
			b.Seats = append(b.Seats, s.viewSeat(ctx, site, a, st, day))
		}
	}
	b.Waiting, b.KPIs.LongestSince = s.viewWaiting(ctx, site, st)
	present := st
	present.Places = onTheLine(st)
	b.KPIs.Waiting = len(present.Places)
	for _, q := range s.names.queuesOf(ctx, site) {
		v := viewQueue(q, present, today.Queues[q.Code])
		if e, told := today.Waits[q.Code]; told {
			v.WaitError = &WaitError{Calls: e.Calls, MeanSeconds: int(math.Round(e.Mean)), BiasSeconds: int(math.Round(e.Bias))}
		}
		b.Queues = append(b.Queues, v)
	}
	for _, l := range st.Lines {
		b.Lines = append(b.Lines, BoardLine{
			Trunk: string(l.Trunk), Name: l.Name, Carrier: carrierOf(l.Name), Online: l.Online,
			InUse: l.InUse, OutInUse: l.Out, Max: l.Max, Failures: l.Failures,
		})
	}
	return b
}

func (s *Server) viewSeat(ctx context.Context, site string, a orchestrator.Agent, st live.State, day string) BoardSeat {
	v := BoardSeat{
		Agent: string(a.ID), Name: a.Name, State: a.State, Reason: a.Reason, Since: moment(a.Since), PhoneOnline: a.Online,
		Skills: a.Skills, PhoneKind: phoneKind(a), Nailed: a.Nailed, AsksHelp: !a.AsksHelp.IsZero(),
	}
	if a.SkillsDay == day {
		v.Skills, v.Override = a.SkillsToday, true
	}
	if v.Skills == nil {
		v.Skills = map[string]int{}
	}
	if a.Day == day { // else the figures are of an earlier day
		v.Answered, v.Missed, v.TalkSeconds = a.Answered, a.Missed, int(a.TalkTime.Seconds())
	}
	if v.Name == "" {
		v.Name = s.names.person(ctx, v.Agent)
	}
	if a.Call == "" {
		return v
	}
	if a.Queue != "" {
		v.QueueName = s.names.queue(ctx, site, string(a.Queue))
	}
	if c, ok := callOf(st, a.Call); ok {
		call := s.viewSeatCall(ctx, a, c)
		v.Caller = call.Caller
		if a.State == orchestrator.RingingAt || a.State == orchestrator.Talking {
			v.Call = call
		}
	}
	return v
}

// viewWaiting lists callers as they will be taken, and since when the longest
// has waited.
func (s *Server) viewWaiting(ctx context.Context, site string, st live.State) ([]BoardWaiting, *time.Time) {
	views := make([]BoardWaiting, 0, len(st.Places))
	places := slices.Clone(st.Places)
	slices.SortStableFunc(places, func(a, b orchestrator.Place) int { return b.Priority - a.Priority })
	position := map[orchestrator.QueueID]int{}
	var longest *time.Time
	for _, p := range places {
		position[p.Queue]++
		entered := p.Entered.UTC()
		if p.Callback == "" && (longest == nil || entered.Before(*longest)) {
			longest = &entered
		}
		views = append(views, BoardWaiting{
			VIP: p.VIP > 0, Callback: p.Callback != "", Prefers: s.names.person(ctx, string(p.Prefer)),
			Call: string(p.Call), Caller: Mask(p.Caller), Region: s.names.place(ctx, p.Caller), Queue: string(p.Queue),
			QueueName: s.names.queue(ctx, site, string(p.Queue)), EnteredAt: entered,
			Position: position[p.Queue], Priority: p.Priority,
		})
	}
	return views, longest
}

// onTheLine leaves out the places of those who have hung up and are to be
// called back: they are not kept waiting.
func onTheLine(st live.State) []orchestrator.Place {
	return slices.DeleteFunc(slices.Clone(st.Places), func(p orchestrator.Place) bool {
		return p.Callback != ""
	})
}

func viewQueue(q directory.Queue, st live.State, today statistics.Figures) BoardQueue {
	v := BoardQueue{
		Code: q.Code, Name: q.Name, Offered: today.Offered, Answered: today.Answered,
		Abandoned: today.Abandoned, TenSecond: ratio(today.TenSecond()),
	}
	for _, p := range st.Places {
		if string(p.Queue) != q.Code {
			continue
		}
		v.Waiting++
		if entered := p.Entered.UTC(); v.LongestSince == nil || entered.Before(*v.LongestSince) {
			v.LongestSince = &entered
		}
	}
	for _, a := range st.Agents {
		switch {
		case !suited(a, q):
		case a.Free():
			v.Ready++
			v.Staffed++
		case a.Staffed():
			v.Staffed++
		}
	}
	return v
}

// suited reports whether an agent has what a queue wants.
func suited(a orchestrator.Agent, q directory.Queue) bool {
	for skill, least := range q.Skills {
		if a.Level(skill) < least {
			return false
		}
	}
	return true
}

func (s *Server) zone(ctx context.Context, site string) *time.Location {
	found, err := s.names.siteOf(ctx, site)
	if err != nil {
		return china
	}
	return found.Location()
}
