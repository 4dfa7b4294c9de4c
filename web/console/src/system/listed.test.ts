import { describe, expect, it } from 'vitest'
import type { ListEntry } from '../api/system'
import { draftOf, endOf, faultsOf, termsOf } from './listed'

const now = new Date(2026, 10, 22, 14, 5)
const entry = { prefix: false, wholeNode: false, priority: 0, reason: '反复骚扰', notes: '', until: new Date(2026, 11, 1, 9, 30).toISOString(), endedAt: null } as ListEntry

describe('entries of lists', () => {
  it('end after 30 days on the blacklist and a year for VIPs unless said otherwise', () => {
    const days = (list: 'vip' | 'black') => (endOf(draftOf(list, null), now)!.getTime() - now.getTime()) / 86_400_000
    expect([days('black'), days('vip')]).toEqual([30, 365])
  })
  it('keep an end that was not touched', () => {
    const d = draftOf('black', entry)
    expect(termsOf(d, entry, now).until).toBe(entry.until)
    expect(termsOf({ ...d, day: '2026-12-02' }, entry, now).until).toBe(new Date(2026, 11, 2, 23, 59, 59).toISOString())
    expect(termsOf({ ...d, span: 'forever' }, entry, now)).toMatchObject({ forever: true })
  })
  it('begin anew with the usual time when they have ended', () => {
    const d = draftOf('black', { ...entry, endedAt: entry.until }, '13800138000')
    expect([d.span, d.number, d.reason]).toEqual(['30', '13800138000', '反复骚扰'])
  })
  it('say which field is wrong', () => {
    expect(faultsOf({ ...draftOf('black', null), span: 'day', day: '2026-11-21' }, true, now)).toEqual({ number: 'system.list.needNumber', reason: 'system.list.needReason', day: 'system.list.needDate' })
    expect(faultsOf(draftOf('black', entry), false, now)).toEqual({})
  })
})
