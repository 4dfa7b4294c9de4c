// The life of the live connection, as a pure machine: what is known, and what
// happens next for each thing that can happen.
//
//	waiting ──opened──▶ quiet ──message──▶ live
//	   ▲                                     │ 3 s of silence, or closed
//	   └──── retry (0.5 s … 5 s) ◀── stale ◀─┘
//
// `ended` is final until somebody starts it again: the session is over, or the
// person has signed in elsewhere.

import type { ByeReason } from '../api/types'

export type Phase = 'connecting' | 'live' | 'stale' | 'ended'

export interface LiveState {
  phase: Phase
  /** When the last message came, in ms; null before the first. */
  lastAt: number | null
  /** When the current attempt or silence began, in ms. */
  sinceAt: number
  /** Failed attempts in a row. */
  failures: number
  open: boolean
  /** When to try again, in ms; null while a socket exists. */
  retryAt: number | null
  bye: ByeReason | null
}

export type LiveEvent =
  | { kind: 'start'; now: number }
  | { kind: 'opened'; now: number }
  | { kind: 'message'; now: number }
  | { kind: 'bye'; reason: ByeReason; now: number }
  | { kind: 'closed'; now: number }
  | { kind: 'beat'; now: number }
  | { kind: 'stop'; now: number }

/** What the owner of the socket has to do. */
export type LiveCommand = 'connect' | 'drop'

/** Silence of this length means that the screen is stale. */
export const silence = 3000
const firstRetry = 500
const lastRetry = 5000

export function idle(now: number): LiveState {
  return { phase: 'ended', lastAt: null, sinceAt: now, failures: 0, open: false, retryAt: null, bye: null }
}

/** How long to wait after so many failures in a row. */
export function retryDelay(failures: number): number {
  return Math.min(lastRetry, firstRetry * 2 ** Math.max(0, failures - 1))
}

/** One step: the next state, and what to do. */
export function step(s: LiveState, e: LiveEvent): [LiveState, LiveCommand[]] {
  if (e.kind === 'start') return [{ ...idle(e.now), phase: 'connecting' }, ['connect']]
  if (s.phase === 'ended') return [s, []]
  switch (e.kind) {
    case 'opened':
      return [{ ...s, open: true, sinceAt: e.now, retryAt: null }, []]
    case 'message':
      return [{ ...s, phase: 'live', lastAt: e.now, failures: 0, open: true, retryAt: null }, []]
    case 'bye':
      if (e.reason === 'restarting') return [lose(s, e.now), ['drop']]
      return [{ ...s, phase: 'ended', open: false, retryAt: null, bye: e.reason }, ['drop']]
    case 'closed':
      return s.retryAt === null ? [lose(s, e.now), []] : [s, []]
    case 'stop':
      return [{ ...s, phase: 'ended', open: false, retryAt: null }, ['drop']]
    case 'beat':
      return beat(s, e.now)
  }
}

function beat(s: LiveState, now: number): [LiveState, LiveCommand[]] {
  if (s.retryAt !== null) {
    return now >= s.retryAt ? [{ ...s, retryAt: null, sinceAt: now, open: false }, ['connect']] : [s, []]
  }
  // A socket that is open and says nothing is as dead as a closed one.
  if (now - Math.max(s.sinceAt, s.lastAt ?? 0) >= silence) return [lose(s, now), ['drop']]
  return [s, []]
}

function lose(s: LiveState, now: number): LiveState {
  const failures = s.failures + 1
  return { ...s, phase: 'stale', open: false, failures, sinceAt: now, retryAt: now + retryDelay(failures) }
}

/** How old what is on the screen is, in whole seconds; null before the first message. */
export function age(s: LiveState, now: number): number | null {
  return s.lastAt === null ? null : Math.max(0, Math.floor((now - s.lastAt) / 1000))
}
