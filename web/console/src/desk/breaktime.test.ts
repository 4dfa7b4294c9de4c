import { describe, expect, it } from 'vitest'
import { nearness, reasonOf } from './breaktime'

const b = { from: '2026-11-22T02:30:00Z', to: '2026-11-22T02:45:00Z', name: '上午小休' }
const at = (s: string) => nearness(b, Date.parse(`2026-11-22T${s}Z`))
const reason = (code: string, name: string, selectable = true) => ({ code, name, nameEn: code, selectable })

describe('a planned break', () => {
  it('is announced two minutes before and holds until its end', () => {
    expect(['02:27:59', '02:28:00', '02:30:00', '02:44:59', '02:45:00'].map(at)).toEqual(['', 'soon', 'now', 'now', ''])
    expect(nearness(null, 0)).toBe('')
  })
  it('is taken under its own name, else as a short break', () => {
    const all = [reason('signed_in', '上午小休', false), reason('meal', '用餐'), reason('rest', '小休')]
    expect(reasonOf(b, all)).toBe('rest')
    expect(reasonOf({ ...b, name: '用餐' }, all)).toBe('meal')
    expect(reasonOf(b, [reason('meal', '用餐')])).toBe('meal')
    expect(reasonOf(b, [])).toBe('')
  })
})
