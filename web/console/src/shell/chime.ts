import type { AlarmSeverity } from '../api/types'

// Short, soft tones; a browser that allows no sound before the person has done
// something stays silent, and the bell still counts.

const tunes: Record<AlarmSeverity, number[]> = { minor: [660], warning: [660, 660], critical: [880, 660, 880] }
let context: AudioContext | undefined

/** Plays the tones of a severity. */
export function chime(severity: AlarmSeverity): void {
  try {
    const c = (context ??= new AudioContext())
    const sound = () => tunes[severity].forEach((hz, i) => tone(c, hz, c.currentTime + i * 0.22))
    if (c.state === 'running') sound()
    else void c.resume().then(sound, () => undefined)
  } catch {
    // no sound here
  }
}

function tone(c: AudioContext, hz: number, at: number): void {
  const oscillator = c.createOscillator()
  const gain = c.createGain()
  oscillator.frequency.value = hz
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.12, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.2)
  oscillator.connect(gain).connect(c.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.22)
}
