import type { PlannedBreak, Reason } from '../api/types'

const remindBefore = 120_000

/** Where a planned break stands: about to begin, going on, or neither. */
export function nearness(b: PlannedBreak | null, now: number): 'soon' | 'now' | '' {
  if (!b) return ''
  const from = Date.parse(b.from)
  if (now >= Date.parse(b.to)) return ''
  return now >= from ? 'now' : from - now <= remindBefore ? 'soon' : ''
}

/** The reason that stands for a planned break: of the same name, or the first. */
export function reasonOf(b: PlannedBreak, reasons: Reason[]): string {
  const mine = reasons.filter((r) => r.selectable)
  return (mine.find((r) => r.name === b.name || r.nameEn === b.name) ?? mine.find((r) => r.code === 'rest') ?? mine[0])?.code ?? ''
}
