import { describe, expect, it } from 'vitest'
import { bars } from './paint'

describe('waveform', () => {
  it('keeps the loudest moment of every bar, so that no word disappears', () => {
    expect(bars([0, 0.9, 0.1, 0, 0, 0.4], 3)).toEqual([0.9, 0.1, 0.4])
  })
  it('stretches few peaks over many bars', () => {
    expect(bars([0.2, 0.8], 4)).toEqual([0.2, 0.2, 0.8, 0.8])
  })
  it('takes silence, nothing and nonsense', () => {
    expect(bars([], 10)).toEqual([])
    expect(bars([1], 0)).toEqual([])
    expect(bars([3], 1)).toEqual([1])
  })
})
