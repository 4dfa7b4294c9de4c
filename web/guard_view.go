package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/tollfraud"
)

// GuardView is the guard before calls to outside.
type GuardView struct {
	GuardVersion
	Switch GuardSwitch `json:"switch"`
	Trunks []TrunkName `json:"trunks"`
	Calls  []GuardCall `json:"calls" doc:"Calls to outside that are going on"`
}

// GuardVersion is the rules as somebody kept them.
type GuardVersion struct {
	Rev           int         `json:"rev" doc:"0: nobody has made rules yet, so nothing but emergencies is dialled"`
	Policy        GuardPolicy `json:"policy"`
	ChangedAt     *time.Time  `json:"changedAt"`
	ChangedBy     string      `json:"changedBy"`
	ChangedByName string      `json:"changedByName"`
	Reason        string      `json:"reason"`
}

// GuardPolicy is what may be dialled.
type GuardPolicy struct {
	Rules     []GuardRule `json:"rules" doc:"In order; what one forbids is forbidden, what none allows too"`
	Emergency []string    `json:"emergency" doc:"Always dialled; short service numbers only"`
	Trunk     string      `json:"trunk" doc:"For rules that name none"`
	Caller    string      `json:"caller" doc:"Number to show, for rules that name none"`
	Caps      GuardCaps   `json:"caps"`
	Night     GuardNight  `json:"night"`
}

// GuardRule allows or forbids numbers.
type GuardRule struct {
	Forbid  bool   `json:"forbid"`
	Prefix  string `json:"prefix" doc:"Digits, x for any, choices like [3-9]"`
	Least   int    `json:"least" doc:"Digits of the whole number; 0: any"`
	Most    int    `json:"most" doc:"0: any"`
	Name    string `json:"name"`
	Trunk   string `json:"trunk"`
	Strip   int    `json:"strip" doc:"So many digits are left out at the front"`
	Add     string `json:"add" doc:"Then these are put there"`
	Caller  string `json:"caller" doc:"Number to show"`
	AtNight bool   `json:"atNight" doc:"Also outside working hours"`
}

// GuardCaps bound what is allowed.
type GuardCaps struct {
	AgentHour  int            `json:"agentHour"`
	AgentDay   int            `json:"agentDay"`
	SiteHour   int            `json:"siteHour"`
	SameNumber int            `json:"sameNumber" doc:"An hour"`
	Refused    int            `json:"refused" doc:"Forbidden numbers an hour until the agent may call nobody"`
	PerTrunk   int            `json:"perTrunk" doc:"At once"`
	Trunks     map[string]int `json:"trunks" doc:"At once, for trunks of another size"`
	Longest    int            `json:"longest" doc:"Minutes until a call is cut"`
}

// GuardNight is when only rules with atNight hold.
type GuardNight struct {
	From  string   `json:"from" doc:"As 21:00"`
	To    string   `json:"to"`
	Roles []string `json:"roles" doc:"For people with these roles it is never night"`
}

// GuardSwitch is the switch that stops calls to outside.
type GuardSwitch struct {
	Locked bool       `json:"locked"`
	At     *time.Time `json:"at"`
	By     string     `json:"by"`
	ByName string     `json:"byName"`
	Reason string     `json:"reason"`
}

// TrunkName is a trunk without its secrets.
type TrunkName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// GuardCall is a call to outside.
type GuardCall struct {
	Call      string    `json:"call"`
	Agent     string    `json:"agent"`
	AgentName string    `json:"agentName"`
	Number    string    `json:"number" doc:"Masked"`
	Trunk     string    `json:"trunk"`
	Purpose   string    `json:"purpose"`
	Since     time.Time `json:"since"`
}

// GuardTrial is what would become of a number.
type GuardTrial struct {
	Allowed bool   `json:"allowed"`
	Ground  string `json:"ground" doc:"Why not"`
	Words   string `json:"words" doc:"As whoever dials is told"`
	Rule    string `json:"rule" doc:"That forbids it"`
	Number  string `json:"number" doc:"As the trunk is asked to dial it"`
	Trunk   string `json:"trunk"`
	Caller  string `json:"caller"`
	Minutes int    `json:"minutes" doc:"Until it is cut; 0: never"`
}

