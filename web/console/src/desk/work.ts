import { computed, effectScope, reactive, shallowReactive, watch } from 'vue'
import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { Ticket, TicketSummary } from '../api/types'
import type { Draft } from '../drafts/draft'
import { draftOf, forgetDrafts, freshDraft, myKeep, release } from '../drafts/drafts'
import { announce, complain } from '../parts/notices'
import { session } from '../session/session'
import { leads, seat } from './seat'

// What is on the desk: the open form, the result of the last one, and the
// agent's other drafts. It outlives the page, so that looking something up
// elsewhere and coming back changes nothing.

export const work = shallowReactive({
  draft: null as Draft | null,
  /** The ticket just finished, until the next one begins. */
  done: null as { ticket: Ticket; label: string } | null,
})
export const mine = reactive({ drafts: [] as TicketSummary[] })

const handled = 'yht.handled' // the call whose form was already opened in this tab
let rang = ''

/** The call that a form belongs to now: in conversation, or just ended. */
export const workedCall = computed(() => {
  const { desk } = seat
  return desk?.call && leads.value && (desk.state === 'talking' || desk.state === 'wrap_up') ? desk.call.id : ''
})

effectScope(true).run(() => {
  watch(() => (seat.desk?.state === 'ringing' ? seat.desk.call?.id : undefined), (id) => { if (id) rang = id })
  // After a reload the call may be known before the person is, or before this page.
  watch(() => session.me && workedCall.value, (id) => { if (id) void forCall(id) }, { immediate: true })
  watch(() => session.me?.number, (now, before) => { if (before && now !== before) clear() })
})

/** Puts a stored ticket on the desk. */
export async function open(id: string): Promise<void> {
  try {
    put(draftOf(await api.ticket(id)))
  } catch (thrown) {
    complain(asProblem(thrown))
  }
}

/** Puts an empty form on the desk. */
export function startFresh(): void {
  const draft = freshDraft(`new:${Date.now().toString(36)}`)
  put(draft)
  void draft.save().then(refreshDrafts)
}

/** Takes the form off the desk after an action closed it. */
export function finish(ticket: Ticket, label: string): void {
  const { draft } = work
  work.draft = null
  work.done = { ticket, label }
  if (draft) void release(draft)
  void refreshDrafts()
}

export async function refreshDrafts(): Promise<void> {
  try {
    mine.drafts = (await api.tickets({ state: 'draft', mine: true, page: 1, pageSize: 8 })).items
  } catch {
    // The strip of drafts keeps what it shows; the tickets page says why.
  }
}

/** Brings back typing that an earlier page could not send. */
export async function recover(): Promise<void> {
  let restored = 0
  for (const name of myKeep().names()) {
    if (work.draft && (work.draft.state.ticket?.id === name || name === `call:${workedCall.value}`)) continue
    try {
      const [kind, call] = name.split(':')
      const draft = call === undefined ? draftOf(await api.ticket(name)) : freshDraft(name, kind === 'call' ? call : undefined)
      if (await draft.save()) restored++
      await release(draft)
    } catch {
      // Still kept on this machine; the next visit tries again.
    }
  }
  if (restored > 0) announce('desk.restored')
  await refreshDrafts()
}

/** Opens the form of a call: at once for one just answered here. */
async function forCall(id: string): Promise<void> {
  const before = remembered()
  if (before.call === id) {
    if (!work.draft && before.ticket) await reopen(before.ticket)
    return
  }
  // A call made for a ticket is about that ticket, not a new one.
  const made = seat.desk?.call
  if (made?.id === id && made.ticket) {
    remember(id, made.ticket)
    return reopen(made.ticket)
  }
  if (rang !== id && (await openExisting(id))) return
  const draft = freshDraft(`call:${id}`, id)
  put(draft)
  await draft.save()
  remember(id, draft.state.ticket?.id ?? '')
  await refreshDrafts()
}

/** After a reload: the call may have its ticket already. */
async function openExisting(id: string): Promise<boolean> {
  const detail = await api.call(id).catch(() => null)
  const ticket = detail?.tickets.find((t) => t.state === 'draft') ?? detail?.tickets[0]
  if (!ticket) return false
  remember(id, ticket.id)
  if (ticket.state === 'draft') await open(ticket.id)
  return true
}

async function reopen(ticketId: string): Promise<void> {
  const ticket = await api.ticket(ticketId).catch(() => null)
  if (ticket?.state === 'draft' && !work.draft) put(draftOf(ticket))
}

function put(draft: Draft): void {
  const old = work.draft
  work.draft = draft
  work.done = null
  if (old) void release(old).then(refreshDrafts)
}

function clear(): void {
  forgetDrafts()
  Object.assign(work, { draft: null, done: null })
  mine.drafts = []
}

function remember(call: string, ticket: string): void {
  try {
    sessionStorage.setItem(handled, JSON.stringify({ call, ticket }))
  } catch {
    // Without memory a reload asks the server instead.
  }
}

function remembered(): { call: string; ticket: string } {
  try {
    return JSON.parse(sessionStorage.getItem(handled) ?? '') as { call: string; ticket: string }
  } catch {
    return { call: '', ticket: '' }
  }
}
