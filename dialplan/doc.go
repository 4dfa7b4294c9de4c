// Package dialplan decides what a caller meets before and after a person:
// which site and flow a dialled number leads to, whether the office is open,
// and what the caller hears, is asked and is led to. All of it is pure: no
// input or output, no goroutine, no clock. The engine tells what happened and
// carries out what comes back.
//
// A [Flow] is data (YAML), checked by [Parse] before it may carry a call, and
// walked by [Flow.Next]:
//
//	                     Begin
//	                       │
//	                       ▼
//	┌────────────────►  a step  ◄──────────── branch, language: no waiting
//	│                      │
//	│        ┌─────────────┼───────────────┐
//	│        ▼             ▼               ▼
//	│    Sounding ────► Awaiting         Handed        Over ◄── HangUp, Left
//	│    Say, PlayFile  Await            Enqueue, Callback, Transfer, TakeMessage
//	│        │             │               │
//	└────────┴─────────────┴───────────────┘
//	 Played, Digit     Digit, Silence    Served, Recorded, Failed;
//	                                     out of a line, after LeaveLine: Digit, Overflowed
//
// A [Position] is a plain value that can be kept as JSON; whoever holds flow,
// position and facts can go on with the call. Any input is legal in any
// position: what nobody asked for is ignored.
//
// The synthesiser that turns the texts into sound is dialplan/speech.
package dialplan
