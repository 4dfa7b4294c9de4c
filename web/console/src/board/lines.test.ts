import { describe, expect, it } from 'vitest'
import type { BoardLine } from '../api/types'
import { byCarrier } from './lines'

const line = (trunk: string, carrier: string, inUse: number, max: number) => ({ trunk, carrier, inUse, max }) as BoardLine

describe('lines', () => {
  it('are put together by carrier, with what is in use', () => {
    const got = byCarrier([line('a', '电信', 30, 60), line('b', '移动', 5, 0), line('c', '电信', 10, 20)])
    expect(got.map((g) => [g.carrier, g.inUse, g.max, g.lines.map((l) => `${l.trunk} ${l.share}`).join(', ')])).toEqual([
      ['电信', 40, 80, 'a 50, c 50'],
      ['移动', 5, 0, 'b 0'],
    ])
  })
})
