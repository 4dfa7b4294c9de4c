package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/yihaotong/yihaotong/alarm"
)

// Alarms is what the edge asks about what goes wrong at a site. Centre knows
// what goes on now, also without the database; Book keeps it.
type Alarms struct {
	Centre interface {
		Now(site string) ([]alarm.Episode, []alarm.Notice)
		Watch(site string) (changed <-chan struct{}, stop func())
	}
	Book interface {
		Past(ctx context.Context, site string, from, to time.Time, limit, offset int) ([]alarm.Episode, int, error)
		Acknowledge(ctx context.Context, site, episode, by, note string, now time.Time) (alarm.Episode, error)
		Rules(ctx context.Context, site string) ([]alarm.Rule, error)
		AddRule(ctx context.Context, r alarm.Rule, now time.Time) (alarm.Rule, error)
		ChangeRule(ctx context.Context, r alarm.Rule, now time.Time) (alarm.Rule, error)
		RemoveRule(ctx context.Context, site, rule, by string, now time.Time) error
		Broadcast(ctx context.Context, n alarm.Notice, now time.Time) (alarm.Notice, error)
		TakeBack(ctx context.Context, site, notice, by string, now time.Time) error
		Notices(ctx context.Context, site string, now time.Time) ([]alarm.Notice, error)
	}
}

func (s *Server) alarmRoutes(r router) {
	guarded(r, permSupervise, "GET /api/alarms", "What is wrong now 告警", s.openAlarms)
	guarded(r, permSupervise, "GET /api/alarms/history", "What was wrong, the newest first", s.pastAlarms)
	guarded(r, permSupervise, "POST /api/alarms/{id}/acknowledge", "Say that one takes care of it 确认", s.acknowledge)
	guarded(r, permSupervise, "GET /api/alarms/rules", "When something is wrong, and what can be watched", s.alarmRules)
	guarded(r, permSupervise, "POST /api/alarms/rules", "Add a rule", s.addAlarmRule)
	guarded(r, permSupervise, "PUT /api/alarms/rules/{id}", "Change a rule", s.changeAlarmRule)
	guarded(r, permSupervise, "DELETE /api/alarms/rules/{id}", "Take a rule away", s.removeAlarmRule)
}

// Alarm is something that is or was wrong.
type Alarm struct {
	ID          string         `json:"id"`
	Kind        alarm.Kind     `json:"kind"`
	Unit        alarm.Unit     `json:"unit"`
	Severity    alarm.Severity `json:"severity"`
	Sound       bool           `json:"sound"`
	Subject     string         `json:"subject" doc:"Queue or trunk; empty: the site"`
	Name        string         `json:"name" doc:"Of the subject"`
	Threshold   float64        `json:"threshold"`
	Value       float64        `json:"value" doc:"When it was told"`
	Worst       float64        `json:"worst" doc:"While it lasted"`
	BegunAt     time.Time      `json:"begunAt"`
	OpenedAt    time.Time      `json:"openedAt"`
	AckedBy     string         `json:"ackedBy"`
	AckedByName string         `json:"ackedByName"`
	AckedAt     *time.Time     `json:"ackedAt"`
	Note        string         `json:"note"`
	ClosedAt    *time.Time     `json:"closedAt"`
	Why         alarm.Why      `json:"why" doc:"It has ended: cleared, gone or dropped"`
}

// OpenAlarms are those that go on, the newest first.
type OpenAlarms struct {
	Open []Alarm `json:"open"`
}

type openAlarmsOutput struct{ Body OpenAlarms }

func (s *Server) openAlarms(ctx context.Context, _ *struct{}) (*openAlarmsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	open, _ := s.Alarms.Centre.Now(site)
	return &openAlarmsOutput{OpenAlarms{s.viewAlarms(ctx, open)}}, nil
}

func (s *Server) viewAlarms(ctx context.Context, list []alarm.Episode) []Alarm {
	views := make([]Alarm, 0, len(list))
	for _, e := range list {
		views = append(views, s.viewAlarm(ctx, e))
	}
	return views
}

func (s *Server) viewAlarm(ctx context.Context, e alarm.Episode) Alarm {
	return Alarm{
		ID: e.ID, Kind: e.Kind, Unit: unitOf(e.Kind), Severity: e.Severity, Sound: e.Sound, Subject: e.Subject, Name: e.Name,
		Threshold: e.Threshold, Value: e.Value, Worst: e.Worst, BegunAt: e.Begun.UTC(), OpenedAt: e.Opened.UTC(),
		AckedBy: e.AckedBy, AckedByName: s.names.person(ctx, e.AckedBy), AckedAt: utc(e.AckedAt), Note: e.Note,
		ClosedAt: utc(e.Closed), Why: e.Why,
	}
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	u := at.UTC()
	return &u
}

