import { describe, expect, it } from 'vitest'
import { busy, canServe, type PhoneEvent, type PhoneState, silent, step } from './machine'

const after = (...events: PhoneEvent[]): PhoneState => events.reduce(step, silent)
const up: PhoneEvent[] = [{ kind: 'microphone', is: 'ready' }, { kind: 'start' }, { kind: 'registered' }]

describe('softphone', () => {
  it('serves only when reachable and heard', () => {
    expect(canServe(after({ kind: 'start' }, { kind: 'registered' }))).toBe(false)
    expect(canServe(after(...up))).toBe(true)
    expect(canServe(after(...up, { kind: 'microphone', is: 'gone' }))).toBe(false)
    expect(canServe(after(...up, { kind: 'disconnected' }))).toBe(false)
  })

  it('rings, answers, talks, ends', () => {
    const ringing = after(...up, { kind: 'incoming' })
    expect(ringing.call).toBe('ringing')
    const talking = [{ kind: 'answer' }, { kind: 'confirmed' }].reduce((s, e) => step(s, e as PhoneEvent), ringing)
    expect(talking.call).toBe('talking')
    expect(busy(talking)).toBe(true)
    const over = step(step(talking, { kind: 'muted', on: true }), { kind: 'over', cause: 'Terminated' })
    expect(over).toMatchObject({ call: 'none', muted: false, line: 'registered', cause: 'Terminated' })
    expect(busy(over)).toBe(false)
  })

  it('remembers an answer pressed before the call arrived, for one call only', () => {
    const s = after(...up, { kind: 'answer' }, { kind: 'incoming' })
    expect(s.call).toBe('answering')
    const next = [{ kind: 'over', cause: '' }, { kind: 'incoming' }].reduce((x, e) => step(x, e as PhoneEvent), s)
    expect(next.call).toBe('ringing')
  })

  it('keeps the conversation when the line to the switch breaks', () => {
    const s = after(...up, { kind: 'incoming' }, { kind: 'answer' }, { kind: 'confirmed' }, { kind: 'disconnected' })
    expect(s).toMatchObject({ line: 'lost', call: 'talking' })
    expect(step(s, { kind: 'registered' })).toMatchObject({ line: 'registered', call: 'talking' })
  })

  it('does not come back by itself once switched off or taken by another tab', () => {
    for (const last of [{ kind: 'stop' }, { kind: 'taken' }] as PhoneEvent[]) {
      const s = after(...up, last)
      for (const late of [{ kind: 'registered' }, { kind: 'disconnected' }, { kind: 'refused', cause: 'x' }] as PhoneEvent[]) {
        expect(step(s, late).line).toBe(s.line)
      }
    }
  })

  it('can be muted only while talking', () => {
    expect(after(...up, { kind: 'muted', on: true }).muted).toBe(false)
    expect(after(...up, { kind: 'incoming' }, { kind: 'muted', on: true }).muted).toBe(false)
  })

  it('answers by itself what the switch rings for anew, whatever was held here', () => {
    expect(after(...up, { kind: 'incoming', itself: true }).call).toBe('answering')
    const again = after(...up, { kind: 'incoming' }, { kind: 'answer' }, { kind: 'confirmed' }, { kind: 'muted', on: true }, { kind: 'incoming', itself: true })
    expect(again).toMatchObject({ call: 'answering', muted: false })
    expect(step(again, { kind: 'confirmed' }).call).toBe('talking')
  })

  it('is kept silent by the browser for one call only', () => {
    expect(after(...up, { kind: 'blocked', on: true }).blocked).toBe(false)
    const s = after(...up, { kind: 'incoming' }, { kind: 'answer' }, { kind: 'confirmed' }, { kind: 'blocked', on: true })
    expect(s.blocked).toBe(true)
    expect(step(s, { kind: 'blocked', on: false }).blocked).toBe(false)
    expect(step(s, { kind: 'over', cause: '' }).blocked).toBe(false)
  })

  it('says why it was refused until it works again', () => {
    const s = after({ kind: 'start' }, { kind: 'refused', cause: 'Rejected' })
    expect(s).toMatchObject({ line: 'refused', cause: 'Rejected' })
    expect(step(step(s, { kind: 'start' }), { kind: 'registered' })).toMatchObject({ line: 'registered', cause: '' })
  })
})
