// Package tasks keeps the work that calls leave behind 待办话务: callers who gave
// up, messages, requests to be called back, dissatisfied callers, calls that the
// switch lost. Every item has an owner or is everybody's, a time by which it
// should be done, and a history; none is lost.
//
//	        take, assign              done (outcome)
//	open ──────────────────→ taken ──────────────────→ done
//	  ↑       release          │ │                       ↑
//	  └────────────────────────┘ └──────────→ dropped    │ the caller reached a person
//	  │               drop (reason)              ↑       │
//	  └──────────────────────────────────────────┴───────┘
//
// Items follow from facts in the transaction that applies them (Follow). The
// package reads the call records (schema calls) and dials nobody.
package tasks
