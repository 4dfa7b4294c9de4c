import { reactive, watch } from 'vue'
import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { ByeReason, LiveMessage } from '../api/types'
import { phoneTaken } from '../desk/phone'
import { applyDesk } from '../desk/seat'
import { type Link, makeLink } from '../live/link'
import { expire, may } from '../session/session'
import { clearTidings, heedTidings } from './tidings'

/** The shell's own live connection, and why the server last said goodbye. */
export const shellLive = reactive({ link: null as Link | null, bye: null as ByeReason | null })

// A connection that fails again and again may be refused because nobody is
// logged in any more; the browser does not tell, so the server is asked.
watch(() => shellLive.link?.state.failures ?? 0, (n) => {
  if (n > 1) void api.session().catch((thrown: unknown) => { if (asProblem(thrown).status === 401) expire() })
})

/** Opens the live connection of whoever is logged in. */
export function openShellLive(): void {
  closeShellLive()
  shellLive.bye = null
  clearTidings()
  // Everybody is told of broadcasts, also without a topic.
  shellLive.link = makeLink(may('desk') ? ['desk'] : [], receive)
  shellLive.link.start()
}

export function closeShellLive(): void {
  shellLive.link?.stop()
  shellLive.link = null
}

/** Says that the person did something, to keep the session alive. */
export function personActive(): void {
  shellLive.link?.active()
}

/** What every live connection does with messages that concern the session. */
export function heedBye(m: LiveMessage): void {
  if (m.type !== 'bye' || m.reason === 'restarting') return
  shellLive.bye = m.reason
  if (m.reason === 'signed_in_elsewhere') phoneTaken()
  expire()
}

function receive(m: LiveMessage): void {
  if (m.type === 'desk') applyDesk(m.data)
  heedTidings(m)
  heedBye(m)
}
