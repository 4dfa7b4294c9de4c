import { describe, expect, it } from 'vitest'
import type { Contact, TargetAgent, Targets } from '../api/types'
import { actionsOf, cleaned, moved, refusal, rowsOf, tabsOf, targetOf } from './targets'

const agent = (number: string, name: string, state: TargetAgent['state'], siteName = '长沙'): TargetAgent => ({ number, name, state, site: '430100', siteName, since: null, skills: [] })
const contact = (code: string, name: string, kind: Contact['kind'], emergency = false): Contact => ({ code, name, number: code, kind, emergency, transfer: true, told: true, words: '' })
const all: Targets = {
  agents: [agent('8003', '赵敏', 'talking'), agent('8002', '李梅', 'ready'), agent('8001', '王秀英', 'talking'), agent('8010', '刘力', 'not_ready'), agent('9001', '曾小敏', 'ready', '省中心')],
  queues: [{ code: 'general', name: '综合受理', waiting: 2, ready: 3 }],
  contacts: [contact('12306', '铁路', 'referral'), contact('12395', '水上搜救', 'referral', true), contact('bj', '北京中心', 'site')],
  help: 1,
}
const ids = (...of: Parameters<typeof rowsOf>) => rowsOf(...of).map((r) => r.id)

describe('picker', () => {
  it('shows the ready first and oneself never', () => {
    expect(ids(all, 'agents', 'consult', '', '8001')).toEqual(['a8002', 'a9001', 'a8010', 'a8003'])
  })
  it('finds by number, name, initials and site', () => {
    expect(ids(all, 'agents', 'consult', '800', '8001')).toEqual(['a8002', 'a8003'])
    expect(ids(all, 'agents', 'consult', '敏', '8001')).toEqual(['a9001', 'a8003'])
    expect(ids(all, 'agents', 'consult', 'LM', '8001')).toEqual(['a8002'])
    expect(ids(all, 'agents', 'consult', 'zx', '8001')).toEqual(['a9001'])
    expect(ids(all, 'agents', 'consult', '省', '8001')).toEqual(['a9001'])
    expect(ids(all, 'queues', 'transfer', 'zhsl', '8001')).toEqual(['qgeneral'])
  })
  it('refers to other services only, emergencies first', () => {
    expect(ids(all, 'contacts', 'refer', '', '8001')).toEqual(['c12395', 'c12306'])
    expect(ids(all, 'contacts', 'consult', 'bei', '8001')).toEqual([])
    expect(ids(all, 'contacts', 'consult', 'bj', '8001')).toEqual(['cbj'])
    expect(ids(all, 'contacts', 'dial', '', '8001')).not.toContain('c12395')
  })
  it('offers queues to transfers, never to a call from here', () => {
    expect(tabsOf('transfer')).toContain('queues')
    expect(tabsOf('dial')).not.toContain('queues')
  })
  it('moves round the ends and starts at the first', () => {
    const rows = rowsOf(all, 'agents', 'consult', '', '8001')
    expect(moved(rows, '', 1)).toBe('a8002')
    expect(moved(rows, 'a8003', 1)).toBe('a8002')
    expect(moved(rows, 'a8002', -1)).toBe('a8003')
    expect(moved([], '', 1)).toBe('')
  })
  it('names a target as the server wants it', () => {
    expect(rowsOf(all, 'contacts', 'consult', 'bj', '').map(targetOf)).toEqual([{ kind: 'contact', code: 'bj' }])
  })
})

describe('what a row can do', () => {
  const can = ['consult', 'transfer', 'refer']
  const row = (tab: 'agents' | 'queues' | 'contacts', typed = '') => rowsOf(all, tab, 'consult', typed, '')[0]
  it('is for colleagues and numbers to consult first, then to transfer', () => {
    expect(actionsOf(row('agents'), 'consult', can)).toEqual(['consult', 'transfer'])
    expect(actionsOf('number', 'transfer', ['transfer'])).toEqual(['transfer'])
    expect(actionsOf(row('queues'), 'consult', can)).toEqual(['transfer'])
  })
  it('is one click for an emergency', () => {
    expect(actionsOf(row('contacts', '12395'), 'refer', can)).toEqual(['refer'])
    expect(actionsOf(row('contacts', '12395'), 'consult', can)).toEqual(['refer'])
  })
  it('is telling or transferring for other services', () => {
    expect(actionsOf(row('contacts', '12306'), 'refer', can)).toEqual(['told', 'refer'])
    expect(actionsOf(row('contacts', '12306'), 'consult', can)).toEqual(['consult', 'refer', 'told'])
    expect(actionsOf(row('contacts', '12306'), 'refer', [])).toEqual([])
    expect(actionsOf(row('contacts', 'bj'), 'consult', can)).toEqual(['consult', 'transfer'])
  })
  it('is a call outside of calls', () => {
    expect(actionsOf(row('agents'), 'dial', [])).toEqual(['dial'])
  })
})

describe('a typed number', () => {
  it('loses what people put between digits, full width too', () => {
    expect(cleaned(' （0731） 8888-1234 ')).toBe('073188881234')
    expect(cleaned('１２３２８')).toBe('12328')
    expect(refusal('0731-8888 1234')).toBe('')
  })
  it('says why it cannot be dialled', () => {
    expect(['', 'abc', '12', '1'.repeat(21), '+44123456', '+8613800001411', '138;1'].map(refusal)).toEqual(['empty', 'letters', 'short', 'long', 'country', '', 'letters'])
  })
})