// GuardEvent is a refusal, a cut or a change.
type GuardEvent struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	Kind       string    `json:"kind"`
	Ground     string    `json:"ground"`
	Words      string    `json:"words" doc:"The ground as a sentence"`
	Person     string    `json:"person" doc:"The agent, or who changed something; empty: the program"`
	PersonName string    `json:"personName"`
	Call       string    `json:"call"`
	Number     string    `json:"number" doc:"Masked"`
	Rule       string    `json:"rule"`
	Limit      int       `json:"limit"`
	Reason     string    `json:"reason"`
}

func (s *Server) viewGuardVersion(ctx context.Context, v tollfraud.Version) GuardVersion {
	return GuardVersion{
		Rev: v.Rev, Policy: viewPolicy(v.Policy), ChangedAt: moment(v.At), ChangedBy: v.Person,
		ChangedByName: s.names.person(ctx, v.Person), Reason: v.Reason,
	}
}

func (s *Server) viewSwitch(ctx context.Context, w tollfraud.Switch) GuardSwitch {
	return GuardSwitch{Locked: w.Locked, At: moment(w.At), By: w.Person, ByName: s.names.person(ctx, w.Person), Reason: w.Reason}
}

func viewPolicy(p tollfraud.Policy) GuardPolicy {
	v := GuardPolicy{
		Rules: []GuardRule{}, Emergency: list(p.Emergency), Trunk: p.Trunk, Caller: p.Caller,
		Caps: GuardCaps(p.Caps), Night: GuardNight{p.Night.From, p.Night.To, list(p.Night.Roles)},
	}
	if v.Caps.Trunks == nil {
		v.Caps.Trunks = map[string]int{}
	}
	for _, r := range p.Rules {
		v.Rules = append(v.Rules, GuardRule(r))
	}
	return v
}

func (v GuardPolicy) policy() tollfraud.Policy {
	p := tollfraud.Policy{
		Emergency: v.Emergency, Trunk: v.Trunk, Caller: v.Caller, Caps: tollfraud.Caps(v.Caps), Night: tollfraud.Night(v.Night),
	}
	for _, r := range v.Rules {
		p.Rules = append(p.Rules, tollfraud.Rule(r))
	}
	return p
}

func viewTrunks(trunks []directory.Trunk) []TrunkName {
	views := []TrunkName{}
	for _, t := range trunks {
		views = append(views, TrunkName{t.ID, t.Name})
	}
	return views
}

