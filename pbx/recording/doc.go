// Package recording brings the recordings of calls from the switch's disk into
// the vault: collect, seal, find, play.
//
// The switch writes one file per call: signed 16-bit little-endian samples at
// 8 kHz, two channels interleaved, left the caller, right the agent, without
// any header. When the call has ended, [Enqueue] notes it in the same
// transaction as the end itself, and a job of River collects it:
//
//	Enqueue
//	   │
//	   ▼        the switch still writes: look again later
//	pending ◀──────────────────────────────────────────┐
//	   │ ──────────────────────────────────────────────┘
//	   ├── nothing recorded ────────────▶ none
//	   ├── sealed, read back, in place ─▶ ready
//	   └── tried to the limit ──────────▶ failed ──Retry──▶ pending
//
// The order of steps makes it safe to be killed between any two of them, and to
// do them twice: a part file is written and synced, read back, renamed into its
// place; then the row says ready; only then the switch's file is deleted. A
// recording that cannot be collected stays on the switch.
//
// In the vault a recording is a WAV file sealed with age (X25519) for every
// recipient, in recordings/yyyy/mm/dd/<call>.wav.age below the data directory
// (the day of enqueueing, UTC). It is opened piece by piece: nothing unsealed
// ever touches a disk, and playing from the middle costs no more memory than
// from the start. A file that is not, byte for byte, the one that was sealed is
// refused.
//
// The package decides nothing about who may listen, and writes down nobody who
// did: whoever serves a recording does both. Logs name calls, never numbers.
package recording
