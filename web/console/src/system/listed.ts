import type { ListEntry, ListName, ListTerms } from '../api/system'

/** How long an entry is to hold: so many days, until a day, or for good. */
export type Span = '7' | '30' | '90' | '365' | 'day' | 'forever'

/** An entry as it stands in the form. */
export interface EntryDraft {
  number: string
  prefix: boolean
  wholeNode: boolean
  priority: number
  reason: string
  notes: string
  span: Span
  /** For span “day”: 2026-12-31, until its end. */
  day: string
}

/** A draft: of an entry that is changed, or made anew from one that ended. */
export function draftOf(list: ListName, e: ListEntry | null, number = ''): EntryDraft {
  const usual: EntryDraft = { number, prefix: false, wholeNode: false, priority: list === 'vip' ? 3 : 0, reason: '', notes: '', span: list === 'vip' ? '365' : '30', day: '' }
  if (!e) return usual
  const draft = { ...usual, prefix: e.prefix, wholeNode: e.wholeNode, priority: e.priority, reason: e.reason, notes: e.notes }
  if (e.endedAt) return draft
  return { ...draft, span: e.until ? 'day' : 'forever', day: e.until ? localDay(new Date(e.until)) : '' }
}

/** When a draft ends; null: never, undefined: it does not say. */
export function endOf(d: EntryDraft, now: Date): Date | null | undefined {
  if (d.span === 'forever') return null
  if (d.span !== 'day') return new Date(now.getTime() + Number(d.span) * 86_400_000)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(d.day)) return undefined
  const end = new Date(`${d.day}T23:59:59`)
  return Number.isNaN(end.getTime()) || end <= now ? undefined : end
}

/** What is wrong with a draft, as keys of the messages by field. */
export function faultsOf(d: EntryDraft, fresh: boolean, now: Date): Partial<Record<'number' | 'reason' | 'day', string>> {
  return {
    ...(fresh && d.number.replace(/\D/g, '').length < 3 && { number: 'system.list.needNumber' }),
    ...(d.reason.trim().length < 2 && { reason: 'system.list.needReason' }),
    ...(endOf(d, now) === undefined && { day: 'system.list.needDate' }),
  }
}

/** A draft's terms for the server. An end that was not touched stays to the second. */
export function termsOf(d: EntryDraft, was: ListEntry | null, now: Date): ListTerms {
  const untouched = was?.until && !was.endedAt && d.span === 'day' && d.day === localDay(new Date(was.until))
  const end = endOf(d, now)
  return {
    priority: d.priority, reason: d.reason.trim(), notes: d.notes.trim(),
    ...(end === null ? { forever: true } : { until: untouched ? was.until! : end?.toISOString() }),
  }
}

function localDay(d: Date): string {
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
}
