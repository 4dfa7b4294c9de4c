// The ringing tone, made here so that it sounds without any download: 450 Hz,
// one second on and four off, the ringing cadence of Chinese exchanges.

let context: AudioContext | undefined
let gain: GainNode | undefined
let timer: ReturnType<typeof setInterval> | undefined

/** Whether the browser lets us sound; false until the person has clicked once. */
export function canSound(): boolean {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
  return context.state === 'running'
}

/** Starts ringing until hush is called; false while the browser keeps it silent. */
export function ring(): boolean {
  hush()
  const heard = canSound()
  const c = context!
  const tone = c.createOscillator()
  gain = c.createGain()
  gain.gain.value = 0
  tone.frequency.value = 450
  tone.connect(gain).connect(c.destination)
  tone.start()
  const burst = () => {
    if (!gain) return
    gain.gain.setTargetAtTime(0.12, c.currentTime, 0.02)
    gain.gain.setTargetAtTime(0, c.currentTime + 1, 0.02)
  }
  burst()
  timer = setInterval(burst, 5000)
  return heard
}

export function hush(): void {
  clearInterval(timer)
  gain?.disconnect()
  gain = undefined
}
