import { describe, expect, it } from 'vitest'
import { choicesFirst, readChoice } from './phonechoice'

describe('phone of last time', () => {
  it('is the browser until somebody chose', () => {
    for (const s of [null, '', 'fax', 'fax nailed']) expect(readChoice(s)).toEqual({ kind: 'browser', nailed: false })
    expect(readChoice('mobile')).toEqual({ kind: 'mobile', nailed: false })
    expect(readChoice('desk nailed')).toEqual({ kind: 'desk', nailed: true })
  })
  it('comes first, the others in their order', () => {
    expect(choicesFirst('mobile')).toEqual(['mobile', 'browser', 'desk'])
    expect(choicesFirst('browser')).toEqual(['browser', 'desk', 'mobile'])
  })
})
