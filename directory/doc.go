// Package directory keeps the static business data 静态业务数据 of a node:
// regions, sites and their numbers, organisations, people with their roles and
// skills, queues, categories, the working calendar, trunks and desk phones. It
// checks passwords and keeps the audit log of accounts and of what is
// confidential.
//
// It knows nothing of calls in progress, of agents' states or of tickets;
// those packages ask through small interfaces of their own, wired in cmd.
//
// Everything lives in the Postgres schema "directory". What must always hold
// is a constraint there as well as a check here.
package directory
