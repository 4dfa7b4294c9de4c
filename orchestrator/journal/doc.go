// Package journal keeps what happened until Postgres has it, and brings it
// there.
//
//	Append ─→ queue ─→ write-ahead log on disk ─→ calls.event ─→ record, leg, agent_log
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
// The tables are projections of facts and nothing else writes to them; they are
// read by orchestrator/record and statistics.
package journal
