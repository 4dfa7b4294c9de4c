// Package journal keeps what happened until Postgres has it, and brings it
// there.
//
//	Append ─→ queue ─→ write-ahead log on disk ─→ calls.event ─→ record, leg, talk, span, agent_log
//	          memory   fsync every 10 ms          one transaction for a batch
//
// Facts are on disk before they are shipped, shipped in the order in which they
// were appended, and applied once by their id, however often they are shipped.
// So Postgres may be away for as long as the disk has room, and the program may
// be killed at any moment: what was on disk is shipped by the next one that
// opens the folder.
//
// A fact that Postgres will never take (it breaks a constraint) is parked in
// calls.rejected with the reason and does not hold up the others.
//
// Most of a record and of its legs follows from single facts. What follows from
// several (who talked from when to when, holds, transfers) is told anew from all
// facts of the call whenever one comes that matters to it, so the order in which
// they come matters to neither.
//
// The tables are projections of facts and nothing else writes to them; they are
// read by orchestrator/record and statistics.
package journal
