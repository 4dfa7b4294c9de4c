package orchestrator

// CallID names one call from the caller's arrival to its end; legs come and
// go under it. It is a UUIDv7, so ids sort by time.
type CallID string

// SiteID names a site: a region's hotline, by its 6-digit region code.
type SiteID string

// AgentID names an agent by employee number 工号, which is unique on a node.
type AgentID string

// QueueID names a queue of a site.
type QueueID string
