import { describe, expect, it } from 'vitest'
import type { Marks, Sheet } from '../api/quality'
import { copyOf, percent, scoreOf } from './score'

const sheet: Sheet = {
  id: '', name: '', version: 1, pass: 80, appealDays: 3, most: 100, madeByName: '', madeAt: '',
  sections: [{ name: 'a', items: [{ code: 'x', name: 'x', max: 60 }, { code: 'y', name: 'y', max: 40 }] }, { name: 'b', items: [{ code: 'red', name: 'red', max: 0, critical: true }] }],
}
const marks = (points: Record<string, number>, hit: Record<string, boolean> = {}): Marks => ({ points, hit, notes: [], summary: '' })

describe('score', () => {
  it('is the sum of the points', () => {
    expect(scoreOf(sheet, marks({ x: 60, y: 20 }))).toEqual({ points: 80, most: 100, critical: false, passed: true, missing: [] })
    expect(scoreOf(sheet, marks({ x: 59, y: 20 })).passed).toBe(false)
  })
  it('is nothing when something critical happened', () => {
    expect(scoreOf(sheet, marks({ x: 60, y: 40 }, { red: true }))).toMatchObject({ points: 0, critical: true, passed: false })
  })
  it('names what is missing; nought points are not missing', () => {
    expect(scoreOf(sheet, marks({ x: 0 })).missing).toEqual(['y'])
  })
  it('has no share of nothing', () => {
    expect([percent(1, 3), percent(0, 0)]).toEqual(['33.3%', '—'])
  })
  it('is written on a copy', () => {
    const m = { ...marks({ x: 1 }), notes: [{ at: 1, item: '', text: 'a' }] }
    const c = copyOf(m)
    c.points.x = 2
    c.notes[0].text = 'b'
    expect(m).toMatchObject({ points: { x: 1 }, notes: [{ text: 'a' }] })
  })
})
