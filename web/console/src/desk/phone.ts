import { computed, ref, watch } from 'vue'
import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { Desk, Sip } from '../api/types'
import { complainAbout } from '../parts/notices'
import { canServe } from '../softphone/machine'
import { tryMicrophone, watchMicrophone } from '../softphone/microphone'
import { answersItself, mayResume } from '../softphone/selfanswer'
import { Softphone } from '../softphone/softphone'
import { TabLock } from '../softphone/tablock'
import { canSound, hush, ring } from '../softphone/tone'
import { refuse, until } from './request'
import { applyDesk, inConversation, liveCall, nailed, ringing, seat, usesBrowser } from './seat'

// The telephone in this tab: who holds it, how it comes back after a reload.

const connecting = 5000 // that somebody who presses ready waits for the telephone
const handOver = 500 // that the page before a reload may still hold the lock
const settling = 400 // that sound and server may disagree without a word about it

const speaker = document.createElement('audio')
speaker.autoplay = true
document.body.appendChild(speaker)
export const phone = new Softphone({
  credentials: api.sip,
  speaker,
  selfAnswer: (header) => answersItself(header, seat.desk),
}, seat.phone)
const lock = new TabLock('yht-phone', () => !inConversation.value, () => phone.yield())
let resuming = false

watchMicrophone(async (present) => {
  seat.phone.microphone = present ? await tryMicrophone() : 'gone'
})
watch(() => ringing.value && seat.phone.call !== 'answering', (on) => {
  seat.unheard = on && !ring()
  if (!on) hush()
})
for (const deed of ['pointerdown', 'keydown']) {
  window.addEventListener(deed, () => {
    if (seat.unheard) seat.unheard = !canSound()
    if (seat.phone.blocked) phone.unblock()
  }, { passive: true })
}
watch(() => seat.desk, (d) => {
  if (!d) return
  if (d.state === 'signed_out') {
    if (seat.phone.line !== 'off' && !seat.pending.has('sign-in')) dropPhone()
  } else if (d.phone.kind === 'browser' && seat.phone.line === 'off' && !seat.pending.has('sign-in')) void resumePhone(d)
})
// The switch mutes; this browser's microphone follows it.
watch(() => [liveCall.value?.muted ?? false, seat.phone.call] as const, ([on, phase]) => {
  if (phase === 'talking' && !seat.pending.has('mute') && !seat.pending.has('unmute')) phone.mute(on)
})

/** The server has a conversation here that this browser does not carry yet. */
const apart = computed(() =>
  usesBrowser.value && liveCall.value !== null && (liveCall.value.away || liveCall.value.state === 'talking')
  && !ringing.value && (seat.phone.call === 'none' || liveCall.value.away) && seat.phone.line !== 'elsewhere')
export const recovering = ref(false)
let settle: ReturnType<typeof setTimeout> | undefined
watch(apart, (on) => {
  clearTimeout(settle)
  if (!on) recovering.value = false
  else settle = setTimeout(() => (recovering.value = true), settling)
}, { immediate: true })

/** Takes the one telephone into this tab, from another one if need be. */
export async function takeLock(): Promise<boolean> {
  if (await lock.take()) return true
  complainAbout('phone.busyElsewhere')
  return false
}

/** Whether the microphone works; says so when not. */
export async function microphoneWorks(): Promise<boolean> {
  seat.phone.microphone = await tryMicrophone()
  if (seat.phone.microphone === 'ready') return true
  complainAbout(`phone.microphone.${seat.phone.microphone}`)
  return false
}

/** Whether calls could be answered in this tab; says so when not. */
export async function phoneWorks(): Promise<boolean> {
  if (seat.phone.call === 'none' && !(await microphoneWorks())) return false
  // A line that was refused or lost tries again by itself.
  await until(() => ['registered', 'off', 'elsewhere'].includes(seat.phone.line), connecting)
  if (canServe(seat.phone)) return true
  complainAbout(`phone.${seat.phone.line}`)
  return false
}

/** New credentials. In mid-call by signing in again, which tells the engine to ring here. */
async function freshSip(d: Desk | null): Promise<Sip> {
  if (d?.call && d.state === 'talking') {
    const { desk, sip } = await api.signIn('browser', d.phone.nailed, false)
    applyDesk(desk)
    if (sip) return sip
  }
  return api.sip()
}

/** Registers again with new credentials, in the tab that holds the lock. */
export async function registerAgain(): Promise<void> {
  void tryMicrophone().then((m) => (seat.phone.microphone = m))
  try {
    await phone.start(await freshSip(seat.desk))
  } catch (thrown) {
    const p = asProblem(thrown)
    if (p.code === 'signed_in_elsewhere') return phone.yield()
    refuse(p)
    seat.phone.line = 'off'
  }
}

/**
 * Brings a conversation back while the page is still being built: what it
 * needs is asked for at once and together. Only where the telephone was before.
 */
export async function recoverEarly(): Promise<void> {
  const mine = remembered()
  if (!mine || resuming) return
  resuming = true
  try {
    if (!(await lock.acquire(handOver))) return phone.yield()
    void tryMicrophone().then((m) => (seat.phone.microphone = m))
    const stack = phone.preload()
    const desk = await api.desk()
    applyDesk(desk)
    if (desk.agent !== mine || !mayResume(desk, true)) return lock.drop()
    const [sip] = await Promise.all([freshSip(desk), stack])
    await phone.start(sip)
  } catch {
    lock.drop() // nobody is logged in, or the server is away: the live connection tries again
  } finally {
    resuming = false
  }
}

async function resumePhone(d: Desk): Promise<void> {
  if (resuming) return
  resuming = true
  try {
    if (mayResume(d, remembered() === d.agent) && (await lock.acquire(handOver))) {
      remember(d.agent)
      await registerAgain()
    } else phone.yield()
  } finally {
    resuming = false
  }
}

/** Leaves the switch and the lock. */
export function dropPhone(): void {
  forget()
  phone.stop()
  lock.drop()
}

/** Another window has the desk now: lets go without a word to the switch. */
export function phoneTaken(): void {
  forget()
  phone.abandon()
  lock.drop()
}

/** Whether pressing hang up here would only take down the line that stays up. */
export const lineStays = computed(() => nailed.value && seat.desk?.phone.lineUp === true)

const here = 'yht.phone' // the employee whose browser phone is in this browser

export function remember(agent: string): void {
  try {
    localStorage.setItem(here, agent)
  } catch {
    // Without memory the page asks after a reload.
  }
}

export function remembered(): string {
  try {
    return localStorage.getItem(here) ?? ''
  } catch {
    return ''
  }
}

function forget(): void {
  try {
    localStorage.removeItem(here)
  } catch {
    // Nothing was remembered then.
  }
}
