// Package hotline starts the whole system for a test, as an operator would:
// the program itself as a process, with a database of its own, a Redis of its
// own and a real Asterisk of its own. Tests then are callers (SIPp), agents
// (SIPp phones or a browser) and people at the console (HTTP).
package hotline
