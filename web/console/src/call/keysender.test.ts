import { describe, expect, it } from 'vitest'
import { KeySender } from './keysender'

function slow() {
  const sent: string[] = []
  let answer: (ok: boolean) => void = () => {}
  const sender = new KeySender((keys) => { sent.push(keys); return new Promise((r) => (answer = r)) })
  return { sent, sender, answer: async (ok: boolean) => { answer(ok); await Promise.resolve(); await Promise.resolve() } }
}

describe('digits', () => {
  it('keep their order, one request at a time', async () => {
    const s = slow()
    for (const d of '12#') s.sender.press(d)
    expect(s.sent).toEqual(['1'])
    await s.answer(true)
    expect(s.sent).toEqual(['1', '2#'])
  })
  it('never more than 32 at once', async () => {
    const s = slow()
    for (const d of '1'.repeat(40)) s.sender.press(d)
    await s.answer(true)
    expect(s.sent.map((k) => k.length)).toEqual([1, 32])
    await s.answer(true)
    expect(s.sent.map((k) => k.length)).toEqual([1, 32, 7])
  })
  it('are dropped after a refusal, so that none arrives late', async () => {
    const s = slow()
    for (const d of '123') s.sender.press(d)
    await s.answer(false)
    expect(s.sent).toEqual(['1'])
    s.sender.press('9')
    expect(s.sent).toEqual(['1', '9'])
  })
})
