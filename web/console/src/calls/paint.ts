import type { Waveform } from '../api/types'

const played = '#0b4ea2'
const ahead = '#a9b6c6'

/** Reduces peaks to so many bars, each the loudest of its share. */
export function bars(peaks: number[], count: number): number[] {
  if (peaks.length === 0 || count <= 0) return []
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * peaks.length) / count)
    const to = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / count))
    let loudest = 0
    for (const p of peaks.slice(from, to)) if (p > loudest) loudest = p
    return Math.min(1, loudest)
  })
}

/** Draws both lanes; share of the time played is blue, the rest grey. */
export function paint(canvas: HTMLCanvasElement, wave: Waveform, share: number): void {
  const scale = window.devicePixelRatio || 1
  const width = canvas.clientWidth
  const height = canvas.clientHeight
  if (canvas.width !== width * scale) canvas.width = width * scale
  if (canvas.height !== height * scale) canvas.height = height * scale
  const c = canvas.getContext('2d')
  if (!c) return
  c.setTransform(scale, 0, 0, scale, 0, 0)
  c.clearRect(0, 0, width, height)
  const lane = height / 2
  const count = Math.floor(width / 3)
  ;[wave.left, wave.right].forEach((peaks, i) => {
    bars(peaks, count).forEach((p, x) => {
      const h = Math.max(1, p * (lane - 6))
      c.fillStyle = (x + 0.5) / count <= share ? played : ahead
      c.fillRect(x * 3, i * lane + (lane - h) / 2, 2, h)
    })
  })
  c.fillStyle = '#d92d20'
  c.fillRect(Math.min(width - 1, share * width), 0, 1, height)
}
