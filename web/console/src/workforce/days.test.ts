import { describe, expect, it } from 'vitest'
import { addDays, addMonths, monday, short, weekday } from './days'
import { cells, keyOf, move } from './grid'
import { round, staffingRows } from './figures'
import type { PlanRow } from './types'

describe('days', () => {
  it('go over the ends of months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(addMonths('2026-01', -1)).toBe('2025-12')
  })
  it('belong to the week that begins on Monday', () => {
    expect(weekday('2026-11-22')).toBe(0)
    expect(monday('2026-11-22')).toBe('2026-11-16')
    expect(monday('2026-11-23')).toBe('2026-11-23')
    expect(short('2026-11-23')).toBe('11-23')
  })
})

describe('grid', () => {
  it('is walked with the arrows and does not fall off', () => {
    expect(move({ row: 0, column: 0 }, 'ArrowUp', 3, 7)).toEqual({ row: 0, column: 0 })
    expect(move({ row: 0, column: 6 }, 'ArrowRight', 3, 7)).toEqual({ row: 0, column: 6 })
    expect(move({ row: 1, column: 2 }, 'ArrowDown', 3, 7)).toEqual({ row: 2, column: 2 })
    expect(move({ row: 1, column: 2 }, 'Home', 3, 7)).toEqual({ row: 1, column: 0 })
    expect(move({ row: 1, column: 2 }, 'x', 3, 7)).toBeUndefined()
  })
  it('takes the letter of a shift, and the delete key for a day off', () => {
    const shifts = [{ code: 'Z', active: true }, { code: 'OLD', active: false }, { code: 'AB', active: true }]
    expect(keyOf('z', shifts)).toEqual(['Z'])
    expect(keyOf('Delete', shifts)).toEqual([])
    expect(keyOf('a', shifts)).toBeUndefined()
    expect(keyOf('F5', shifts)).toBeUndefined()
  })
  it('counts agents for each day, without those on leave', () => {
    const day = (shifts: string[], leave = '') => ({ date: '2026-11-23', shifts, leave })
    expect(cells([
      { number: '1', name: '', agent: true, days: [day(['Z'])] }, { number: '2', name: '', agent: true, days: [day(['Z'], 'sick')] },
      { number: '3', name: '', agent: false, days: [day(['Z'])] }, { number: '4', name: '', agent: true, days: [day([])] },
    ], 0)).toBe(1)
  })
})

describe('figures', () => {
  const row = { at: '09:00', arrivals: 60, seats: 9, people: 12, roster: 8 } as PlanRow
  it('show what the roster lacks', () => {
    expect(staffingRows([row])[0].gap).toBe(-4)
    expect(staffingRows([{ ...row, roster: 12 }])[0].gap).toBe(0)
  })
  it('round without trailing zeros', () => {
    expect(round(8.04)).toBe('8')
    expect(round(8.06)).toBe('8.1')
    expect(round(null)).toBe('—')
  })
})
