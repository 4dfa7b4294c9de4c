import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { Dial, ListenMode, PhoneKind, Target } from '../api/types'
import { leadOf } from '../call/talk'
import { complainAbout } from '../parts/notices'
import { dropPhone, lineStays, microphoneWorks, phone, phoneWorks, registerAgain, remember, remembered, takeLock } from './phone'
import { request, requestInTurn } from './request'
import { call, inConversation, seat, seatState, usesBrowser } from './seat'

// Everything that the person at the seat can do.

/** Signs in at a phone; asks first when another window has the desk. */
export async function signIn(kind: PhoneKind, nailed = false, takeOver = false): Promise<void> {
  seat.elsewhere = null
  if (kind === 'browser' && (!(await microphoneWorks()) || !(await takeLock()))) return
  await requestInTurn('sign-in', async () => {
    try {
      const { desk, sip } = await api.signIn(kind, nailed, takeOver)
      if (kind === 'browser') remember(desk.agent)
      if (sip) await phone.start(sip)
      return desk
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (problem.code !== 'signed_in_elsewhere' || takeOver) throw thrown
      seat.elsewhere = { problem, goOn: () => void signIn(kind, nailed, true) }
      return undefined
    }
  })
  if (seatState.value === 'signed_out') dropPhone()
}

export async function signOut(): Promise<void> {
  if (mayLeaveSeat() && (await requestInTurn('sign-out', api.signOut))) dropPhone()
}

/** Whether the seat can be left; says why when a caller is there. */
export function mayLeaveSeat(): boolean {
  if (inConversation.value) complainAbout('phone.inCall')
  return !inConversation.value
}

/** Forgets the seat, when the person leaves. */
export function leaveSeat(): void {
  dropPhone()
  seat.desk = null
}

/** Becomes ready, if calls could really be answered here. */
export async function becomeReady(): Promise<void> {
  await requestInTurn('ready', async () => (!usesBrowser.value || (await phoneWorks()) ? api.ready() : undefined))
}

export async function becomeNotReady(reason: string): Promise<void> {
  await requestInTurn('not-ready', () => api.notReady(reason))
}

export async function extendWrapUp(seconds: number): Promise<void> {
  await requestInTurn('extend', () => api.extendWrapUp(seconds))
}

/** Brings the telephone into this tab; from another machine only after a question. */
export async function takePhone(): Promise<void> {
  if (seat.desk && remembered() !== seat.desk.agent) return signIn('browser', seat.desk.phone.nailed)
  if (await takeLock()) await registerAgain()
}

export function answer(): void {
  if (usesBrowser.value) phone.answer()
}

export function reject(): void {
  phone.reject()
}

const unanswered = 3000 // then the browser hangs up by itself

/** Leaves the call; if the server is away, at least here. */
export async function hangUp(): Promise<void> {
  const late = setTimeout(() => { if (!lineStays.value) phone.hangUp() }, unanswered)
  const worked = await request('hangup', api.hangUp)
  if (worked || !seat.refused?.passing) return clearTimeout(late)
}

/** Ends a conversation that this browser has and the server knows nothing of. */
export function hangUpHere(): void {
  phone.hangUp()
}

/** What needs no particulars. Muting works at once, whatever the way to the server takes. */
export async function operate(operation: string): Promise<void> {
  if (operation === 'mute') phone.mute(true)
  const worked = await request(operation, () => api.deskDo(operation))
  if (operation === 'unmute' && worked) phone.mute(false)
  if (operation === 'mute' && !worked) phone.mute(call.value?.muted ?? false)
}

export const consult = (target: Target) => request('consult', () => api.consult(target))
export const transfer = (target: Target) => request('transfer', () => api.transfer(target))
export const refer = (code: string, how: 'told' | 'transfer') => request('refer', () => api.refer(code, how))
export const drop = (leg: string) => request('drop', () => api.drop(leg))
export const dial = (to: Dial) => request('dial', () => api.dial(to))

/** Sends digits; answers whether they went. */
export async function sendKeys(keys: string): Promise<boolean> {
  return request('keys', () => api.keys(keys))
}

/** Another way of listening, or the call itself, for a supervisor in it. */
export async function listenAs(mode: ListenMode | 'take-over'): Promise<void> {
  const agent = call.value && leadOf(call.value)?.agent
  if (!agent) return
  await request(mode, () => (mode === 'take-over' ? api.takeOver(agent) : api.listen(agent, mode)))
}

export function restoreSound(): void {
  phone.unblock()
}
