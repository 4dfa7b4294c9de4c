// Package alarm watches over a site: it compares what is measured with rules
// that are data, tells when something has gone wrong for long enough, and when
// it is right again. It also keeps the broadcasts 广播 of supervisors, because
// both are what everybody at a site must hear of now, and travel the same way.
//
// The decision is pure: Evaluate takes rules, a picture of the site, the state
// so far and the time, and returns the next state and the episodes that begin
// and end. Each rule is watched for each of its subjects (a queue, a trunk, or
// the site itself):
//
//	      beyond the threshold          for Hold
//	Calm ───────────────────▶ Rising ───────────────▶ Open ◀───────────────┐
//	 ▲ ▲                        │                      │ back behind Clear  │ not any more
//	 │ └── not any more ────────┘                      ▼                    │
//	 └────────────────────────── for Settle ──────── Easing ────────────────┘
//
// What cannot be measured now neither opens nor closes anything: Rising falls
// back to Calm and Easing to Open, and the time has to be held anew.
//
// One process evaluates a site: the one that holds its advisory lock in
// Postgres. While Postgres is away every process evaluates for the people it
// serves; what began meanwhile is written down afterwards by whoever gets the
// lock. At most one episode of a rule and subject is open, by a unique index.
//
// Processes hear of changes by Postgres' LISTEN, on the connection that holds
// the locks: what is told is in the database by then, so nobody can read the
// past, and Redis may be away.
//
// The package measures nothing itself and knows no HTTP.
package alarm
