package orchestrator

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Advice and conferences: the caller waits while the agent asks somebody; then
// either is taken back, exchanged, handed over or joined.

// How a caller was given away.
const (
	HowBlind      = "blind"
	HowAttended   = "attended"
	HowConference = "conference"
	HowTakenOver  = "taken_over"
	HowRating     = "rating"
)

// consult rings whoever is asked; the customer hears music.
func (t *turn) consult(by AgentID, who Callee) {
	t.hold(by)
	t.With = WithGuest
	t.addLeg(Leg{Purpose: who.Purpose, Offer: who.Seat, Number: who.Number, Name: who.Name, By: by})
}

// addLeg brings everybody to where they wait for another leg, and rings it.
func (t *turn) addLeg(l Leg) {
	t.Legs++
	l.Channel, l.Since = agentLeg(t.ID, t.Legs), t.now
	if l.Offer != nil && l.Offer.Line != "" {
		l.Channel = l.Offer.Line
	}
	t.Others = append(slices.Clone(t.Others), l)
	d := FactData{Channel: l.Channel, Purpose: l.Purpose, Target: string(l.Agent()), Number: l.Number}
	if l.Offer != nil {
		d.Phone = l.Offer.Phone
	}
	t.noteBy(LegStarted, l.By, d)
	t.arrange()
	t.dialLeg(l.Channel, l.Offer, l.Number, l.Purpose)
}

// dialLeg rings an agent's seat or an outside number.
func (t *turn) dialLeg(ch pbx.ChannelID, seat *Offer, number string, purpose Purpose) {
	role, who := "outside", AgentID("")
	if seat != nil {
		role, who, number = "guest", seat.Agent, seat.Number
	}
	if seat != nil && seat.Line != "" {
		t.ringLine(seat.Line)
		return
	}
	cmd := pbx.Originate{
		Channel: ch, Originator: t.originator(ch), Caller: maskedNumber(t.shown()), Timeout: defaultRing,
		AutoAnswer: purpose == ForListen || purpose == ForReturn || purpose == ForTalk,
		Vars:       t.vars(role, who),
	}
	if number != "" {
		cmd.Number, cmd.Caller = number, t.shown()
	} else {
		cmd.Phone = seat.Phone
	}
	t.do(cmd)
}

// originator is the leg whose codecs a new one should share; empty for the
// first of a call.
func (t *turn) originator(of pbx.ChannelID) pbx.ChannelID {
	switch {
	case t.Channel != "":
		return t.Channel
	case t.AgentLeg != of:
		return t.AgentLeg
	}
	return ""
}

// shown is the number others are shown for this call.
func (t *turn) shown() string {
	if t.Direction == Outbound {
		return t.Number
	}
	return t.Caller
}

func (t *turn) vars(role string, who AgentID) map[string]string {
	v := map[string]string{VarCall: string(t.ID), VarSite: string(t.Site), VarRole: role}
	if who != "" {
		v[VarAgent] = string(who)
	}
	return v
}

// RingIn is the name under which Prompts knows the tone on a nailed-up line.
const RingIn = "ringin"

// lineTone is how long the tone on a nailed-up line lasts.
const lineTone = time.Second

// ringLine tells, on a line that is up already, that somebody comes.
func (t *turn) ringLine(ch pbx.ChannelID) {
	t.do(pbx.SetVars{Channel: ch, Vars: map[string]string{VarCall: string(t.ID)}})
	t.emit(PlayNamed{Channel: ch, Play: t.aside(), Name: RingIn})
	t.Timers[lineTimer(ch)] = t.now.Add(lineTone)
}

// legRang, legAnswered and legEnded are what happens to one of the others.
func (t *turn) legRang(l *Leg) {
	if !l.Ringing {
		l.Ringing = true
		t.noteBy(LegRinging, l.By, FactData{Channel: l.Channel, Purpose: l.Purpose})
	}
}

func (t *turn) legAnswered(l *Leg) {
	if l.Up {
		return
	}
	l.Up, l.Since = true, t.now
	t.cutAfter(l.Channel)
	t.noteBy(LegAnswered, l.By, FactData{Channel: l.Channel, Purpose: l.Purpose, Target: string(l.Agent())})
	if l.Offer != nil {
		t.emit(OfferClosed{*l.Offer, OutcomeAnswered})
	}
	if t.Channel == "" && l.Purpose != ForListen { // a call between agents
		l.Merged, t.Answered = true, t.now
		t.note(CallAnswered, FactData{Channel: t.AgentLeg})
	}
	if l.TakeOver {
		t.promote(*l, HowTakenOver)
		return
	}
	t.arrange()
}

func (t *turn) legEnded(l Leg, cause pbx.Cause) {
	if l.Offer != nil && t.onLine(l.Channel, *l.Offer) {
		t.freeLine(l.Channel, *l.Offer)
	}
	out := OutcomeAnswered
	if !l.Up {
		out = outcomeOf(cause)
	}
	t.legGone(l, out, cause)
	switch {
	case t.Phase == Closing:
		t.closed()
	case t.Channel == "" && l.Purpose != ForListen:
		t.finish(ByAgent)
	default:
		t.backTogether()
	}
}

// legGone forgets a leg that is no more.
func (t *turn) legGone(l Leg, out Outcome, cause pbx.Cause) {
	t.remove(l.Channel)
	t.noteBy(LegEnded, l.By, FactData{
		Channel: l.Channel, Purpose: l.Purpose, Outcome: out, Cause: cause, Target: string(l.Agent()), Number: l.Number,
	})
	number := l.Number
	if l.Offer != nil {
		number = l.Offer.Number
	}
	t.outgoingOver(l.Channel, number, l.Purpose, l.talked(t.now), l.By)
	switch {
	case l.Offer == nil:
	case l.Up:
		t.emit(Dismissed{*l.Offer})
	default:
		t.emit(OfferClosed{*l.Offer, out})
	}
}

