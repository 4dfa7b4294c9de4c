// Package speech turns the texts of dialplan into sound files a telephone
// switch can play: 8 kHz, mono, 16 bit.
//
//	text ──► uploaded recording for it? ──────────────────────────► file
//	   └───► made before (hash of voice, language, text)? ────────► file
//	             └─► Synthesizer ─► WAV ─► sox: trimmed, even, 8 kHz ┘
//
// The default voice is [Espeak]; [HTTP] asks a speech service for a better
// one. espeak-ng is fed with pinyin of our own, see [Pinyin], because left to
// itself it spells numbers and polyphones wrongly.
//
// Texts come from operators and, through variables, from callers: they reach
// programs on standard input only, never as an argument or through a shell.
package speech
