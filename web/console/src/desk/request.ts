import { watch } from 'vue'
import { asProblem, type Problem } from '../api/problem'
import type { Desk } from '../api/types'
import { type Operation, waits } from '../call/controls'
import { applyDesk, seat } from './seat'

const patience = 20_000 // for one answer of the server
const follow = 800 // that a key may come before the answer to the one before it
const shown = 15_000 // that a refusal stays in the bar

/**
 * Asks something of the server for the seat. A second press of the same while
 * the first is on its way does nothing, something else waits for it a moment;
 * what the server refuses stands in the bar. Answers whether it worked.
 */
export async function request(what: string, f: () => Promise<unknown>): Promise<boolean> {
  if (seat.pending.has(what)) return false
  if (waits(what as Operation, seat.pending)) await until(() => !waits(what as Operation, seat.pending), follow)
  if (waits(what as Operation, seat.pending)) return false
  seat.pending.add(what)
  try {
    const answer = await f()
    seat.refused = null
    if (isDesk(answer)) applyDesk(answer)
    return true
  } catch (thrown) {
    refuse(asProblem(thrown))
    return false
  } finally {
    seat.pending.delete(what)
  }
}

/** The same for what may wait its turn: states of the seat, not callers. */
export async function requestInTurn(what: string, f: () => Promise<unknown>): Promise<boolean> {
  if (seat.pending.has(what)) return false
  while (waits(what as Operation, seat.pending)) await until(() => !waits(what as Operation, seat.pending), patience)
  return request(what, f)
}

/** Puts a refusal into the bar for a while. */
export function refuse(p: Problem): void {
  if (p.status === 401) return // the log-in dialogue says this better
  seat.refused = p
  setTimeout(() => { if (seat.refused === p) seat.refused = null }, shown)
}

/** Waits for something to become so, at most so many ms. */
export function until(so: () => boolean, ms: number): Promise<void> {
  return new Promise((done) => {
    const settle = () => {
      clearTimeout(timer)
      stop()
      done()
    }
    const timer = setTimeout(settle, ms)
    const stop = watch(so, (yes) => { if (yes) queueMicrotask(settle) }, { immediate: true, flush: 'sync' })
  })
}

function isDesk(answer: unknown): answer is Desk {
  return typeof answer === 'object' && answer !== null && 'serverTime' in answer
}
