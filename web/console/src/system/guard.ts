import type { FieldProblem } from '../api/problem'
import type { GuardPolicy, GuardRule } from '../api/system'

/** A rule that somebody begins to write. */
export const freshRule = (): GuardRule => ({ forbid: false, prefix: '', least: 0, most: 0, name: '', trunk: '', strip: 0, add: '', caller: '', atNight: false })

/** A copy that may be changed. */
export const copyOf = (p: GuardPolicy): GuardPolicy => JSON.parse(JSON.stringify(p)) as GuardPolicy

/** Whether two policies say the same. */
export const same = (a: GuardPolicy, b: GuardPolicy): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Digits of a whole number, as people write them: 11, 7–8, from 10; empty for any. */
export function digits(r: GuardRule): string {
  if (r.least && r.least === r.most) return String(r.least)
  if (r.least && r.most) return `${r.least}–${r.most}`
  if (r.least) return `≥ ${r.least}`
  return r.most ? `≤ ${r.most}` : ''
}

const set = /^(?:[0-9xX]|\[(?:[0-9](?:-[0-9])?)+\]){1,20}$/

/** Whether a prefix can be read: digits, x for any digit, choices like [3-9]. */
export function readable(prefix: string): boolean {
  if (!set.test(prefix)) return false
  return [...prefix.matchAll(/([0-9])-([0-9])/g)].every((m) => m[1] <= m[2])
}

/** What the server found wrong with a field, as rules[2].prefix; empty when nothing. */
export function faultOf(errors: FieldProblem[], path: string): string {
  return errors.find((e) => e.location === `policy.${path}`)?.message ?? ''
}

/** Short service numbers out of what somebody typed. */
export const numbersOf = (typed: string): string[] => [...new Set(typed.split(/[\s,，、;；]+/).filter(Boolean))]
