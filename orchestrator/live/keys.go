package live

import (
	"strings"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// keys spells every key of one site. All carry the site as hash tag, so that
// one script may touch them all on a cluster too; a script may therefore also
// derive one key from another's content (the queue a call waits in).
//
//	key                       type    content                          lifetime
//	yht:{S}:born              string  1: filled by Rebuild             until Redis forgets
//	yht:{S}:agents            hash    agent → Agent as JSON            until Rebuild
//	yht:{S}:revs              hash    agent → Agent.Rev                as agents
//	yht:{S}:ready             zset    free agents by Since (ms)        as agents
//	yht:{S}:queue:Q           zset    waiting calls by Entered (ms)    while somebody waits
//	yht:{S}:places            hash    call → Place as JSON             while waiting
//	yht:{S}:placed            hash    call → queue                     as places
//	yht:{S}:offer:C           hash    agent, token, nonce, json        until closed, at most the deadline
//	yht:{S}:offers            zset    calls with an offer by deadline  swept by the next Reserve
//	yht:{S}:calls             hash    call → the engine's JSON         until DropCall
//	yht:{S}:lines             hash    trunk → Line as JSON             until Rebuild
//	yht:{S}:fence             string  last token                       for ever
//	yht:{S}:lease:R           string  who holds the role R             its ttl
//	yht:{S}:epoch:R           string  last epoch of the role R         for ever
//	yht:{S}:changes           channel what has changed, see Change
//
// For a lease, S is what follows the colon in its name: the dispatcher of a
// site lies with the site, the owner of a switch under that switch's name.
type keys string

func of(site orchestrator.SiteID) keys { return keys("yht:{" + string(site) + "}:") }

func (k keys) born() string    { return string(k) + "born" }
func (k keys) agents() string  { return string(k) + "agents" }
func (k keys) revs() string    { return string(k) + "revs" }
func (k keys) ready() string   { return string(k) + "ready" }
func (k keys) places() string  { return string(k) + "places" }
func (k keys) placed() string  { return string(k) + "placed" }
func (k keys) offers() string  { return string(k) + "offers" }
func (k keys) calls() string   { return string(k) + "calls" }
func (k keys) lines() string   { return string(k) + "lines" }
func (k keys) fence() string   { return string(k) + "fence" }
func (k keys) changes() string { return string(k) + "changes" }

func (k keys) queue(q orchestrator.QueueID) string { return string(k) + "queue:" + string(q) }
func (k keys) offer(c orchestrator.CallID) string  { return string(k) + "offer:" + string(c) }

func (k keys) lease(role string) string { return string(k) + "lease:" + role }
func (k keys) epoch(role string) string { return string(k) + "epoch:" + role }

// dispatcher is the role whose epoch Reserve checks; its lease is named
// "dispatch:SITE".
const dispatcher = "dispatch"

// leaseOf splits the name of a lease, "role:where", into its keys and role.
func leaseOf(name string) (keys, string) {
	role, where, ok := strings.Cut(name, ":")
	if !ok {
		role, where = "lease", name
	}
	return of(orchestrator.SiteID(where)), role
}
