import type { Story, StoryEntry } from '../api/story'

/** How kinds of stretches are drawn: over the whole height of a lane, or as a band along its bottom. */
const bands = new Set(['hold', 'mute', 'away', 'mask'])

export const laneHeight = 34
export const axisHeight = 20

export interface Bar {
  entry: StoryEntry
  index: number
  x: number
  width: number
  y: number
  height: number
}

export interface Dot {
  entry: StoryEntry
  index: number
  x: number
  y: number
}

export interface Drawing {
  width: number
  height: number
  bars: Bar[]
  dots: Dot[]
  ticks: { x: number; seconds: number }[]
}

/** The begin and end of a story in ms; one that goes on ends now. */
export function reach(story: Story, now: number): { from: number; to: number } {
  const from = Date.parse(story.startedAt)
  let to = story.endedAt ? Date.parse(story.endedAt) : now
  for (const e of story.entries) to = Math.max(to, Date.parse(e.until ?? e.at))
  return { from, to: Math.max(to, from + 1000) }
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]

/** Marks on the axis, at least 60 px apart, in round seconds. */
export function ticksOf(seconds: number, width: number): number[] {
  const step = steps.find((s) => (s / seconds) * width >= 60) ?? 7200
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step)
}

/** Lays a story out on a width in px. */
export function draw(story: Story, width: number, now: number): Drawing {
  const { from, to } = reach(story, now)
  const x = (at: number) => ((at - from) / (to - from)) * width
  const row = new Map(story.lanes.map((l, i) => [l.key, axisHeight + i * laneHeight]))
  const bars: Bar[] = []
  const dots: Dot[] = []
  const last = new Map<string, number>()
  story.entries.forEach((entry, index) => {
    const top = row.get(entry.lane)
    if (top === undefined) return
    const at = x(Date.parse(entry.at))
    if (entry.until || entry.open) {
      const end = entry.until ? x(Date.parse(entry.until)) : width
      const band = bands.has(entry.kind) && entry.kind !== 'mask'
      bars.push({ entry, index, x: at, width: Math.max(3, end - at), y: top + (band ? laneHeight - 12 : 6), height: band ? 8 : laneHeight - 12 })
      return
    }
    // Moments that would cover each other move apart, up and down.
    const before = last.get(entry.lane)
    const low = before !== undefined && at - before < 10
    last.set(entry.lane, low ? -100 : at)
    dots.push({ entry, index, x: Math.min(width - 5, Math.max(5, at)), y: top + (low ? laneHeight - 8 : 8) })
  })
  const seconds = (to - from) / 1000
  return {
    width, height: axisHeight + story.lanes.length * laneHeight, bars, dots,
    ticks: ticksOf(seconds, width).map((s) => ({ seconds: s, x: (s / seconds) * width })),
  }
}
