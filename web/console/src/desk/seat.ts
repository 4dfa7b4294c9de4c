import { computed, reactive } from 'vue'
import type { Problem } from '../api/problem'
import type { Desk, SeatState } from '../api/types'
import { learnClock } from '../format/now'
import { type PhoneState, silent } from '../softphone/machine'
import { whole } from './plain'

/** The person's own seat: what the server says of it, and the telephone in this tab. */
export const seat = reactive({
  desk: null as Desk | null,
  phone: { ...silent } as PhoneState,
  /** What was asked of the server and is not answered yet. */
  pending: new Set<string>(),
  /** What the server refused last, until something else works. */
  refused: null as Problem | null,
  /** Another window has this desk: whether to go on. */
  elsewhere: null as { problem: Problem; goOn: () => void } | null,
  /** It rings, but the browser lets nothing sound before the first click. */
  unheard: false,
})

export const seatState = computed<SeatState>(() => seat.desk?.state ?? 'signed_out')
export const call = computed(() => seat.desk?.call ?? null)
/** The call at this seat as long as anybody is in it. */
export const liveCall = computed(() => (call.value && call.value.state !== 'ended' ? call.value : null))
export const usesBrowser = computed(() => seat.desk?.phone.kind === 'browser')
/** The agent's leg stays up between calls. */
export const nailed = computed(() => seat.desk?.phone.nailed ?? false)

/** Whether something rings here, by the server's word or by the telephone's own. */
export const ringing = computed(() => seatState.value === 'ringing' || seat.phone.call === 'ringing')
export const talking = computed(() => seatState.value === 'talking')
/** The call that a ticket is written for: one's own, from or to somebody outside. */
export const leads = computed(() => call.value !== null && call.value.role === 'lead' && call.value.direction !== 'internal')

/** Whether leaving the page or the seat would leave somebody alone. */
export const inConversation = computed(() => ringing.value || talking.value || (seat.phone.call !== 'none' && !nailed.value))

/** Takes what the server says, unless it is older than what is known. */
export function applyDesk(d: Desk): void {
  if (seat.desk && Date.parse(d.serverTime) < Date.parse(seat.desk.serverTime)) return
  learnClock(d.serverTime)
  seat.desk = whole(d)
}
