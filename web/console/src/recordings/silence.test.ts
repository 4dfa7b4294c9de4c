import { describe, expect, it } from 'vitest'
import { beyond, silences } from './silence'

const wave = (left: number[], right: number[], seconds: number) => ({ seconds, left, right })

describe('silences', () => {
  it('are where neither side speaks for a while', () => {
    const left = [0.5, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0]
    const right = [0, 0, 0, 0, 0, 0.5, 0, 0.01, 0.02, 0.03]
    expect(silences(wave(left, right, 10))).toEqual([{ from: 1, to: 4 }, { from: 7, to: 10 }])
  })
  it('are not the pauses of speech', () => {
    expect(silences(wave([0.5, 0, 0.5], [0, 0, 0], 3))).toEqual([])
  })
  it('are none in nothing', () => {
    expect(silences(wave([], [], 0))).toEqual([])
  })
  it('are left before the next word', () => {
    const spans = [{ from: 1, to: 4 }]
    expect(beyond(spans, 0.9)).toBeUndefined()
    expect(beyond(spans, 1.4)).toBeCloseTo(3.7)
    expect(beyond(spans, 3.6)).toBeUndefined()
  })
})
