import { describe, expect, it } from 'vitest'
import type { Alarm, Notice } from '../api/types'
import { audible, bySeverity, withNotice } from './tidings'

const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
const notice = (id: string, until: string) => ({ id, text: id, at: soon(-5), until }) as Notice
const alarm = (id: string, more: Partial<Alarm> = {}) => ({ id, severity: 'warning', sound: true, ackedAt: null, openedAt: soon(-5), ...more }) as Alarm
const ids = (list: { id: string }[]) => list.map((x) => x.id).join(' ')

describe('broadcasts', () => {
  it('are shown once, the newest first, until they are taken back', () => {
    let all = withNotice([], notice('a', soon(10)))
    all = withNotice(all, notice('b', soon(10)))
    all = withNotice(all, notice('a', soon(20)))
    expect(ids(all)).toBe('a b')
    expect(ids(withNotice(all, notice('b', soon(0))))).toBe('a')
  })
})

describe('alarms', () => {
  it('put first what nobody cares for yet, then the worst, then the newest', () => {
    const list = [alarm('minor', { severity: 'minor' }), alarm('cared', { severity: 'critical', ackedAt: soon(-1) }), alarm('old'), alarm('new', { openedAt: soon(-1) }), alarm('bad', { severity: 'critical' })]
    expect(ids(bySeverity(list))).toBe('bad new old minor cared')
  })
  it('sound once, and not when somebody cares or the rule is silent', () => {
    const list = [alarm('a'), alarm('b', { sound: false }), alarm('c', { ackedAt: soon(0) }), alarm('d')]
    expect(ids(audible(list, new Set(['d'])))).toBe('a')
  })
})
