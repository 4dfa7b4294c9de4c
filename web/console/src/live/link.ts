import { computed, reactive, watch } from 'vue'
import type { LiveMessage } from '../api/types'
import { learnClock, localNow } from '../format/now'
import { language } from '../i18n/i18n'
import { age, idle, type LiveEvent, type LiveState, step } from './connection'

/** A live connection: its state, and the way to end it. */
export interface Link {
  state: LiveState
  readonly stale: boolean
  /** Seconds since the last message; null before the first. */
  readonly age: number | null
  start(): void
  stop(): void
  /** Says that the person did something; sent at most once a minute. */
  active(): void
}

const activeEvery = 60_000

/** Makes a link for the given topics; it does nothing until started. */
export function makeLink(topics: string[], onMessage: (m: LiveMessage) => void): Link {
  const state = reactive(idle(Date.now())) as LiveState
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let activeAt = 0
  let unwatch = () => {}
  const seconds = computed(() => age(state, localNow()))

  function feed(e: LiveEvent): void {
    const [next, commands] = step({ ...state }, e)
    Object.assign(state, next)
    for (const c of commands) if (c === 'connect') connect()
    else drop()
    if (state.phase === 'ended') clearInterval(timer)
  }

  function connect(): void {
    drop()
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const s = new WebSocket(`${scheme}://${location.host}/api/live?topics=${topics.join(',')}&lang=${language.value}`)
    socket = s
    s.onopen = () => s === socket && feed({ kind: 'opened', now: Date.now() })
    s.onclose = () => s === socket && feed({ kind: 'closed', now: Date.now() })
    s.onmessage = (e) => s === socket && receive(e.data)
  }

  function drop(): void {
    const s = socket
    socket = null
    s?.close()
  }

  function receive(data: unknown): void {
    const m = read(data)
    if (!m) return
    if (m.type === 'bye') {
      feed({ kind: 'bye', reason: m.reason, now: Date.now() })
    } else {
      learnClock(m.at)
      feed({ kind: 'message', now: Date.now() })
    }
    onMessage(m)
  }

  // A browser that comes back to the network or from sleep need not wait.
  const wake = () => {
    if (state.phase === 'stale' && state.retryAt !== null) state.retryAt = Date.now()
    feed({ kind: 'beat', now: Date.now() })
  }

  return {
    state,
    get stale() { return state.phase === 'stale' },
    get age() { return seconds.value },
    start() {
      this.stop()
      timer = setInterval(() => feed({ kind: 'beat', now: Date.now() }), 250)
      window.addEventListener('online', wake)
      unwatch = watch(language, () => { if (socket) connect() }) // what is pushed comes in words, too
      feed({ kind: 'start', now: Date.now() })
    },
    stop() {
      clearInterval(timer)
      unwatch()
      window.removeEventListener('online', wake)
      feed({ kind: 'stop', now: Date.now() })
    },
    active() {
      if (Date.now() - activeAt < activeEvery || socket?.readyState !== WebSocket.OPEN) return
      activeAt = Date.now()
      socket.send(JSON.stringify({ type: 'active' }))
    },
  }
}

/** Reads one message; what we do not know is not for us. */
function read(data: unknown): LiveMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const m = JSON.parse(data) as LiveMessage
    return m && typeof m === 'object' && typeof m.type === 'string' ? m : undefined
  } catch {
    return undefined
  }
}
