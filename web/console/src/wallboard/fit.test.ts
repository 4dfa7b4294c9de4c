import { describe, expect, it } from 'vitest'
import { fit, sizeOf } from './fit'

describe('tiles of the wallboard', () => {
  it('all have their place', () => {
    for (let n = 0; n <= 200; n++) {
      const f = fit(n, 2)
      expect(f.columns * f.rows).toBeGreaterThanOrEqual(f.shown)
      expect(f.shown).toBe(Math.min(n, 60))
    }
  })
  it('are as large as can be', () => {
    expect(fit(1, 2)).toEqual({ columns: 1, rows: 1, shown: 1 })
    expect(fit(4, 2)).toMatchObject({ columns: 2, rows: 2 })
    expect(fit(14, 2.4)).toMatchObject({ columns: 4, rows: 4 })
  })
})

describe('big figures', () => {
  it('become smaller when they are long', () => {
    expect(sizeOf('waiting', '3')).toBe(11)
    expect(sizeOf('longest', '00:38')).toBeGreaterThan(9)
    expect(sizeOf('longest', '1:02:31')).toBeLessThan(sizeOf('longest', '59:31'))
    expect(sizeOf('ten', '100.0%')).toBeLessThan(sizeOf('ten', '81.5%'))
  })
})
