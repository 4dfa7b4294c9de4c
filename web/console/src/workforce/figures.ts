import type { PlanRow } from './types'

/** A half hour with what the roster lacks: below zero, so many are missing. */
export interface StaffingRow extends PlanRow {
  gap: number
}

export function staffingRows(rows: PlanRow[]): StaffingRow[] {
  return rows.map((r) => ({ ...r, gap: r.roster - r.people }))
}

/** 8.1, 8; a dash for what is not known. */
export function round(n: number | null | undefined, digits = 1): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return '—'
  return String(Number(n.toFixed(digits)))
}

/** 83.4%; a dash for what is not known. */
export function share(n: number | null | undefined): string {
  return n === null || n === undefined ? '—' : `${(100 * n).toFixed(1)}%`
}
