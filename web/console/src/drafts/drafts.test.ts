import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Ticket } from '../api/types'

// The registry against a canned server: what is shared must not be closed by
// one of those who share it.

const stored = { id: 'd1', number: null, rev: 1, state: 'draft', title: '' } as unknown as Ticket
const saved: string[] = []
vi.mock('../api/api', () => ({
  api: { saveTicket: async (_: string, rev: number, f: { title: string }) => { saved.push(f.title); return { ...stored, ...f, rev: rev + 1 } } },
}))
vi.mock('../parts/ask', () => ({ ask: async () => false }))
vi.mock('../session/session', () => ({ session: { me: { number: '8001' } } }))

const { anyUnsaved, draftOf, forgetDrafts, mayLeave, release } = await import('./drafts')

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', { localStorage: undefined })
  saved.length = 0
})
afterEach(() => {
  forgetDrafts()
  vi.useRealTimers()
})

describe('open drafts', () => {
  it('are shared by the places that show the same ticket', async () => {
    const desk = draftOf(stored)
    const page = draftOf(stored)
    expect(page).toBe(desk)
    await release(page)
    desk.state.fields.title = '还在填写'
    await nextTick()
    await vi.advanceTimersByTimeAsync(800)
    expect(saved).toEqual(['还在填写'])
  })

  it('close with the last place that shows them', async () => {
    const draft = draftOf(stored)
    await release(draft)
    expect(draftOf(stored)).not.toBe(draft)
  })

  it('are sent before a page is left', async () => {
    const draft = draftOf(stored)
    draft.state.fields.title = '离开之前'
    await nextTick()
    expect(anyUnsaved()).toBe(true)
    expect(await mayLeave()).toBe(true)
    expect(saved).toEqual(['离开之前'])
  })
})
