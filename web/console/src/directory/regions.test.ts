import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Region } from '../api/types'

const server = vi.hoisted(() => ({ asked: [] as string[], refuse: [] as unknown[] }))

vi.mock('../api/api', () => {
  const all = [['110000', '北京市', ''], ['430000', '湖南省', ''], ['430100', '长沙市', '430000'], ['430200', '株洲市', '430000'], ['430102', '芙蓉区', '430100']]
  const answer = async (what: string, fits: (r: string[]) => boolean): Promise<Region[]> => {
    server.asked.push(what)
    const no = server.refuse.shift()
    if (no) throw no
    return all.filter(fits).map(([code, name]) => ({ code, name }))
  }
  return { api: { region: (c: string) => answer(`code ${c}`, (r) => r[0] === c), regions: (p: string) => answer(`below ${p}`, (r) => r[2] === p) } }
})

type Regions = typeof import('./regions')
let regions: Regions
let Problem: typeof import('../api/problem').Problem

beforeEach(async () => {
  vi.useFakeTimers()
  vi.resetModules()
  Object.assign(server, { asked: [], refuse: [] })
  regions = await import('./regions')
  ;({ Problem } = await import('../api/problem'))
})
afterEach(() => vi.useRealTimers())
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

describe('regions', () => {
  it('offers the site’s own first, then those below and beside it, each once', async () => {
    regions.needRegions('430100')
    regions.needRegions('430100')
    await settle()
    expect(regions.regionChoices.value.map((r) => r.name)).toEqual(['长沙市', '芙蓉区', '株洲市'])
    expect(server.asked).toHaveLength(3)
  })

  it('names a code far from the site, and knows one that is none', async () => {
    expect(regions.nameOf('110000')).toBeUndefined()
    for (const code of ['110000', '110000', '999999', '岳麓区', '']) regions.needRegion(code)
    await settle()
    expect([regions.nameOf('110000'), regions.nameOf('999999'), regions.regionName('岳麓区')]).toEqual(['北京市', '', '岳麓区'])
    expect(server.asked).toEqual(['code 110000', 'code 999999'])
  })

  it('goes on asking while the server is away, and asks anew after a refusal', async () => {
    server.refuse = [new Problem(0, 'unreachable', ''), new Problem(503, 'postgres_away', ''), new Problem(401, 'no_session', '')]
    regions.needRegion('430100')
    await settle(10_000)
    expect(server.asked).toHaveLength(3)
    expect(regions.nameOf('430100')).toBeUndefined()
    await settle(60_000)
    expect(server.asked).toHaveLength(3)
    regions.needRegion('430100')
    await settle()
    expect(regions.nameOf('430100')).toBe('长沙市')
  })
})
