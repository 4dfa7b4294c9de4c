import { describe, expect, it } from 'vitest'
import type { Me, Permission } from '../api/types'
import { areasOf, homeOf } from './areas'

const person = (home: Me['home'], ...permissions: Permission[]) => ({ home, permissions }) as unknown as Me

describe('menu', () => {
  it('shows an agent the desk and nothing of the supervisors', () => {
    const me = person('desk', 'desk', 'calls', 'recordings', 'tickets')
    expect(areasOf(me).map((a) => a.path)).toEqual(['/desk', '/calls', '/tickets', '/quality/mine'])
    expect(homeOf(me)).toBe('/desk')
  })
  it('shows a supervisor without a seat all calls, not “my calls”', () => {
    const me = person('board', 'calls', 'all_calls', 'recordings', 'tickets', 'board')
    expect(areasOf(me).map((a) => a.path)).toEqual(['/tickets', '/board', '/calls/all', '/recordings'])
    expect(homeOf(me)).toBe('/board')
  })
  it('never sends anybody to a page they may not see', () => {
    expect(homeOf(person('board', 'tickets'))).toBe('/tickets')
    expect(homeOf(person('system', 'system'))).toBe('/contacts')
    expect(homeOf(person('desk'))).toBe('/welcome')
  })
})
