import { describe, expect, it } from 'vitest'
import { digits, faultOf, freshRule, numbersOf, readable } from './guard'

describe('outbound rules', () => {
  it('say how long numbers are as people do', () => {
    const of = (least: number, most: number) => digits({ ...freshRule(), least, most })
    expect([of(11, 11), of(7, 8), of(10, 0), of(0, 12), of(0, 0)]).toEqual(['11', '7–8', '≥ 10', '≤ 12', ''])
  })
  it('know a prefix that the server can read', () => {
    for (const p of ['1[3-9]', '0xx', '00', '[08]', '16[013489]', '[0-35-9]']) expect(readable(p), p).toBe(true)
    for (const p of ['', '[', '[]', '[9-3]', '+86', '1 3', '*72', '[3-]', '1'.repeat(21)]) expect(readable(p), p).toBe(false)
  })
  it('find the fault of a field', () => {
    const errors = [{ location: 'policy.rules[2].prefix', message: 'no' }]
    expect(faultOf(errors, 'rules[2].prefix')).toBe('no')
    expect(faultOf(errors, 'rules[1].prefix')).toBe('')
  })
  it('take numbers apart however they are separated', () => {
    expect(numbersOf(' 110，119、120  110;122 ')).toEqual(['110', '119', '120', '122'])
  })
})
