import { describe, expect, it } from 'vitest'
import type { Call, Party } from '../api/types'
import { plainCall } from '../desk/plain'
import { guestOf, heldSince, leadOf, sentenceOf, tooLong } from './talk'

const customer: Party = { leg: 'c', kind: 'customer', agent: '', name: '', number: '138****1411', state: 'talking', purpose: 'customer', since: '2026-11-22T06:00:00Z' }
const colleague: Party = { leg: 'g', kind: 'agent', agent: '8002', name: '李梅', number: '', state: 'talking', purpose: 'consult', since: '2026-11-22T06:00:30Z' }
const call = (more: Partial<Call>): Call => ({ ...plainCall, id: 'x', state: 'talking', parties: [customer], ...more })
const said = (more: Partial<Call>) => { const s = sentenceOf(call(more)); return `${s.key} ${s.who}`.trim() }

describe('the sentence of the bar', () => {
  it('tells the way of a consultation', () => {
    const held = { held: true, with: 'guest' as const }
    expect(said({ with: 'customer' })).toBe('customer')
    expect(said({ ...held, parties: [customer, { ...colleague, state: 'ringing' }] })).toBe('calling 8002 李梅')
    expect(said({ ...held, parties: [customer, colleague] })).toBe('consulting 8002 李梅')
    expect(said({ with: 'customer', parties: [customer, { ...colleague, state: 'waiting' }] })).toBe('customerWaiting 8002 李梅')
    expect(said({ with: 'all', parties: [customer, colleague] })).toBe('all 8002 李梅')
  })
  it('counts how long the caller has heard music', () => {
    expect(heldSince(call({ held: true, parties: [{ ...customer, state: 'held' }] }))).toBe(customer.since)
    expect(heldSince(call({ held: false }))).toBe('')
    expect(sentenceOf(call({ held: true }))).toMatchObject({ key: 'held', since: customer.since })
  })
  it('names numbers outside by their masked number', () => {
    expect(said({ held: true, with: 'guest', parties: [customer, { ...colleague, kind: 'outside', agent: '', name: '', number: '0571****28' }] })).toBe('consulting 0571****28')
  })
  it('tells a guest who asks, and what kind of help', () => {
    const asker: Party = { ...colleague, agent: '8001', name: '王秀英', purpose: 'talk' }
    expect(said({ role: 'guest', state: 'ringing', parties: [customer, { ...asker, purpose: 'consult' }] })).toBe('asks 8001 王秀英')
    expect(said({ role: 'guest', state: 'ringing', parties: [customer, { ...asker, purpose: 'help' }] })).toBe('asksHelp 8001 王秀英')
    expect(said({ role: 'guest', with: 'all', parties: [customer, asker] })).toBe('guestAll 8001 王秀英')
  })
  it('tells a supervisor whom they hear, not the other listeners', () => {
    const other: Party = { ...colleague, agent: '8101', name: '别的班长', state: 'listening', purpose: 'listen' }
    const lead: Party = { ...colleague, agent: '8001', name: '王秀英', purpose: 'talk' }
    const c = call({ role: 'listener', listening: 'whisper', parties: [other, customer, lead] })
    expect(sentenceOf(c)).toMatchObject({ key: 'whisper', who: '8001 王秀英' })
    expect(leadOf(c)).toBe(lead)
  })
  it('does not take a listener for a guest', () => {
    expect(guestOf(call({ parties: [customer, { ...colleague, state: 'listening', purpose: 'listen' }] }))).toBeUndefined()
  })
  it('says first that the own phone is lost', () => {
    expect(said({ away: true, held: true, parties: [customer, colleague] })).toBe('away')
  })
  it('says nothing of a call that is over, and the number of one being dialled', () => {
    expect(said({ state: 'ended' })).toBe('')
    expect(said({ state: 'dialling', direction: 'out', number: '139****0000', parties: [] })).toBe('dialling 139****0000')
  })
  it('reminds after a minute', () => {
    expect([59, 60].map(tooLong)).toEqual([false, true])
  })
})