func (l Leg) talked(now time.Time) time.Duration {
	if !l.Up {
		return 0
	}
	return now.Sub(l.Since)
}

// backTogether brings the customer back to the agent when there is nobody left
// to ask.
func (t *turn) backTogether() {
	if _, asking := t.Guest(); !asking && t.With != "" {
		t.With = ""
		t.retrieve(t.Agent)
	}
	t.arrange()
}

// release lets somebody go.
func (t *turn) release(l Leg, out Outcome) {
	seat := Offer{}
	if l.Offer != nil {
		seat = *l.Offer
	}
	t.letGo(l.Channel, seat, pbx.Normal)
	if l.Up {
		out = OutcomeAnswered
	}
	t.legGone(l, out, pbx.Normal)
}

func (t *turn) dropLeg(l Leg, out Outcome) {
	t.release(l, out)
	if t.Channel == "" && l.Purpose != ForListen {
		t.finish(ByAgent)
		return
	}
	t.backTogether()
}

func (t *turn) drop(leg string) {
	l := t.other(pbx.ChannelID(leg))
	if l == nil || l.Purpose == ForListen {
		t.emit(Refuse{ErrNoLeg})
		return
	}
	t.dropLeg(*l, OutcomeCancelled)
}

func (t *turn) cancelConsult() {
	if guest, asking := t.Guest(); asking {
		t.dropLeg(guest, OutcomeCancelled)
	}
}

// swap speaks with the other side; the one left waits.
func (t *turn) swap() {
	if t.With == WithGuest {
		t.With = WithCustomer
		t.retrieve(t.Agent)
	} else {
		t.With = WithGuest
		t.hold(t.Agent)
	}
	t.noteBy(CallSwapped, t.Agent, FactData{Target: string(t.With)})
	t.arrange()
}

// conference brings everybody together.
func (t *turn) conference() {
	guest, _ := t.Guest()
	if l := t.other(guest.Channel); l != nil {
		l.Merged = true
	}
	t.With = ""
	t.retrieve(t.Agent)
	t.noteBy(CallConferenced, t.Agent, FactData{Channel: guest.Channel, Target: string(guest.Agent()), Number: guest.Number})
	t.arrange()
}

// complete hands the caller to whoever was asked.
func (t *turn) complete(how string) {
	if guest, asking := t.Guest(); asking {
		t.promote(guest, how)
	}
}

// leaveConference lets the others go on alone.
func (t *turn) leaveConference() { t.promote(t.heir(), HowConference) }

// heir is who goes on with the customer when the agent leaves a conference: an
// agent before an outside number, who came first before the others.
func (t *turn) heir() Leg {
	var found Leg
	for _, l := range t.Others {
		if l.Merged && l.Up && (found.Channel == "" || (found.Offer == nil && l.Offer != nil)) {
			found = l
		}
	}
	return found
}

// promote makes one of the others responsible in place of the agent, whose
// leg, if it is still there, is let go.
func (t *turn) promote(l Leg, how string) {
	t.note(CallTransferred, FactData{Target: string(l.Agent()), Number: l.Number, How: how})
	t.settleTalk()
	old, seat := t.AgentLeg, t.Seat
	t.letGo(old, seat, pbx.Normal)
	if seat.Agent != "" { // and not an outside number's
		t.note(CallTalkEnded, FactData{Channel: old, By: ByAgent, Cause: pbx.Normal})
		t.seatOver(old, seat)
	}
	t.AgentLeg, t.Seat = l.Channel, Offer{}
	kept := slices.DeleteFunc(slices.Clone(t.Others), func(o Leg) bool {
		return o.Channel == l.Channel || (o.Listening() && o.To != l.Agent())
	})
	for _, o := range slices.Clone(t.Others) { // who listened to the one who left has nobody to listen to
		if o.Listening() && o.To != l.Agent() && o.Channel != l.Channel {
			t.release(o, OutcomeCancelled)
		}
	}
	t.Others = kept
	switch {
	case !l.Up && l.Offer != nil:
		t.ringOn(l)
	case !l.Up:
		t.dialOn(l)
	case l.Offer != nil:
		t.Phase, t.Agent, t.Seat, t.Muted = InTalk, l.Offer.Agent, *l.Offer, l.Muted
		t.note(CallAnswered, FactData{Channel: l.Channel, Queue: t.queue()})
	default:
		t.Phase, t.OutNumber, t.OutPurpose, t.OutSince = Outside, l.Number, l.Purpose, l.Since
	}
	t.arrange()
}

// ringOn goes on ringing at an agent for a caller whose agent has left.
func (t *turn) ringOn(l Leg) {
	t.Phase, t.Offer, t.Agent, t.OfferedAt = Offered, l.Offer, l.Offer.Agent, l.Since
	t.AgentHeard = l.Ringing
	t.Timers[RingOver] = l.Since.Add(defaultRing + ringGrace)
	t.arrange()
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
}

// dialOn goes on dialling a number for a caller whose agent has left.
func (t *turn) dialOn(l Leg) {
	t.Phase, t.Blind = Dialling, true
	t.OutNumber, t.OutPurpose = l.Number, l.Purpose
	t.Timers[RingOver] = l.Since.Add(defaultRing + ringGrace)
	t.arrange()
	t.do(pbx.StartMusic{Channel: t.Channel, Class: t.Waiting.Music})
}

// queue is where the call waits or waited last.
func (c Call) queue() QueueID {
	if c.Place == nil {
		return ""
	}
	return c.Place.Queue
}
