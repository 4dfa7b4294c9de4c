import type { Marks, Sheet } from '../api/quality'

/** What marks come to so far: as the server counts them. */
export interface Score {
  points: number
  most: number
  critical: boolean
  passed: boolean
  /** Items without points yet. */
  missing: string[]
}

/** Counts marks together: the sum, or nothing when something critical happened. */
export function scoreOf(sheet: Sheet, marks: Marks): Score {
  const s: Score = { points: 0, most: 0, critical: false, passed: false, missing: [] }
  for (const i of sheet.sections.flatMap((x) => x.items)) {
    if (i.critical) {
      if (marks.hit[i.code]) s.critical = true
      continue
    }
    s.most += i.max
    const p = marks.points[i.code]
    if (p === undefined) s.missing.push(i.code)
    else s.points += p
  }
  if (s.critical) s.points = 0
  s.passed = !s.critical && s.points * 100 >= sheet.pass * s.most
  return s
}

/** A percentage with one digit; a share of nothing has no value. */
export function percent(n: number, d: number): string {
  return d > 0 ? `${((n * 100) / d).toFixed(1)}%` : '—'
}

/** Marks of one's own to write on. */
export function copyOf(m: Marks): Marks {
  return { points: { ...m.points }, hit: { ...m.hit }, notes: m.notes.map((n) => ({ ...n })), summary: m.summary }
}