func unitOf(k alarm.Kind) alarm.Unit {
	for _, t := range alarm.Traits {
		if t.Kind == k {
			return t.Unit
		}
	}
	return alarm.Count
}

type pastAlarmsInput struct {
	From     time.Time `query:"from" doc:"Default: a week ago"`
	To       time.Time `query:"to" doc:"Default: now"`
	Page     int       `query:"page" minimum:"1" maximum:"10000" default:"1"`
	PageSize int       `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
}

type pastAlarmsOutput struct {
	Body struct {
		Items []Alarm `json:"items"`
		Total int     `json:"total"`
	}
}

func (s *Server) pastAlarms(ctx context.Context, in *pastAlarmsInput) (*pastAlarmsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	to := in.To
	if to.IsZero() {
		to = time.Now().Add(time.Minute)
	}
	from := in.From
	if from.IsZero() {
		from = to.AddDate(0, 0, -7)
	}
	if !from.Before(to) {
		return nil, errBadTime
	}
	list, total, err := s.Alarms.Book.Past(ctx, site, from, to, in.PageSize, (in.Page-1)*in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &pastAlarmsOutput{}
	out.Body.Items, out.Body.Total = s.viewAlarms(ctx, list), total
	return out, nil
}

type acknowledgeInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"500"`
	}
}

type alarmOutput struct{ Body Alarm }

func (s *Server) acknowledge(ctx context.Context, in *acknowledgeInput) (*alarmOutput, error) {
	p := who(ctx).person
	site, err := s.names.home(ctx, p)
	if err != nil {
		return nil, err
	}
	e, err := s.Alarms.Book.Acknowledge(ctx, site, in.ID, p.Number, in.Body.Note, time.Now())
	if errors.Is(err, alarm.ErrStale) {
		return nil, errAcknowledged
	}
	if err != nil {
		return nil, err
	}
	return &alarmOutput{s.viewAlarm(ctx, e)}, nil
}

// describeAlarm words what is wrong with a rule, at its field.
func describeAlarm(err error, lang string) *Problem {
	bad, ok := errors.AsType[*alarm.RuleError](err)
	if !ok {
		return nil
	}
	words := pick(lang, flawWords[bad.Flaw])
	p := newProblem(http.StatusUnprocessableEntity, "alarm_rule", words)
	p.Errors = []FieldFault{{flawFields[bad.Flaw], words}}
	return p
}

var flawFields = map[alarm.Flaw]string{
	alarm.FlawKind: "kind", alarm.FlawSubject: "subject", alarm.FlawThreshold: "threshold", alarm.FlawClear: "clear",
	alarm.FlawHold: "holdSeconds", alarm.FlawSeverity: "severity", alarm.FlawQuiet: "quietFrom",
}

var flawWords = map[alarm.Flaw][2]string{
	alarm.FlawKind:      {"没有这种告警，请重新选择。", "There is no such alarm. Please choose again."},
	alarm.FlawSubject:   {"这种告警针对整个站点，不能指定队列或线路。", "This alarm is about the whole site: it cannot be for one queue or line."},
	alarm.FlawThreshold: {"阈值超出可设范围，请核对。", "The threshold is out of range. Please check it."},
	alarm.FlawClear:     {"恢复值必须在阈值的正常一侧，否则告警会反复出现。", "The value at which it is over must lie on the good side of the threshold, or the alarm would flap."},
	alarm.FlawHold:      {"持续时间应在 0 秒至 24 小时之间。", "The times must be between 0 seconds and 24 hours."},
	alarm.FlawSeverity:  {"请选择告警级别。", "Please choose a severity."},
	alarm.FlawQuiet:     {"免打扰时段不正确：起止时间不能相同。", "The quiet hours make no sense: begin and end must differ."},
}

// clock writes minutes since midnight as people do; empty for none.
func clock(q *alarm.Quiet) (from, to string) {
	if q == nil {
		return "", ""
	}
	return fmt.Sprintf("%02d:%02d", q.From/60, q.From%60), fmt.Sprintf("%02d:%02d", q.To/60, q.To%60)
}

// quiet reads them back; without both there are none.
func quiet(from, to string) *alarm.Quiet {
	if from == "" && to == "" {
		return nil
	}
	return &alarm.Quiet{From: minutes(from), To: minutes(to)}
}

// minutes reads “22:30”; -1 for what is no time of day, which no rule accepts.
func minutes(clock string) int {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}
