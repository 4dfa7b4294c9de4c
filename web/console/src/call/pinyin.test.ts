import { describe, expect, it } from 'vitest'
import { initials, startsWithInitials } from './pinyin'

describe('initials of names', () => {
  it('are those of the Pinyin', () => {
    expect(['王秀英', '陈志强', '赵敏', '欧阳娜', '李梅'].map(initials)).toEqual(['wxy', 'czq', 'zm', 'oyn', 'lm'])
  })
  it('leave Latin names as they are', () => {
    expect(initials('Aygül 8001')).toBe('aygül 8001')
  })
  it('know surnames that are read in their own way', () => {
    for (const typed of ['zxm', 'Z', 'cx']) expect(startsWithInitials('曾小敏', typed)).toBe(true)
    expect(startsWithInitials('曾小敏', 'x')).toBe(false)
    expect(startsWithInitials('', 'x')).toBe(false)
  })
})