// trial words what would become of a number; an error that is no refusal stays
// one.
func trial(ctx context.Context, w tollfraud.Way, number string, err error) (*tryOutput, error) {
	if why, ok := errors.AsType[*tollfraud.Refusal](err); ok {
		return &tryOutput{GuardTrial{
			Ground: string(why.Ground), Rule: why.Rule, Number: number, Words: pick(languageOf(ctx), groundWords(why.Ground, why.Limit)),
		}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &tryOutput{GuardTrial{Allowed: true, Number: w.Number, Trunk: w.Trunk, Caller: w.Caller, Minutes: int(w.Longest.Minutes())}}, nil
}

// groundWords says why a call is refused, or was cut, to whoever dialled. %d is
// the cap.
func groundWords(g tollfraud.Ground, limit int) [2]string {
	words := grounds[g]
	for i, w := range words {
		words[i] = strings.ReplaceAll(w, "%d", strconv.Itoa(limit))
	}
	return words
}

var grounds = map[tollfraud.Ground][2]string{
	tollfraud.BadNumber:  {"号码格式不正确，请输入3至20位数字（可带 +86、空格或横线）。", "This is not a telephone number. Type 3 to 20 digits; +86, spaces and hyphens are fine."},
	tollfraud.NotAllowed: {"该号码不在允许外呼的范围内，未拨出。如工作需要，请联系系统管理员放开。", "This number is not among those that may be called, so it was not dialled. Ask the administrator if you need it."},
	tollfraud.Forbidden:  {"该号码属于禁止外呼的号段（国际、声讯、卫星等），未拨出，已记录。", "Numbers of this kind (abroad, premium, satellite) must not be called. It was not dialled; this has been noted."},
	tollfraud.Locked:     {"管理员已暂停外呼，该号码未拨出。紧急号码不受影响，请联系系统管理员。", "The administrator has stopped calls to outside, so this was not dialled. Emergency numbers still work."},
	tollfraud.AtNight:    {"夜间仅允许拨打指定号码，该号码未拨出。请在工作时段拨打，或由班长拨打。", "At night only certain numbers may be called, so this was not dialled. Call in working hours, or ask the supervisor."},
	tollfraud.AgentHour:  {"您1小时内的外呼已达上限（%d 次），未拨出。请稍后再拨，或联系班长。", "You have reached %d calls to outside within an hour, so this was not dialled. Try later, or ask the supervisor."},
	tollfraud.AgentDay:   {"您24小时内的外呼已达上限（%d 次），未拨出。请联系班长。", "You have reached %d calls to outside within 24 hours, so this was not dialled. Ask the supervisor."},
	tollfraud.SiteHour:   {"本站点1小时内的外呼已达上限（%d 次），未拨出。请稍后再拨。", "The site has reached %d calls to outside within an hour, so this was not dialled. Try later."},
	tollfraud.SameNumber: {"该号码1小时内已拨打 %d 次，请稍后再拨。", "This number was called %d times within an hour. Try later."},
	tollfraud.Suspicious: {"您1小时内已 %d 次拨打不允许的号码，外呼已暂停，请联系班长。", "You tried numbers that must not be called %d times within an hour, so your calls to outside are stopped. Ask the supervisor."},
	tollfraud.TrunkFull:  {"外呼线路已满（同时最多 %d 路），请稍后再拨。", "All lines to outside are in use (%d at once). Try again in a moment."},
	tollfraud.Unknown:    {"数据库暂时连接不上，无法核对外呼限额，为防盗打未拨出；紧急号码可以照常拨打。请稍后再试。", "The database cannot be reached, so the limits cannot be checked and nothing is dialled. Emergency numbers still work. Please try again shortly."},
	tollfraud.TooLong:    {"通话已达最长时长（%d 分钟），系统已自动挂断。", "The call reached the longest duration of %d minutes and was ended."},
}

// describeGuard words what the guard refuses; nil: it is none of that.
func describeGuard(err error, lang string) *Problem {
	if why, ok := errors.AsType[*tollfraud.Refusal](err); ok {
		return newProblem(statuses[why.Kind()], "outbound_"+string(why.Ground), pick(lang, groundWords(why.Ground, why.Limit)))
	}
	if wrong, ok := errors.AsType[*tollfraud.PolicyError](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, "guard_policy", pick(lang, [2]string{
			fmt.Sprintf("有 %d 处填写有误，已在表单中标出，规则尚未保存。", len(wrong.Fields)),
			fmt.Sprintf("%d field(s) are not right; they are marked. The rules are not saved yet.", len(wrong.Fields)),
		}))
		for _, f := range wrong.Fields {
			p.Errors = append(p.Errors, FieldFault{"policy." + f.Path, pick(lang, policyFaults[f.Wrong])})
		}
		return p
	}
	return nil
}

var policyFaults = map[tollfraud.Wrong][2]string{
	tollfraud.WrongPrefix:    {"请填写号码开头：数字、x（任意一位）或 [3-9] 这样的范围，1至20位。", "Digits, x for any digit, or choices like [3-9]; 1 to 20 digits."},
	tollfraud.WrongName:      {"请填写名称（60个字以内）。", "Give it a name of at most 60 characters."},
	tollfraud.WrongLength:    {"位数应为0至20，且最少位数不大于最多位数。", "0 to 20 digits, the least not more than the most."},
	tollfraud.WrongTrunk:     {"没有这条中继。", "There is no such trunk."},
	tollfraud.NoTrunk:        {"请选择中继，或先设置默认中继。", "Choose a trunk, or set the usual trunk first."},
	tollfraud.WrongDigits:    {"只能填写数字。", "Digits only."},
	tollfraud.WrongStrip:     {"去掉的位数过多，号码将不剩任何数字。", "That would leave nothing of the number."},
	tollfraud.WrongRange:     {"数值超出允许范围。", "This is out of range."},
	tollfraud.WrongTime:      {"时间格式应如 21:00。", "A time like 21:00."},
	tollfraud.WrongEmergency: {"紧急号码只能是3至6位、不以0开头的服务号码。", "An emergency number has 3 to 6 digits and does not begin with 0."},
	tollfraud.WrongRole:      {"没有这个角色。", "There is no such role."},
	tollfraud.TooMany:        {"条目过多，请精简。", "There are too many entries."},
}
