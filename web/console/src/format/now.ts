import { computed, type ComputedRef, ref } from 'vue'
import { secondsSince, secondsUntil } from './time'

// The server's clock as this screen sees it. Timers count on it, so that a
// desktop whose own clock is wrong still shows true waiting times.

let ahead = 0 // ms by which the server's clock is ahead of ours
const beat = ref(Date.now())
setInterval(() => (beat.value = Date.now()), 250)

/** Learns the server's clock from a message that just arrived. */
export function learnClock(at: string | undefined): void {
  const t = Date.parse(at ?? '')
  if (!Number.isNaN(t)) ahead = t - Date.now()
}

/** The server's time now, in ms; reading it in a template makes it tick. */
export function serverNow(): number {
  return beat.value + ahead
}

/** This machine's time now, in ms, ticking. */
export function localNow(): number {
  return beat.value
}

/** Whole seconds since a moment, ticking once a second. */
export function useElapsed(since: () => string | null | undefined): ComputedRef<number> {
  return computed(() => secondsSince(since(), serverNow()))
}

/** Whole seconds until a moment, ticking once a second. */
export function useRemaining(until: () => string | null | undefined): ComputedRef<number> {
  return computed(() => secondsUntil(until(), serverNow()))
}
