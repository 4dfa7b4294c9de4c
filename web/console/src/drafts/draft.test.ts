import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '../api/problem'
import type { Ticket, TicketFields } from '../api/types'
import { Draft, type DraftWorld } from './draft'
import { emptyFields } from './fields'
import { Keep, type Shelf } from './keep'

/** A browser's storage that can be full. */
class MemoryShelf implements Shelf {
  readonly items = new Map<string, string>()
  full = false
  get length() { return this.items.size }
  key(i: number) { return [...this.items.keys()][i] ?? null }
  getItem(k: string) { return this.items.get(k) ?? null }
  setItem(k: string, v: string) { if (this.full) throw new Error('QuotaExceededError'); this.items.set(k, v) }
  removeItem(k: string) { this.items.delete(k) }
}

/** A server that keeps tickets with revisions and can be told to fail. */
class Server {
  readonly tickets = new Map<string, Ticket>()
  refuse: Problem[] = []
  saves = 0
  gate: Promise<void> = Promise.resolve()

  make(fields: TicketFields): Ticket {
    const id = `d${this.tickets.size + 1}`
    const t = { ...structuredClone(fields), id, number: null, rev: 1, state: 'draft' } as unknown as Ticket
    t.caller.contactNumber ||= '138****1411'
    this.tickets.set(id, t)
    return structuredClone(t)
  }
  async create(fields: TicketFields): Promise<Ticket> {
    await this.gate
    const no = this.refuse.shift()
    if (no) throw no
    return this.make(fields)
  }
  async save(id: string, rev: number, fields: TicketFields): Promise<Ticket> {
    await this.gate
    this.saves++
    const no = this.refuse.shift()
    if (no) throw no
    const t = this.tickets.get(id)!
    if (t.rev !== rev) throw new Problem(409, 'stale', '', [], structuredClone(t))
    Object.assign(t, structuredClone(fields), { rev: rev + 1 })
    return structuredClone(t)
  }
}

let server: Server
let shelf: MemoryShelf
let world: DraftWorld

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  shelf = new MemoryShelf()
  world = {
    create: (f) => server.create(f),
    save: (i, r, f) => server.save(i, r, f),
    load: async (i) => structuredClone(server.tickets.get(i)!),
    keep: new Keep(shelf, '8001'),
    now: () => Date.now(),
    later: (f, ms) => { const t = setTimeout(f, ms); return () => clearTimeout(t) },
  }
})
afterEach(() => vi.useRealTimers())

const type = (d: Draft, title: string) => { d.state.fields.title = title; d.touched() }
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
const opened = () => new Draft(world, 'x', server.make(emptyFields()))

