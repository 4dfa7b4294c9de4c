import type { Contact, SeatState, Target, TargetAgent, TargetQueue, Targets } from '../api/types'
import { startsWithInitials } from './pinyin'

// What the picker shows for what was typed, and in which order.

export type Tab = 'agents' | 'queues' | 'contacts' | 'number'

/** What the picker was opened for. */
export type Wish = 'consult' | 'transfer' | 'refer' | 'dial'

/** One row of the picker. */
export type Row =
  | { kind: 'agent'; id: string; agent: TargetAgent }
  | { kind: 'queue'; id: string; queue: TargetQueue }
  | { kind: 'contact'; id: string; contact: Contact }

const rank: Record<SeatState, number> = { ready: 0, wrap_up: 1, not_ready: 2, talking: 3, ringing: 4, offline: 5, signed_out: 6 }

/** The tabs that make sense: queues take transfers only, and nobody refers to a colleague. */
export function tabsOf(wish: Wish): Tab[] {
  if (wish === 'refer') return ['contacts']
  if (wish === 'dial') return ['number', 'agents', 'contacts']
  return ['agents', 'queues', 'contacts', 'number']
}

/** The rows of a tab; the person looking is left out, the ready come first. */
export function rowsOf(t: Targets, tab: Tab, wish: Wish, typed: string, me: string): Row[] {
  const q = typed.trim().toLowerCase()
  if (tab === 'agents') {
    return t.agents.filter((a) => a.number !== me && agentFits(a, q))
      .sort((a, b) => (rank[a.state] ?? 9) - (rank[b.state] ?? 9) || a.number.localeCompare(b.number))
      .map((agent) => ({ kind: 'agent', id: `a${agent.number}`, agent }))
  }
  if (tab === 'queues') {
    return t.queues.filter((x) => nameFits(x.name, q) || x.code.toLowerCase().startsWith(q)).map((queue) => ({ kind: 'queue', id: `q${queue.code}`, queue }))
  }
  if (tab === 'contacts') {
    return t.contacts.filter((c) => (wish !== 'refer' || c.kind === 'referral') && (wish !== 'dial' || !c.emergency) && (nameFits(c.name, q) || c.number.includes(q)))
      .sort((a, b) => Number(b.emergency) - Number(a.emergency))
      .map((contact) => ({ kind: 'contact', id: `c${contact.code}`, contact }))
  }
  return []
}

function agentFits(a: TargetAgent, q: string): boolean {
  return q === '' || a.number.startsWith(q) || nameFits(a.name, q) || a.siteName.toLowerCase().includes(q)
}

function nameFits(name: string, q: string): boolean {
  return q === '' || name.toLowerCase().includes(q) || startsWithInitials(name, q)
}

/** Whether a colleague could answer now; others are shown, but say why not. */
export function reachable(state: SeatState): boolean {
  return state === 'ready' || state === 'wrap_up' || state === 'not_ready'
}

/** What a row stands for in a request. */
export function targetOf(r: Row): Target {
  switch (r.kind) {
    case 'agent':
      return { kind: 'agent', agent: r.agent.number }
    case 'queue':
      return { kind: 'queue', queue: r.queue.code }
    case 'contact':
      return { kind: 'contact', code: r.contact.code }
  }
}

/** The row after so many steps, round the ends. */
export function moved(rows: Row[], id: string, by: number): string {
  if (rows.length === 0) return ''
  const at = rows.findIndex((r) => r.id === id)
  if (at < 0) return rows[by > 0 ? 0 : rows.length - 1].id
  return rows[(at + by + rows.length) % rows.length].id
}

/** What one types between the digits of a number, gone. */
export function cleaned(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s()（）\-–—.·]/g, '')
}

/** Why a number cannot be dialled, as a key of picker.refused; nothing when it can. */
export function refusal(typed: string): '' | 'empty' | 'letters' | 'short' | 'long' | 'country' {
  const n = cleaned(typed)
  if (n === '') return 'empty'
  if (!/^\+?\d+$/.test(n)) return 'letters'
  const digits = n.replace('+', '')
  if (digits.length < 3) return 'short'
  if (digits.length > 20) return 'long'
  if (n.startsWith('+') && !n.startsWith('+86')) return 'country'
  return ''
}

/** What can be done with a row. */
export type RowAction = 'consult' | 'transfer' | 'told' | 'refer' | 'dial'

/**
 * The actions of a row, the one for Enter first, the one for Ctrl+Enter
 * second. Calls to other services are counted, so they are referred to and
 * not just transferred; an emergency has one action only.
 */
export function actionsOf(r: Row | 'number', wish: Wish, can: readonly string[]): RowAction[] {
  if (wish === 'dial') return ['dial']
  const only = (...all: RowAction[]) => all.filter((a) => can.includes(a === 'told' ? 'refer' : a))
  if (r === 'number' || r.kind === 'agent') return only('consult', 'transfer')
  if (r.kind === 'queue') return only('transfer')
  const { contact } = r
  if (contact.kind !== 'referral') return only('consult', ...(contact.transfer ? ['transfer' as const] : []))
  if (contact.emergency && contact.transfer) return only('refer')
  const referred = only(...(contact.told ? ['told' as const] : []), ...(contact.transfer ? ['refer' as const] : []))
  return wish === 'refer' ? referred : [...only('consult'), ...referred.reverse()]
}
