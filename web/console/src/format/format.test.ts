import { describe, expect, it } from 'vitest'
import { clock, dateTime, daySpan, duration, secondsSince, secondsUntil } from './time'
import { percent, reaches } from './ratio'
import { ticketName } from './ticket'

describe('time', () => {
  it('writes dates as an office does', () => {
    expect(dateTime(new Date(2026, 10, 22, 14, 5, 9))).toBe('2026-11-22 14:05')
    expect(clock(new Date(2026, 0, 2, 3, 4, 5))).toBe('03:04:05')
  })
  it('shows nothing as a dash, not as 1970 or NaN', () => {
    for (const nothing of [null, undefined, '', 'not a date']) expect(dateTime(nothing)).toBe('—')
    for (const nothing of [null, undefined, NaN, Infinity]) expect(duration(nothing)).toBe('—')
  })
  it('writes durations with two digits and hours only when needed', () => {
    expect(duration(0)).toBe('00:00')
    expect(duration(151.9)).toBe('02:31')
    expect(duration(3751)).toBe('1:02:31')
    expect(duration(-3)).toBe('00:00')
  })
  it('counts up and down without going below zero', () => {
    const now = Date.parse('2026-11-22T06:00:10Z')
    expect(secondsSince('2026-11-22T06:00:00Z', now)).toBe(10)
    expect(secondsSince('2026-11-22T06:00:20Z', now)).toBe(0)
    expect(secondsUntil('2026-11-22T06:00:10.400Z', now)).toBe(1)
    expect(secondsUntil('2026-11-22T06:00:00Z', now)).toBe(0)
  })
  it('takes the last day of a span whole', () => {
    const { from, to } = daySpan('2026-11-22', '2026-11-22')
    expect(Date.parse(to) - Date.parse(from)).toBe(24 * 3600 * 1000)
    expect(dateTime(from)).toBe('2026-11-22 00:00')
  })
})

describe('ratio', () => {
  it('has no value when nothing was counted', () => {
    expect(percent({ n: 0, d: 0 })).toBe('—')
    expect(percent(undefined)).toBe('—')
    expect(reaches({ n: 0, d: 0, target: 80 })).toBeUndefined()
  })
  it('is judged on the exact share, not on the rounded one', () => {
    expect(percent({ n: 4, d: 5 })).toBe('80.0%')
    expect(reaches({ n: 4, d: 5, target: 80 })).toBe(true)
    expect(percent({ n: 7999, d: 10000 })).toBe('80.0%')
    expect(reaches({ n: 7999, d: 10000, target: 80 })).toBe(false)
  })
})

describe('tickets', () => {
  it('go by their number, drafts by a word', () => {
    expect(ticketName('1232843010020261122000', '草稿')).toBe('1232843010020261122000')
    expect(ticketName('01a203eb-4d9d-7285-b1a1-b1645919c6b7', '草稿')).toBe('草稿')
  })
})
