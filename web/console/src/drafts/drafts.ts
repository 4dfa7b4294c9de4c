import { onBeforeUnmount, onMounted, watch } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { api } from '../api/api'
import type { Ticket } from '../api/types'
import { ask } from '../parts/ask'
import { session } from '../session/session'
import { Draft, type DraftWorld } from './draft'
import { Keep, type Shelf } from './keep'

// All drafts open in this tab with the number of places that use them, so that
// two places never hold two of the same, and none closes the other's.
interface Held {
  users: number
  stop: () => void
}
const held = new Map<Draft, Held>()

const noShelf: Shelf = {
  length: 0, key: () => null, getItem: () => null, removeItem: () => undefined,
  setItem: () => { throw new Error('no storage') },
}

function shelf(): Shelf {
  try {
    return window.localStorage
  } catch {
    return noShelf // forbidden by the browser's settings
  }
}

/** What of this person's typing is kept on this machine. */
export function myKeep(): Keep {
  return new Keep(shelf(), session.me?.number ?? '')
}

function world(): DraftWorld {
  return {
    create: api.createTicket,
    save: api.saveTicket,
    load: api.ticket,
    keep: myKeep(),
    now: Date.now,
    later: (f, ms) => {
      const timer = setTimeout(f, ms)
      return () => clearTimeout(timer)
    },
  }
}

/** The draft of a ticket: the one already open, or a new one. Release it after use. */
export function draftOf(ticket: Ticket): Draft {
  const open = [...held.keys()].find((d) => d.state.ticket?.id === ticket.id)
  return hold(open ?? new Draft(world(), ticket.id, ticket))
}

/** A form the server does not know yet, under a name of its own. Release it after use. */
export function freshDraft(name: string, callId?: string): Draft {
  return hold(Draft.fresh(world(), name, callId))
}

/** One user less; the last one's draft closes once it is stored, else it goes on trying. */
export async function release(draft: Draft): Promise<void> {
  const h = held.get(draft)
  if (!h) return
  h.users--
  await draft.save()
  if (h.users > 0 || draft.unsaved || held.get(draft) !== h) return
  held.delete(draft)
  h.stop()
  draft.close()
}

/** Forgets every draft of the person who leaves; what is unsaved stays kept. */
export function forgetDrafts(): void {
  for (const [draft, h] of held) {
    h.stop()
    draft.close()
  }
  held.clear()
}

/** Whether any typing is not on the server. */
export function anyUnsaved(): boolean {
  return [...held.keys()].some((d) => d.unsaved)
}

/** Sends everything, and asks before leaving what could not be sent. */
export async function mayLeave(): Promise<boolean> {
  await Promise.all([...held.keys()].filter((d) => d.unsaved).map((d) => d.save()))
  return !anyUnsaved() || ask('shell.leaveTitle', 'shell.leaveText', 'shell.leave', 'shell.stay')
}

/** Makes the calling page ask before it is left with typing unsaved. */
export function useLeaveGuard(): void {
  const unload = (e: BeforeUnloadEvent) => { if (anyUnsaved()) e.preventDefault() }
  onMounted(() => window.addEventListener('beforeunload', unload))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', unload))
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate(mayLeave)
}

function hold(draft: Draft): Draft {
  const h = held.get(draft) ?? { users: 0, stop: watch(() => draft.state.fields, () => draft.touched(), { deep: true }) }
  h.users++
  held.set(draft, h)
  return draft
}
