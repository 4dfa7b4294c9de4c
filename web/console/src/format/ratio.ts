import type { Ratio } from '../api/types'

/** 80.0%; a share of nothing has no value and is “—”, never 0 % or 100 %. */
export function percent(r: Ratio | null | undefined): string {
  return r && r.d > 0 ? `${((100 * r.n) / r.d).toFixed(1)}%` : '—'
}

/** Whether a share reaches its target; undefined when either is not known. */
export function reaches(r: Ratio): boolean | undefined {
  if (r.d <= 0 || r.target === undefined) return undefined
  return (100 * r.n) / r.d >= r.target
}
