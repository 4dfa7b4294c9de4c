import type { SoundPiece, Story } from '../api/story'

/** A stretch of a call that is in the recording, in ms. */
export interface Piece {
  from: number
  to: number
}

const read = (pieces: SoundPiece[]): Piece[] => pieces.map((p) => ({ from: Date.parse(p.from), to: Date.parse(p.to) })).filter((p) => p.to > p.from)
const length = (pieces: Piece[]) => pieces.reduce((sum, p) => sum + p.to - p.from, 0)

/**
 * Which stretches of a call a recording of so many seconds holds: switches
 * differ in whether the music on hold is in it, so its length decides.
 */
export function piecesOf(story: Story, seconds: number): Piece[] {
  const plain = read(story.sound)
  const held = read(story.soundHeld)
  const off = (p: Piece[]) => Math.abs(length(p) - seconds * 1000)
  return off(held) < off(plain) ? held : plain
}

/** The moment of the call, in ms, at a second of its recording. */
export function momentAt(pieces: Piece[], second: number): number | null {
  let left = second * 1000
  for (const p of pieces) {
    if (left <= p.to - p.from) return p.from + Math.max(0, left)
    left -= p.to - p.from
  }
  return pieces.at(-1)?.to ?? null
}

/** The second of the recording at a moment of the call; what is not recorded leads to what follows. */
export function secondAt(pieces: Piece[], moment: number): number | null {
  if (pieces.length === 0) return null
  let passed = 0
  for (const p of pieces) {
    if (moment <= p.from) return passed / 1000
    if (moment < p.to) return (passed + moment - p.from) / 1000
    passed += p.to - p.from
  }
  return passed / 1000
}

/** Stretches of a call as shares of its recording, as the silent ones are drawn on it. */
export function sharesOf(pieces: Piece[], spans: Piece[]): { from: number; to: number }[] {
  const all = length(pieces) / 1000
  if (all <= 0) return []
  return spans
    .map((s) => ({ from: (secondAt(pieces, s.from) ?? 0) / all, to: (secondAt(pieces, s.to) ?? 0) / all }))
    .filter((s) => s.to > s.from)
}
