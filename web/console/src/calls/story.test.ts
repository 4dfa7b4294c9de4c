import { describe, expect, it } from 'vitest'
import type { Story, StoryEntry } from '../api/story'
import { draw, reach, ticksOf } from './lanes'
import { momentAt, piecesOf, secondAt, sharesOf } from './sound'

const at = (s: number) => new Date(Date.parse('2026-11-22T06:00:00Z') + s * 1000).toISOString()
const ms = (s: number) => Date.parse(at(s))
const entry = (kind: string, lane: string, from: number, until: number | null = null, open = false): StoryEntry => ({
  kind, lane, at: at(from), until: until === null ? null : at(until), open, agent: '', text: kind, why: [], mode: '', good: true, call: '',
})
const lane = (key: string) => ({ key, kind: 'customer' as const, agent: '', name: key, number: '' })
const story: Story = {
  startedAt: at(0), endedAt: at(100), lanes: [lane('customer'), lane('agent:8001')],
  entries: [entry('arrived', 'customer', 0), entry('step', 'customer', 0.5), entry('talk', 'agent:8001', 20, 90), entry('hold', 'customer', 40, 50), entry('lost', 'nowhere', 5)],
  sound: [{ from: at(20), to: at(40) }, { from: at(50), to: at(90) }], soundHeld: [{ from: at(20), to: at(90) }],
}

describe('the sound of a call', () => {
  it('has the music in it or not, as its length says', () => {
    expect(piecesOf(story, 60.2)).toHaveLength(2)
    expect(piecesOf(story, 69.8)).toHaveLength(1)
  })
  it('leads from a second to its moment and back', () => {
    const p = piecesOf(story, 60)
    for (const [second, moment] of [[0, 20], [10, 30], [20, 40], [21, 51], [60, 90]]) expect(momentAt(p, second)).toBe(ms(moment))
    for (const [moment, second] of [[0, 0], [20, 0], [30, 10], [45, 20], [51, 21], [99, 60]]) expect(secondAt(p, ms(moment))).toBe(second)
    expect(momentAt(p, 999)).toBe(ms(90))
    expect(momentAt([], 1)).toBeNull()
    expect(secondAt([], 1)).toBeNull()
  })
  it('shows silent stretches where they lie in it', () => {
    expect(sharesOf(piecesOf(story, 60), [{ from: ms(60), to: ms(66) }, { from: ms(42), to: ms(44) }])).toEqual([{ from: 0.5, to: 0.6 }])
  })
})

describe('the lanes of a call', () => {
  it('are drawn to scale, what overlaps moved apart', () => {
    const d = draw(story, 1000, ms(200))
    expect(d.bars.map((b) => [b.entry.kind, Math.round(b.x), Math.round(b.width)])).toEqual([['talk', 200, 700], ['hold', 400, 100]])
    expect(d.dots.map((x) => x.entry.kind)).toEqual(['arrived', 'step'])
    expect(d.dots[0].y).not.toBe(d.dots[1].y)
  })
  it('go on until now while the call does', () => {
    const going = { ...story, endedAt: null, entries: [...story.entries, entry('listen', 'agent:8001', 60, null, true)] }
    expect(reach(going, ms(200)).to).toBe(ms(200))
    expect(draw(going, 100, ms(200)).bars.at(-1)!.width).toBeCloseTo(70)
  })
  it('have round marks that do not touch', () => {
    expect(ticksOf(100, 600)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    expect(ticksOf(100, 100)).toEqual([0, 60])
    expect(ticksOf(100_000, 10)).toHaveLength(14)
  })
})
