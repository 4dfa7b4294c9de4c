import type { Span } from '../api/recordings'
import type { Waveform } from '../api/types'

/** Below this loudness (0 to 1) nobody speaks. */
const quietBelow = 0.04
/** Shorter pauses belong to speech. */
const leastSeconds = 1.5

/** Stretches, in seconds, in which neither side speaks. */
export function silences(wave: Waveform): Span[] {
  const n = Math.max(wave.left.length, wave.right.length)
  if (n === 0 || wave.seconds <= 0) return []
  const step = wave.seconds / n
  const found: Span[] = []
  let begin = -1
  for (let i = 0; i <= n; i++) {
    const quiet = i < n && (wave.left[i] ?? 0) < quietBelow && (wave.right[i] ?? 0) < quietBelow
    if (quiet && begin < 0) begin = i
    if (!quiet && begin >= 0) {
      if ((i - begin) * step >= leastSeconds) found.push({ from: begin * step, to: i * step })
      begin = -1
    }
  }
  return found
}

/** Where to go on from within a silence, so that the next word is not cut; nothing: play on. */
export function beyond(spans: Span[], at: number): number | undefined {
  const s = spans.find((x) => at >= x.from + 0.3 && at < x.to - 0.5)
  return s ? s.to - 0.3 : undefined
}
