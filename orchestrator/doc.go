// Package orchestrator leads calls: it knows what every caller is in the
// middle of, which agents are free, and who takes whom. It speaks to a switch
// only in the words of package pbx, says to callers only what a flow of
// package dialplan tells it, and keeps live state and journal behind small
// interfaces (see ports.go). It knows no HTTP, no SQL and no tickets.
//
// A call is one goroutine around a pure step function (Script.Step): the call
// as it stands, an input and the time give the next call and the effects to
// carry out. A Call is a plain value, so that it survives as JSON and another
// engine can go on with it.
//
//	arrival ─▶ flow ──enqueue──▶ queued ──agent reserved──▶ offered ──answer──▶ talk
//	             ▲                │ ▲                          │                 │
//	             ◀── key, overflow┘ └── no answer, busy, … ────┘                 │
//	             │                  └── the agent's phone is gone for good ──────┤
//	             │                  └── a transfer that came to nothing          │
//	             └──────────────────── the agent hung up: rating ────────────────┘
//	   the flow, or an agent's transfer, may also lead on to an outside number
//	   (dialling, outside); the flow may take a message (recording)
//	   an agent's own call: reaching (own phone) ─▶ calling (customer) ─▶ talk;
//	   a callback: queued ─▶ offered ─▶ calling ─▶ talk
//	   the customer hangs up, anywhere ─▶ closing ──all legs ended──▶ over
//
// Within a talk, other legs come and go: a colleague asked for advice, the
// members of a conference, supervisors. What happens only changes what the Call
// says of them; Call.wanted (mix.go) works out of it who must be in which
// bridge or hear what, and arrange commands the difference. Call.Can lists what
// each of them may do next: the desk's buttons are that list, and a step refuses
// what is not in it.
//
// A site is one goroutine too, the floor: its agents and its waiting callers.
// It is the only one that brings them together; a decision (Match) counts only
// when one Redis script has found both still free.
//
// An agent moves by this table; acts that a row does not name are refused:
//
//	signed_out  sign_in→not_ready
//	ready       sign_in→ready ready→ready not_ready→not_ready sign_out→signed_out offer→ringing engage→ringing dial→talking phone_lost→offline
//	not_ready   sign_in→not_ready ready→ready not_ready→not_ready sign_out→signed_out engage→ringing dial→talking phone_lost→offline
//	offline     sign_in→not_ready sign_out→signed_out phone_back→not_ready not_ready→offline
//	ringing     answer→talking miss→not_ready release→ready
//	talking     talk_over→wrap_up dismiss→ready
//	wrap_up     sign_in→wrap_up ready→ready not_ready→not_ready wrap_up_end→ready sign_out→signed_out dial→talking phone_lost→offline
package orchestrator
