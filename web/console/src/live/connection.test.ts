import { describe, expect, it } from 'vitest'
import { age, idle, type LiveCommand, type LiveEvent, type LiveState, retryDelay, step } from './connection'

function run(...events: LiveEvent[]): { s: LiveState; did: LiveCommand[] } {
  let s = idle(0)
  const did: LiveCommand[] = []
  for (const e of events) {
    const [next, commands] = step(s, e)
    s = next
    did.push(...commands)
  }
  return { s, did }
}

const start: LiveEvent = { kind: 'start', now: 0 }

describe('live connection', () => {
  it('is live with the first message, not with the open socket', () => {
    expect(run(start, { kind: 'opened', now: 10 }).s.phase).toBe('connecting')
    expect(run(start, { kind: 'opened', now: 10 }, { kind: 'message', now: 20 }).s.phase).toBe('live')
  })

  it('is stale after exactly three seconds of silence and drops the dead socket', () => {
    const talk: LiveEvent[] = [start, { kind: 'opened', now: 10 }, { kind: 'message', now: 1000 }]
    expect(run(...talk, { kind: 'beat', now: 3999 }).s.phase).toBe('live')
    const { s, did } = run(...talk, { kind: 'beat', now: 4000 })
    expect(s.phase).toBe('stale')
    expect(did).toEqual(['connect', 'drop'])
    expect(age(s, 9500)).toBe(8)
  })

  it('is stale at once when the socket closes', () => {
    const { s } = run(start, { kind: 'opened', now: 1 }, { kind: 'message', now: 2 }, { kind: 'closed', now: 50 })
    expect(s.phase).toBe('stale')
    expect(s.retryAt).toBe(550)
  })

  it('does not count the closing of a socket it dropped itself as another failure', () => {
    const { s } = run(start, { kind: 'opened', now: 0 }, { kind: 'beat', now: 3000 }, { kind: 'closed', now: 3001 })
    expect(s.failures).toBe(1)
    expect(s.retryAt).toBe(3500)
  })

  it('tries again from half a second up to five', () => {
    expect([1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([500, 1000, 2000, 4000, 5000, 5000])
    let s = step(idle(0), start)[0]
    let now = 0
    const waits: number[] = []
    for (let i = 0; i < 6; i++) {
      s = step(s, { kind: 'closed', now })[0]
      waits.push(s.retryAt! - now)
      now = s.retryAt!
      const [next, did] = step(s, { kind: 'beat', now })
      expect(did).toEqual(['connect'])
      s = next
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000])
  })

  it('heals by itself and then starts counting failures anew', () => {
    const { s } = run(
      start, { kind: 'closed', now: 0 }, { kind: 'beat', now: 500 }, { kind: 'opened', now: 510 }, { kind: 'message', now: 520 },
    )
    expect(s.phase).toBe('live')
    expect(s.failures).toBe(0)
    expect(s.retryAt).toBeNull()
  })

  it('stops for good when the session is over, but not for a restart', () => {
    const over = run(start, { kind: 'opened', now: 1 }, { kind: 'bye', reason: 'session_over', now: 2 }, { kind: 'closed', now: 3 }, { kind: 'beat', now: 60_000 })
    expect(over.s.phase).toBe('ended')
    expect(over.s.bye).toBe('session_over')
    expect(over.did.filter((c) => c === 'connect')).toHaveLength(1)
    const restart = run(start, { kind: 'opened', now: 1 }, { kind: 'bye', reason: 'restarting', now: 2 }, { kind: 'closed', now: 3 }, { kind: 'beat', now: 600 })
    expect(restart.did.filter((c) => c === 'connect')).toHaveLength(2)
  })

  it('says that nothing has come yet instead of an age', () => {
    expect(age(run(start).s, 5000)).toBeNull()
    expect(run(start, { kind: 'beat', now: 3000 }).s.phase).toBe('stale')
  })
})
