import type { Call, CallOperation } from '../api/types'
import type { Command } from '../shortcuts/keys'

// Which buttons the call bar shows. The server says what may be done
// (call.can); here it only gets its place, so that a button is always where
// the hand expects it.

export type Operation = CallOperation | 'answer' | 'reject'

/** A button of the bar. */
export interface Control {
  operation: Operation
  command: Command
  place: 'row' | 'more'
  tone: '' | 'success' | 'danger' | 'primary' | 'warning'
}

const row = (operation: Operation, command: Command, tone: Control['tone'] = ''): Control => ({ operation, command, place: 'row', tone })
const more = (operation: Operation, command: Command): Control => ({ operation, command, place: 'more', tone: '' })

/** Every button in its order; opposites share a place and a key. */
const order: readonly Control[] = [
  row('answer', 'answer', 'success'),
  row('reject', 'hangUp'),
  row('hangup', 'hangUp', 'danger'),
  row('hold', 'hold'),
  row('retrieve', 'hold', 'primary'),
  row('mute', 'mute'),
  row('unmute', 'mute', 'danger'),
  row('consult', 'consult'),
  row('cancel-consult', 'cancelConsult'),
  row('swap', 'swap'),
  row('complete', 'complete', 'primary'),
  row('transfer', 'transfer'),
  row('conference', 'conference'),
  row('leave', 'leave'),
  row('listen', 'listen'),
  row('whisper', 'whisper'),
  row('barge', 'barge'),
  row('take-over', 'takeOver'),
  row('keys', 'keypad'),
  row('mask', 'mask'),
  row('unmask', 'mask', 'warning'),
  more('rate', 'rate'),
  more('refer', 'refer'),
  more('help', 'askHelp'),
]

/** What the bar can know about the call. */
export interface Situation {
  call: Pick<Call, 'state' | 'can' | 'role' | 'listening'> | null
  /** It rings here, by the server's word or the telephone's. */
  ringing: boolean
  /** The conversation goes by this browser, so that it can be answered here. */
  browser: boolean
}

/** The buttons that make sense now, and no others. */
export function controls(s: Situation): Control[] {
  if (s.ringing) return s.browser ? order.filter((c) => c.operation === 'answer' || c.operation === 'reject') : []
  const { call } = s
  if (!call || call.state === 'ended') return []
  return order.filter((c) => call.can.includes(c.operation as CallOperation) && !(call.role === 'listener' && c.operation === call.listening))
}

// Whoever moves callers about does one thing after the other; these never wait.
const free: readonly Operation[] = ['answer', 'reject', 'hangup', 'mute', 'unmute', 'mask', 'unmask', 'keys']

/** Whether an operation has to wait for what is on its way. */
export function waits(operation: Operation, pending: ReadonlySet<string>): boolean {
  if (pending.has(operation)) return true
  return !free.includes(operation) && [...pending].some((p) => !free.includes(p as Operation))
}
