import { describe, expect, it } from 'vitest'
import type { Desk } from '../api/types'
import { plainCall } from '../desk/plain'
import { answersItself, mayResume } from './selfanswer'

const head = (all: Record<string, string>) => (n: string) => all[n]
const desk = (more: Partial<Desk> = {}): Desk => ({
  agent: '8001', name: '', state: 'talking', reason: '', since: null, next: '', wrapUpUntil: null, phone: { kind: 'browser', id: 'b8001', online: true, nailed: false, lineUp: false },
  call: null, today: { answered: 0, missed: 0, talkSeconds: 0 }, reasons: [], serverTime: '', ...more,
})
const none = head({})

describe('answering without a click', () => {
  it('happens when the switch says so', () => {
    for (const h of [{ 'X-Yihaotong-Answer': 'now' }, { 'Call-Info': '<sip:x>;answer-after=0' }, { 'Call-Info': '<sip:x>; answer-after = 0;x=1' }, { 'Alert-Info': '<http://x>;info=alert-autoanswer' }] as Record<string, string>[]) {
      expect(answersItself(head(h), null), JSON.stringify(h)).toBe(true)
    }
    for (const h of [{ 'X-Yihaotong-Answer': 'later' }, { 'Call-Info': '<sip:x>;answer-after=05' }, { 'Call-Info': '<sip:x>;answer-after=10' }, { 'Alert-Info': '<http://x>' }] as Record<string, string>[]) {
      expect(answersItself(head(h), null), JSON.stringify(h)).toBe(false)
    }
  })
  it('happens when the agent is in the call already', () => {
    expect(answersItself(none, desk({ call: { ...plainCall, away: true } }))).toBe(true)
    expect(answersItself(none, desk({ call: { ...plainCall, state: 'dialling' } }))).toBe(true)
    expect(answersItself(none, desk({ call: { ...plainCall, role: 'listener' } }))).toBe(true)
  })
  it('never happens to a caller who is being offered', () => {
    expect(answersItself(none, desk({ state: 'ringing', call: { ...plainCall, state: 'ringing' } }))).toBe(false)
    expect(answersItself(none, desk({ state: 'ready' }))).toBe(false)
    expect(answersItself(none, desk({ state: 'wrap_up', call: { ...plainCall, state: 'ended' } }))).toBe(false)
  })
})

describe('a page that was just opened', () => {
  it('takes the telephone back when it was here, or is nowhere', () => {
    expect(mayResume(desk(), true)).toBe(true)
    expect(mayResume(desk({ phone: { kind: 'browser', id: '', online: false, nailed: false, lineUp: false } }), false)).toBe(true)
    expect(mayResume(desk({ call: { ...plainCall, away: true } }), false)).toBe(true)
  })
  it('does not take it from another machine, nor a phone that is no browser', () => {
    expect(mayResume(desk(), false)).toBe(false)
    expect(mayResume(desk({ phone: { kind: 'desk', id: '', online: false, nailed: false, lineUp: false } }), true)).toBe(false)
    expect(mayResume(desk({ state: 'signed_out' }), true)).toBe(false)
  })
})
