import { describe, expect, it } from 'vitest'
import type { BoardSeat } from '../api/types'
import { inOrder, listenedTo, matches, offers } from './acts'
import { marksOf } from './marks'
import { readSkills } from './skills'

const seat = (more: Partial<BoardSeat> = {}) => ({ agent: '8001', name: '王秀英', state: 'talking', phoneOnline: true, queueName: '综合受理', skills: { taxi: 5 }, asksHelp: false, call: { id: 'c1', role: 'lead' }, ...more }) as BoardSeat
const may = (s: BoardSeat, me = '8100') => offers(s, me).filter((o) => !o.why).map((o) => o.act).join(' ')

describe('what a supervisor may do with a seat', () => {
  it('fits its state', () => {
    expect(may(seat())).toBe('listen whisper barge take-over not-ready skills')
    expect(may(seat({ state: 'ready', call: null }))).toBe('not-ready sign-out skills')
    expect(may(seat({ state: 'not_ready', call: null }))).toBe('ready sign-out skills')
    expect(may(seat({ state: 'ringing' }))).toBe('skills')
    expect(may(seat({ state: 'offline', phoneOnline: false, call: null }))).toBe('not-ready sign-out skills')
  })
  it('never includes listening to oneself or to another supervisor', () => {
    expect(may(seat(), '8001')).toBe('not-ready skills')
    expect(may(seat({ call: { id: 'c1', role: 'listener' } as BoardSeat['call'] }))).toBe('not-ready skills')
  })
})

describe('seats', () => {
  it('stay in the order of their numbers, but for those who ask for help', () => {
    const list = [seat({ agent: '10001' }), seat({ agent: '8002' }), seat({ agent: '8010', asksHelp: true }), seat()]
    expect(inOrder(list).map((s) => s.agent)).toEqual(['8010', '8001', '8002', '10001'])
  })
  it('are found by number, name, queue and skill', () => {
    for (const words of ['8001', '秀英', '综合', 'TAXI', '王秀 taxi', '']) expect(matches(seat(), words), words).toBe(true)
    expect(matches(seat(), '8001 李')).toBe(false)
  })
  it('tell whom I listen to', () => {
    const all = [seat({ agent: '8100', call: { id: 'c1', role: 'listener' } as BoardSeat['call'] }), seat()]
    expect(listenedTo(all, { id: 'c1', role: 'listener', listening: 'whisper' })?.agent).toBe('8001')
    expect(listenedTo(all, { id: 'c1', role: 'lead', listening: '' })).toBeNull()
  })
})

describe('marks of a seat', () => {
  it('put the loudest first', () => {
    const call = { role: 'lead', held: true, masked: true, away: false, with: 'all', direction: 'out', listening: ['李建国'] } as BoardSeat['call']
    expect(marksOf(seat({ call, asksHelp: true, phoneKind: 'mobile' })).map((m) => m.id)).toEqual(['help', 'listened', 'masked', 'held', 'conference', 'out', 'mobile'])
    expect(marksOf(seat({ call: null }))).toEqual([])
  })
})

describe('skills of an agent', () => {
  it('are read as levels, with or without names', () => {
    expect(readSkills({ skills: { taxi: 5 }, usual: { taxi: 3, truck: 2 } }, { general: 1 }, { taxi: '出租汽车' })).toEqual({
      levels: { general: 0, taxi: 5, truck: 0 }, normal: { taxi: 3, truck: 2 }, names: { taxi: '出租汽车' },
    })
    expect(readSkills({ skills: { taxi: 5 } }, {}, {})).toEqual({ levels: { taxi: 5 }, normal: {}, names: {} })
    expect(readSkills(null, { general: 4 }, {})).toEqual({ levels: { general: 0 }, normal: {}, names: {} })
  })
})
