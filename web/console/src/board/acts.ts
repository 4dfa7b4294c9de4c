import type { BoardSeat, SeatState } from '../api/types'

// What a supervisor may do with a seat, and whether it makes sense now.

export type SeatAct = 'listen' | 'whisper' | 'barge' | 'take-over' | 'ready' | 'not-ready' | 'sign-out' | 'skills'

export interface SeatOffer {
  act: SeatAct
  /** A key of board.cannot: why not now; empty: it may be done. */
  why: '' | 'noTalk' | 'myself' | 'isReady' | 'inCall' | 'noPhone' | 'isNotReady' | 'listener'
}

const acts: readonly SeatAct[] = ['listen', 'whisper', 'barge', 'take-over', 'ready', 'not-ready', 'sign-out', 'skills']

/** The whole menu of a seat in its fixed order; me is my own employee number. */
export function offers(seat: BoardSeat, me: string): SeatOffer[] {
  return acts.map((act) => ({ act, why: cannot(act, seat, me) }))
}

const inCall: readonly SeatState[] = ['ringing', 'talking']

function cannot(act: SeatAct, s: BoardSeat, me: string): SeatOffer['why'] {
  switch (act) {
    case 'listen':
    case 'whisper':
    case 'barge':
    case 'take-over':
      if (s.agent === me) return 'myself'
      if (s.state !== 'talking') return 'noTalk'
      return s.call?.role === 'listener' ? 'listener' : ''
    case 'ready':
      if (s.state === 'ready') return 'isReady'
      if (inCall.includes(s.state)) return 'inCall'
      return s.phoneOnline ? '' : 'noPhone'
    case 'not-ready':
      return s.state === 'not_ready' ? 'isNotReady' : s.state === 'ringing' ? 'inCall' : ''
    case 'sign-out':
      return inCall.includes(s.state) ? 'inCall' : ''
    case 'skills':
      return ''
  }
}

/** Acts that take something from somebody are asked about first. */
export const asksFirst: readonly SeatAct[] = ['take-over', 'sign-out']

/** Seats by number; those who ask for help come first. */
export function inOrder(seats: BoardSeat[]): BoardSeat[] {
  return [...seats].sort((a, b) => Number(b.asksHelp) - Number(a.asksHelp) || a.agent.localeCompare(b.agent, 'en', { numeric: true }))
}

/** Whether a seat has what was typed: number, name, queue or skill. */
export function matches(s: BoardSeat, words: string, skillNames: Record<string, string> = {}): boolean {
  const typed = words.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const skills = Object.keys(s.skills ?? {}).flatMap((code) => [code, skillNames[code] ?? ''])
  const of = [s.agent, s.name, s.queueName, ...skills].join(' ').toLowerCase()
  return typed.every((w) => of.includes(w))
}

/** Whom I listen to: the seat that leads the call in which I am a listener. */
export function listenedTo(seats: BoardSeat[], myCall: { id: string; role: string; listening: string } | null): BoardSeat | null {
  if (myCall?.role !== 'listener') return null
  return seats.find((s) => s.call?.id === myCall.id && s.call.role === 'lead') ?? null
}
