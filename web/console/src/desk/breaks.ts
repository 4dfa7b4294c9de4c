import { reactive, watch } from 'vue'
import { api } from '../api/api'
import type { PlannedBreak } from '../api/types'
import { seatState } from './seat'

/** The next break that the roster plans for this person. */
export const breaks = reactive({ next: null as PlannedBreak | null })

const readEvery = 60_000

/** Reads the next break now and every minute while somebody is signed in. Answers how to stop. */
export function watchBreaks(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = watch(() => seatState.value !== 'signed_out', (on) => {
    clearInterval(timer)
    breaks.next = null
    if (!on) return
    void read()
    timer = setInterval(read, readEvery)
  }, { immediate: true })
  return () => {
    stop()
    clearInterval(timer)
  }
}

async function read(): Promise<void> {
  try {
    breaks.next = (await api.breaks()).next
  } catch {
    breaks.next = null // without a roster nothing is planned
  }
}
