import { describe, expect, it } from 'vitest'
import { i18n } from '../i18n/i18n'
import { measured, sentence } from './words'

const t = i18n.global.t as (key: string, params?: Record<string, unknown>) => string
const te = (key: string) => i18n.global.te(key)

describe('words of alarms', () => {
  it('write a value in its unit', () => {
    expect([measured(90, 'seconds'), measured(82.46, 'percent'), measured(3, 'calls'), measured(1, 'flag')]).toEqual(['01:30', '82.5%', '3', ''])
  })
  it('say what, where and by how much', () => {
    expect(sentence({ kind: 'longest_wait', name: '综合业务', unit: 'seconds', value: 75, threshold: 60 }, t, te)).toBe('综合业务：最长等待 01:15（阈值 01:00）')
    expect(sentence({ kind: 'switch_away', name: '', unit: 'flag', value: 1, threshold: 0 }, t, te)).toBe('交换机连接中断')
    expect(sentence({ kind: 'new_kind', name: '', unit: 'count', value: 2, threshold: 1 }, t, te)).toContain('new_kind')
  })
})
