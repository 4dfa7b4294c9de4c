import type { Ticket, TicketFields } from '../api/types'

/** An empty form; telephone is the channel of everything typed at a desk. */
export function emptyFields(callId?: string): TicketFields {
  return {
    ...(callId ? { callId } : {}),
    businessType: 'inquiry',
    category: '',
    channel: 'phone',
    urgency: 'normal',
    caller: { name: '', sex: '', contactNumber: '', anonymous: false, confidential: false, language: '' },
    subject: { unit: '', plate: '', line: '', time: '', region: '', address: '' },
    title: '',
    content: '',
    demand: '',
    reply: '',
    tags: [],
    knowledge: [],
  }
}

/** The part of a ticket that a person fills in, with nothing missing. */
export function fieldsOf(t: TicketFields): TicketFields {
  const e = emptyFields(t.callId || undefined)
  return {
    ...e,
    businessType: t.businessType || e.businessType,
    category: t.category ?? '',
    channel: t.channel || e.channel,
    urgency: t.urgency || e.urgency,
    caller: { ...e.caller, ...t.caller },
    subject: { ...e.subject, ...t.subject },
    title: t.title ?? '',
    content: t.content ?? '',
    demand: t.demand ?? '',
    reply: t.reply ?? '',
    tags: [...(t.tags ?? [])],
    knowledge: [...(t.knowledge ?? [])],
  }
}

/** Takes over what the server filled in where the person has typed nothing. */
export function fillEmpty(mine: TicketFields, theirs: TicketFields): void {
  const blank = emptyFields()
  const t = fieldsOf(theirs)
  if (mine.category === '') mine.category = t.category
  if (mine.title === '') mine.title = t.title
  if (mine.content === '') mine.content = t.content
  if (mine.demand === '') mine.demand = t.demand
  if (mine.reply === '') mine.reply = t.reply
  if (mine.businessType === blank.businessType) mine.businessType = t.businessType
  if (mine.urgency === blank.urgency) mine.urgency = t.urgency
  if (t.callId) mine.callId = t.callId
  if (mine.tags.length === 0) mine.tags = t.tags
  if (mine.knowledge.length === 0) mine.knowledge = t.knowledge
  fillStrings(mine.caller, t.caller)
  mine.caller.anonymous ||= t.caller.anonymous
  mine.caller.confidential ||= t.caller.confidential
  fillStrings(mine.subject, t.subject)
}

function fillStrings<T extends object>(mine: T, theirs: T): void {
  for (const k of Object.keys(theirs) as (keyof T)[]) if (mine[k] === '') mine[k] = theirs[k]
}

/** The stored ticket that came with a conflict, if it looks like one. */
export function asTicket(x: unknown): Ticket | undefined {
  const t = x as Partial<Ticket> | null | undefined
  return t && typeof t.rev === 'number' && typeof t.id === 'string' ? (t as Ticket) : undefined
}
