import { describe, expect, it } from 'vitest'
import type { CallOperation } from '../api/types'
import { keys } from '../shortcuts/keys'
import { controls, type Situation, waits } from './controls'

const talking = (...can: CallOperation[]): Situation => ({ call: { state: 'talking', can, role: 'lead', listening: '' }, ringing: false, browser: true })
const shown = (s: Situation) => controls(s).map((c) => c.operation)

describe('buttons of the call bar', () => {
  it('are what the server offers, in one order whatever the server’s', () => {
    expect(shown(talking('transfer', 'mute', 'hold', 'hangup'))).toEqual(['hangup', 'hold', 'mute', 'transfer'])
    expect(shown(talking())).toEqual([])
  })
  it('keep their place while a neighbour changes to its opposite', () => {
    const before = shown(talking('hangup', 'hold', 'mute', 'consult', 'mask'))
    const after = shown(talking('hangup', 'retrieve', 'unmute', 'consult', 'unmask'))
    expect(after.map((o) => ({ retrieve: 'hold', unmute: 'mute', unmask: 'mask' } as Record<string, string>)[o] ?? o)).toEqual(before)
  })
  it('answer only where the telephone is', () => {
    expect(shown({ ...talking(), ringing: true })).toEqual(['answer', 'reject'])
    expect(shown({ ...talking(), ringing: true, browser: false })).toEqual([])
  })
  it('leave out the way of listening that is on', () => {
    const s: Situation = { call: { state: 'talking', can: ['hangup', 'listen', 'whisper', 'barge', 'take-over'], role: 'listener', listening: 'whisper' }, ringing: false, browser: true }
    expect(shown(s)).toEqual(['hangup', 'listen', 'barge', 'take-over'])
  })
  it('are gone when the call is over', () => {
    expect(shown({ call: { state: 'ended', can: ['hangup'], role: 'lead', listening: '' }, ringing: false, browser: true })).toEqual([])
  })
  it('never share a key while both are shown', () => {
    const everything = ['hangup', 'hold', 'mute', 'consult', 'cancel-consult', 'swap', 'complete', 'transfer', 'conference', 'leave', 'drop', 'rate', 'mask', 'refer', 'help', 'keys', 'listen', 'whisper', 'barge', 'take-over'] as CallOperation[]
    const commands = controls(talking(...everything)).map((c) => c.command)
    expect(new Set(commands).size).toBe(commands.length)
    for (const c of commands) expect(keys.map((k) => k.command)).toContain(c)
  })
})

describe('what is on its way', () => {
  it('is not done twice', () => {
    expect(waits('consult', new Set(['consult']))).toBe(true)
    expect(waits('hangup', new Set(['hangup']))).toBe(true)
  })
  it('keeps other moves of callers back, but nobody from hanging up or muting', () => {
    expect(waits('transfer', new Set(['consult']))).toBe(true)
    for (const free of ['hangup', 'mute', 'mask', 'keys'] as const) expect(waits(free, new Set(['consult']))).toBe(false)
    expect(waits('transfer', new Set(['mute', 'keys']))).toBe(false)
  })
})
