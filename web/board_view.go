package web

import (
	"time"

	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/statistics"
)

// Board is a site as its supervisor sees it.
type Board struct {
	At      time.Time      `json:"at" doc:"When the live part was read"`
	Live    bool           `json:"live" doc:"False: what is shown is older than it should be"`
	KPIs    BoardKPIs      `json:"kpis"`
	Seats   []BoardSeat    `json:"seats"`
	Queues  []BoardQueue   `json:"queues"`
	Lines   []BoardLine    `json:"lines"`
	Waiting []BoardWaiting `json:"waiting"`
	Health  BoardHealth    `json:"health"`

	Resources *BoardResources `json:"resources" doc:"Null: not known yet"`
	Links     []BoardLink     `json:"links" doc:"Exchange with other nodes; none is connected yet"`

	SkillNames map[string]string `json:"skillNames" doc:"Code → name"`
}

// BoardLink is a connection to another node.
type BoardLink struct {
	Name   string `json:"name"`
	Online bool   `json:"online"`
}

// Ratio is a share: of d, n. With d = 0 there is none.
type Ratio struct {
	N int `json:"n"`
	D int `json:"d"`
}

// Goal is a share with the percentage that it should reach.
type Goal struct {
	Ratio
	Target int `json:"target" doc:"Percent"`
}

// BoardKPIs are the figures on top, of today.
type BoardKPIs struct {
	Waiting       int        `json:"waiting"`
	LongestSince  *time.Time `json:"longestSince"`
	TenSecond     Goal       `json:"tenSecond" doc:"10秒接通率"`
	Abandoned     Ratio      `json:"abandoned" doc:"排队放弃率"`
	AnsweredToday int        `json:"answeredToday"`
	OfferedToday  int        `json:"offeredToday"`
	Seats         SeatCount  `json:"seats"`
}

// SeatCount counts seats by state. Online are all whose phone can be reached.
type SeatCount struct {
	Online   int `json:"online"`
	Ready    int `json:"ready"`
	Talking  int `json:"talking" doc:"Ringing ones among them"`
	WrapUp   int `json:"wrapUp"`
	NotReady int `json:"notReady"`
	Offline  int `json:"offline"`
}

// BoardSeat is one agent.
type BoardSeat struct {
	Agent       string                  `json:"agent"`
	Name        string                  `json:"name"`
	State       orchestrator.AgentState `json:"state"`
	Reason      string                  `json:"reason"`
	Since       *time.Time              `json:"since"`
	PhoneOnline bool                    `json:"phoneOnline"`
	Caller      string                  `json:"caller" doc:"Masked"`
	QueueName   string                  `json:"queueName"`
	Answered    int                     `json:"answered"`
	Missed      int                     `json:"missed"`
	TalkSeconds int                     `json:"talkSeconds"`

	Call      *BoardCall     `json:"call" doc:"Null: none"`
	Skills    map[string]int `json:"skills" doc:"Code → level, 1 to 9"`
	Override  bool           `json:"override" doc:"The skills are for today only"`
	PhoneKind string         `json:"phoneKind" doc:"browser, desk or mobile"`
	Nailed    bool           `json:"nailed" doc:"The line stays up between calls 长连线路"`
	AsksHelp  bool           `json:"asksHelp" doc:"Waits for a supervisor's advice 内部求助"`
}

// phoneKind is where the agent is reached; empty: nowhere.
func phoneKind(a orchestrator.Agent) string {
	switch {
	case a.Mobile != "":
		return "mobile"
	case a.Phone == "":
		return ""
	case a.Browser:
		return "browser"
	}
	return "desk"
}

// BoardQueue is one queue: now, and today.
type BoardQueue struct {
	Code         string     `json:"code"`
	Name         string     `json:"name"`
	Waiting      int        `json:"waiting"`
	LongestSince *time.Time `json:"longestSince"`
	Ready        int        `json:"ready" doc:"Agents who fit and are free"`
	Staffed      int        `json:"staffed" doc:"Agents who fit and are at work"`
	Offered      int        `json:"offered"`
	Answered     int        `json:"answered"`
	Abandoned    int        `json:"abandoned"`
	TenSecond    Ratio      `json:"tenSecond"`
	WaitError    *WaitError `json:"waitError" doc:"How far announced waits were from what came today; null: nobody was told one and answered"`
}

// WaitError says how good announced waits were.
type WaitError struct {
	Calls       int `json:"calls"`
	MeanSeconds int `json:"meanSeconds" doc:"Of the errors without their signs"`
	BiasSeconds int `json:"biasSeconds" doc:"Above 0: callers waited longer than they were told"`
}

// BoardLine is one trunk.
type BoardLine struct {
	Trunk    string `json:"trunk"`
	Name     string `json:"name"`
	Carrier  string `json:"carrier" doc:"Empty: the name does not tell"`
	Online   bool   `json:"online"`
	InUse    int    `json:"inUse"`
	OutInUse int    `json:"outInUse" doc:"Of these, calls to customers"`
	Max      int    `json:"max" doc:"0: not limited"`
	Failures int    `json:"failures"`
}

// BoardWaiting is one caller in a queue.
type BoardWaiting struct {
	Call      string    `json:"call"`
	Caller    string    `json:"caller" doc:"Masked"`
	Region    string    `json:"region" doc:"Empty when the number does not tell"`
	Queue     string    `json:"queue"`
	QueueName string    `json:"queueName"`
	EnteredAt time.Time `json:"enteredAt"`
	Position  int       `json:"position" doc:"From 1, in its queue"`
	Priority  int       `json:"priority"`
	VIP       bool      `json:"vip"`
	Callback  bool      `json:"callback" doc:"The caller has hung up and is to be called back in turn"`
	Prefers   string    `json:"prefers" doc:"Name of the agent who spoke with the caller last; empty: nobody"`
}

// BoardHealth tells what works.
type BoardHealth struct {
	Switch     bool `json:"switch"`
	Redis      bool `json:"redis"`
	Postgres   bool `json:"postgres"`
	JournalLag int  `json:"journalLag" doc:"Facts that are not in Postgres yet"`
}

// Trend is how it went in the last minutes.
type Trend struct {
	Points []TrendPoint `json:"points"`
}

// TrendPoint is one minute.
type TrendPoint struct {
	At        time.Time `json:"at" doc:"Its begin"`
	Offered   int       `json:"offered"`
	Answered  int       `json:"answered"`
	Abandoned int       `json:"abandoned"`
	TenSecond Ratio     `json:"tenSecond"`
}

func ratio(r statistics.Ratio) Ratio { return Ratio{r.N, r.D} }

// tenSecondTarget is the percentage the ten-second rate should reach.
var tenSecondTarget = func() int {
	for _, i := range statistics.Indicators {
		if i.Code == "ten_second" {
			return i.Target
		}
	}
	return 0
}()

// countSeats counts seats by state.
func countSeats(agents []orchestrator.Agent) SeatCount {
	var n SeatCount
	for _, a := range agents {
		if a.Online && a.State != orchestrator.SignedOut {
			n.Online++
		}
		switch a.State {
		case orchestrator.Ready:
			n.Ready++
		case orchestrator.RingingAt, orchestrator.Talking:
			n.Talking++
		case orchestrator.WrapUp:
			n.WrapUp++
		case orchestrator.NotReady:
			n.NotReady++
		case orchestrator.Offline:
			n.Offline++
		}
	}
	return n
}
