import type { Microphone } from './machine'

/**
 * What we ask of the microphone. Tests feed pure tones, which a browser's
 * speech processing would take for noise: ?plainaudio=1 (or the same in
 * localStorage) switches that processing off.
 */
export function audioConstraints(): MediaTrackConstraints | true {
  const plain = new URLSearchParams(location.search).get('plainaudio') ?? localStorage.getItem('yht.plainaudio')
  return plain === '1' ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false } : true
}

/** Opens the microphone for a moment to learn whether it works. */
export async function tryMicrophone(): Promise<Microphone> {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return 'insecure'
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: audioConstraints() })
    for (const track of stream.getTracks()) track.stop()
    return 'ready'
  } catch (thrown) {
    return trouble(thrown instanceof DOMException ? thrown.name : '')
  }
}

/** What a refused microphone means, by the name the browser gives it. */
export function trouble(name: string): Microphone {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'absent'
}

/** Calls back when audio inputs come or go: whether one is left. */
export function watchMicrophone(f: (present: boolean) => void): void {
  navigator.mediaDevices?.addEventListener?.('devicechange', async () => {
    const all = await navigator.mediaDevices.enumerateDevices()
    f(all.some((d) => d.kind === 'audioinput'))
  })
}
