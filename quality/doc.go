// Package quality is 质检: which recordings are listened to, by whom, how they
// are scored, and what an agent can say against it.
//
// A plan draws conversations and makes inspections of them, one for each
// conversation and agent, never two. An inspection goes like this:
//
//	         save            publish               appeal              settle
//	open ───────────▶ draft ─────────▶ published ─────────▶ appealed ─────────▶ settled
//	 │  ◀───────────   │
//	 │     assign      │
//	 └───── void ──────┴─────▶ void
//
// Saving a draft again leaves it a draft, and assigning an open one leaves it
// open. Who may do what is decided by [Inspection.May]: nobody scores a
// conversation of their own, and nobody settles an appeal against their own
// scoring. Sheets have versions; an inspection keeps the one it began with.
//
// The package knows conversations by their ids and plays none: who has the
// recordings hands in what can be drawn ([Calls]).
package quality