describe('draft', () => {
  it('keeps typing on this machine at once and removes it when the server has it', async () => {
    const d = opened()
    type(d, '出租车拒载')
    expect([...shelf.items.values()].join()).toContain('出租车拒载')
    expect(server.saves).toBe(0)
    await settle(800)
    expect(server.tickets.get('d1')!.title).toBe('出租车拒载')
    expect(shelf.items.size).toBe(0)
    expect(d.state).toMatchObject({ status: 'clean', savedAt: Date.now() })
  })

  it('sends once per pause, and at the latest after four seconds of steady typing', async () => {
    const d = opened()
    for (let i = 1; i <= 12; i++) { type(d, 'a'.repeat(i)); await settle(500) }
    expect(server.saves).toBe(1)
    await settle(1000)
    expect(server.saves).toBe(2)
    expect(server.tickets.get('d1')!.title).toBe('a'.repeat(12))
  })

  it('saves what was typed while a save was under way', async () => {
    const d = opened()
    let open = () => {}
    server.gate = new Promise((r) => (open = r))
    type(d, 'first')
    await settle(800)
    type(d, 'second')
    expect(d.state.status).toBe('saving')
    open()
    await settle(2000)
    expect(server.tickets.get('d1')!).toMatchObject({ title: 'second', rev: 3 })
    expect(d.state.status).toBe('clean')
  })

  it('says so when saving fails, keeps the typing and tries again by itself', async () => {
    const d = opened()
    server.refuse = [new Problem(0, 'unreachable', ''), new Problem(503, 'postgres_away', '数据库暂时不可用')]
    type(d, '不能丢')
    await settle(800)
    expect(d.state).toMatchObject({ status: 'failed', retryAt: Date.now() + 1000 })
    expect(shelf.items.size).toBe(1)
    await settle(1000)
    expect(d.state.problem?.code).toBe('postgres_away')
    await settle(2000)
    expect(d.state).toMatchObject({ status: 'clean', problem: null })
    expect(server.tickets.get('d1')!.title).toBe('不能丢')
  })

  it('does not hammer the server with what it will never take', async () => {
    const d = opened()
    server.refuse = [new Problem(422, 'invalid', '')]
    type(d, 'bad')
    await settle(60_000)
    expect(server.saves).toBe(1)
    expect(d.state).toMatchObject({ status: 'failed', retryAt: null })
    type(d, 'good')
    await settle(800)
    expect(d.state.status).toBe('clean')
  })

  it('survives a crash: what was typed comes back and is saved', async () => {
    const first = opened()
    type(first, '崩溃之前')
    first.close()
    const again = new Draft(world, 'x', structuredClone(server.tickets.get('d1')!))
    expect(again.state.fields.title).toBe('崩溃之前')
    await settle(10)
    expect(server.tickets.get('d1')!.title).toBe('崩溃之前')
    expect(shelf.items.size).toBe(0)
  })

  it('asks when somebody else changed it, and does as told', async () => {
    const mine = opened()
    await server.save('d1', 1, { ...emptyFields(), title: 'theirs' })
    type(mine, 'mine')
    await settle(800)
    expect(mine.state).toMatchObject({ status: 'conflict', theirs: { title: 'theirs' } })
    expect(mine.state.fields.title).toBe('mine')
    type(mine, 'mine, longer')
    await settle(60_000)
    expect(server.tickets.get('d1')!.title).toBe('theirs')
    expect([...shelf.items.values()].join()).toContain('mine, longer')
    expect(await mine.keepMine()).toBe(true)
    expect(server.tickets.get('d1')!.title).toBe('mine, longer')

    const other = new Draft(world, 'x', structuredClone(server.tickets.get('d1')!))
    await server.save('d1', 3, { ...emptyFields(), title: 'newest' })
    type(other, 'lost on purpose')
    await settle(800)
    other.takeTheirs()
    expect(other.state).toMatchObject({ status: 'clean', fields: { title: 'newest' } })
    expect(shelf.items.size).toBe(0)
  })

  it('makes no conflict of the same text', async () => {
    const d = opened()
    await server.save('d1', 1, { ...emptyFields(), title: 'same', caller: server.tickets.get('d1')!.caller })
    type(d, 'same')
    await settle(800)
    expect(d.state.status).toBe('clean')
    expect(d.state.ticket!.rev).toBe(2)
  })

  it('takes typing before the server knows the ticket, and keeps it when it is born', async () => {
    server.refuse = [new Problem(0, 'unreachable', '')]
    const d = Draft.fresh(world, 'call:c1', 'c1')
    const first = d.save()
    type(d, '等公交')
    await settle(0)
    expect(await first).toBe(false)
    await settle(5000)
    expect(server.tickets.size).toBe(1)
    expect(server.tickets.get('d1')!).toMatchObject({ title: '等公交', callId: 'c1' })
    expect(d.state.fields.caller.contactNumber).toBe('138****1411')
    expect(d.state.status).toBe('clean')
    expect(shelf.items.size).toBe(0)
  })

  it('admits that this machine could not keep it', async () => {
    const d = opened()
    shelf.full = true
    type(d, 'x')
    expect(d.state.kept).toBe(false)
    expect(d.unsaved).toBe(true)
    await settle(800)
    expect(d.state.kept).toBe(true)
  })

  it('stores the typed reply like every other field, and gives it up only for theirs', async () => {
    const d = opened()
    d.state.fields.reply = '已告知路线'
    d.touched()
    await settle(800)
    expect(server.tickets.get('d1')!.reply).toBe('已告知路线')
    expect(d.state.status).toBe('clean')
    expect(shelf.items.size).toBe(0)
    await server.save('d1', 2, { ...emptyFields(), reply: '' })
    d.state.fields.reply = '已告知路线，请乘2号线'
    d.touched()
    await settle(800)
    expect(d.state).toMatchObject({ status: 'conflict', fields: { reply: '已告知路线，请乘2号线' } })
    d.takeTheirs()
    expect(d.state).toMatchObject({ status: 'clean', fields: { reply: '' } })
    expect(shelf.items.size).toBe(0)
    expect(await d.save()).toBe(true)
    expect(server.tickets.get('d1')!).toMatchObject({ reply: '', rev: 3 })
  })

  it('never reads another person’s typing', () => {
    type(opened(), '甲的内容')
    const other = new Keep(shelf, '8002')
    expect(other.names()).toEqual([])
    expect(other.get('d1')).toBeUndefined()
    expect(new Keep(shelf, '8001').names()).toEqual(['d1'])
  })
})
