import { computed, reactive, watch } from 'vue'
import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { Desk, PhoneKind, SeatState } from '../api/types'
import { learnClock } from '../format/now'
import { complain, complainAbout } from '../parts/notices'
import { busy, canServe, type PhoneState, silent } from '../softphone/machine'
import { tryMicrophone, watchMicrophone } from '../softphone/microphone'
import { Softphone } from '../softphone/softphone'
import { TabLock } from '../softphone/tablock'
import { canSound, hush, ring } from '../softphone/tone'

/** The person's own seat: what the server says of it, and the telephone in this tab. */
export const seat = reactive({
  desk: null as Desk | null,
  phone: { ...silent } as PhoneState,
  /** What was asked of the server and is not answered yet. */
  asking: '' as string,
  /** It rings, but the browser lets nothing sound before the first click. */
  unheard: false,
})

export const seatState = computed<SeatState>(() => seat.desk?.state ?? 'signed_out')
export const call = computed(() => seat.desk?.call ?? null)
export const usesBrowser = computed(() => seat.desk?.phone.kind === 'browser')

/** Whether something rings here, by the server's word or by the telephone's own. */
export const ringing = computed(() => seatState.value === 'ringing' || seat.phone.call === 'ringing')
export const talking = computed(() => seatState.value === 'talking')

const patience = 20_000 // for one answer of the server
const connecting = 5000 // that somebody who presses ready waits for the telephone

const speaker = document.createElement('audio')
speaker.autoplay = true
document.body.appendChild(speaker)
const phone = new Softphone({ credentials: api.sip, speaker }, seat.phone)
const lock = new TabLock('yht-phone', () => !busy(seat.phone), () => phone.yield())

watchMicrophone(async (present) => {
  seat.phone.microphone = present ? await tryMicrophone() : 'gone'
})
watch(ringing, (on) => {
  seat.unheard = on && !ring()
  if (!on) hush()
})
window.addEventListener('pointerdown', () => { if (seat.unheard) seat.unheard = !canSound() })

/** Takes what the server says, unless it is older than what is known. */
export function applyDesk(d: Desk): void {
  if (seat.desk && Date.parse(d.serverTime) < Date.parse(seat.desk.serverTime)) return
  learnClock(d.serverTime)
  seat.desk = d
  if (d.state !== 'signed_out' && d.phone.kind === 'browser' && seat.phone.line === 'off' && !seat.asking) void resumePhone()
  if (d.state === 'signed_out' && seat.phone.line !== 'off') dropPhone()
}

/** Waits until nothing is asked any more; false for a second press of the same. */
async function turn(what: string): Promise<boolean> {
  if (seat.asking === what) return false
  while (seat.asking) await until(() => !seat.asking, patience)
  return true
}

/** Asks something of the server on behalf of the seat, one thing after the other. */
async function ask(what: string, f: () => Promise<Desk>): Promise<boolean> {
  if (!(await turn(what))) return false
  seat.asking = what
  try {
    applyDesk(await f())
    return true
  } catch (thrown) {
    complain(asProblem(thrown))
    return false
  } finally {
    seat.asking = ''
  }
}

export async function signIn(kind: PhoneKind): Promise<void> {
  if (kind === 'browser' && !(await microphoneWorks())) return
  if (kind === 'browser' && !(await lock.take())) return complainAbout('phone.busyElsewhere')
  await ask('sign-in', async () => {
    const { desk, sip } = await api.signIn(kind)
    if (sip) await phone.start(sip)
    return desk
  })
  if (seatState.value === 'signed_out') dropPhone()
}

export async function signOut(): Promise<void> {
  if (mayLeaveSeat() && (await ask('sign-out', api.signOut))) dropPhone()
}

/** Whether the seat can be left; says why when a caller is there. */
export function mayLeaveSeat(): boolean {
  const caller = busy(seat.phone) || ringing.value || talking.value
  if (caller) complainAbout('phone.inCall')
  return !caller
}

/** Becomes ready, if calls could really be answered here. */
export async function becomeReady(): Promise<void> {
  if (!(await turn('phone'))) return
  if (usesBrowser.value) {
    seat.asking = 'phone'
    const works = await phoneWorks().finally(() => (seat.asking = ''))
    if (!works) return
  }
  await ask('ready', api.ready)
}

export async function becomeNotReady(reason: string): Promise<void> {
  await ask('not-ready', () => api.notReady(reason))
}

export async function extendWrapUp(seconds: number): Promise<void> {
  await ask('extend', () => api.extendWrapUp(seconds))
}

export function answer(): void {
  if (usesBrowser.value) phone.answer()
}

export function reject(): void {
  phone.reject()
}

/** Ends the call here, or asks the server where this browser does not hold it. */
export async function hangUp(): Promise<void> {
  if (!phone.hangUp()) await ask('hang-up', api.hangUp)
}

export function toggleMute(): void {
  phone.mute(!seat.phone.muted)
}

export function digit(d: string): void {
  phone.digit(d)
}

/** Brings the telephone into this tab, from another one if need be. */
export async function takePhone(): Promise<void> {
  if (!(await lock.take())) return complainAbout('phone.busyElsewhere')
  await registerAgain()
}

/** Forgets the seat, when the person leaves. */
export function leaveSeat(): void {
  dropPhone()
  seat.desk = null
}

async function resumePhone(): Promise<void> {
  if (await lock.acquire()) await registerAgain()
  else phone.yield()
}

async function registerAgain(): Promise<void> {
  seat.phone.microphone = await tryMicrophone()
  try {
    await phone.start(await api.sip())
  } catch (thrown) {
    complain(asProblem(thrown))
    seat.phone.line = 'off'
  }
}

async function microphoneWorks(): Promise<boolean> {
  seat.phone.microphone = await tryMicrophone()
  if (seat.phone.microphone === 'ready') return true
  complainAbout(`microphone.${seat.phone.microphone}`)
  return false
}

async function phoneWorks(): Promise<boolean> {
  if (!busy(seat.phone) && !(await microphoneWorks())) return false
  await until(() => seat.phone.line !== 'connecting', connecting)
  if (canServe(seat.phone)) return true
  complainAbout(`phone.${seat.phone.line}`)
  return false
}

/** Waits for something to become so, at most so many ms. */
function until(so: () => boolean, ms: number): Promise<void> {
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

function dropPhone(): void {
  phone.stop()
  lock.drop()
}
