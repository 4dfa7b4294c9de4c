import type { BoardSeat } from '../api/types'

/** Something special at a seat: a key of board.marks, and how loud it is. */
export interface Mark {
  id: 'help' | 'away' | 'listened' | 'listener' | 'guest' | 'masked' | 'held' | 'conference' | 'consult' | 'out' | 'internal' | 'skills' | 'nailed' | 'mobile'
  tone: 'loud' | 'warn' | 'blue' | ''
}

/** What is special at a seat now, the loudest first. */
export function marksOf(s: BoardSeat): Mark[] {
  const c = s.call
  const all: [boolean | undefined, Mark['id'], Mark['tone']][] = [
    [s.asksHelp, 'help', 'loud'],
    [c?.away, 'away', 'loud'],
    [!!c?.listening.length, 'listened', 'blue'],
    [c?.role === 'listener', 'listener', 'blue'],
    [c?.role === 'guest', 'guest', ''],
    [c?.masked, 'masked', 'warn'],
    [c?.held, 'held', 'warn'],
    [c?.with === 'all', 'conference', ''],
    [c?.with === 'guest', 'consult', ''],
    [c?.direction === 'out', 'out', ''],
    [c?.direction === 'internal', 'internal', ''],
    [s.override, 'skills', ''],
    [s.nailed, 'nailed', ''],
    [s.phoneKind === 'mobile', 'mobile', ''],
  ]
  return all.filter(([is]) => is).map(([, id, tone]) => ({ id, tone }))
}
