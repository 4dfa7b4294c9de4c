// Package live keeps the state of now in Redis, where every process of ours
// can see it: agents, places in queues, offers, calls, lines, and who leads
// what. It lets exactly one offer win and tells everybody what has changed.
//
// Redis may be away, and it may come back empty. Nothing here is the only copy:
// the engine knows its calls, the switch knows its channels, and Rebuild writes
// all of it again. That Redis was emptied is noticed by a mark (key born) that
// only Rebuild sets; without it Reserve answers ErrForgotten, however much has
// been written since.
//
// A change of several keys is one Lua script (*.lua), documented there; every
// key is spelled in keys.go. What may be won only once is guarded twice:
//
//	epoch  grows with every new holder of a lease; Reserve refuses an older one
//	token  grows with every offer of a site; CloseOffer refuses an older one
//
// Both start at the time in milliseconds when Redis has forgotten them, so they
// also grow over a loss of everything.
//
// The package decides nothing: who should take whom is the engine's business.
package live
