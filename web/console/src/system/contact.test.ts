import { describe, expect, it } from 'vitest'
import { draftOf, faultsOf, fieldsOf } from './contact'

const whole = { ...draftOf(null), code: 'metro', name: ' 长沙地铁 ', numbers: '0731-88880004、073188880005' }

describe('contacts', () => {
  it('take numbers as people write them', () => {
    expect(faultsOf(whole)).toEqual({})
    const fields = fieldsOf(whole)
    expect(fields.numbers).toEqual(['073188880004', '073188880005'])
    expect(fields.name).toBe('长沙地铁')
    expect(fields).not.toHaveProperty('code')
  })
  it('say which field is wrong', () => {
    expect(Object.keys(faultsOf(draftOf(null)))).toEqual(['code', 'name', 'numbers'])
    expect(faultsOf({ ...whole, code: 'Metro 1' })).toHaveProperty('code')
    expect(faultsOf({ ...whole, numbers: 'CALL' })).toHaveProperty('numbers')
    expect(faultsOf({ ...whole, numbers: '111 222 333 444 555 666' })).toHaveProperty('numbers')
    expect(faultsOf({ ...whole, told: false, transfer: false })).toHaveProperty('told')
  })
})
