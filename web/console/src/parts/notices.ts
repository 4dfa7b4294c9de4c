import { reactive } from 'vue'
import type { Problem } from '../api/problem'

/** A short word to the person; errors stay until they are closed. */
export interface Notice {
  id: number
  tone: 'good' | 'bad'
  /** A key of the messages, or a sentence as the server said it. */
  key?: string
  params?: Record<string, string | number>
  problem?: Problem
}

export const notices = reactive<Notice[]>([])
let last = 0

/** Says what went wrong, as the server said it. */
export function complain(problem: Problem): void {
  // The log-in dialogue says this better.
  if (problem.status === 401) return
  add({ tone: 'bad', problem })
}

/** Says what went wrong, in our own words. */
export function complainAbout(key: string, params?: Notice['params']): void {
  add({ tone: 'bad', key, params })
}

/** Says that something worked, for a few seconds. */
export function announce(key: string, params?: Notice['params']): void {
  const n = add({ tone: 'good', key, params })
  setTimeout(() => dismiss(n), 5000)
}

export function dismiss(id: number): void {
  const i = notices.findIndex((n) => n.id === id)
  if (i >= 0) notices.splice(i, 1)
}

function add(n: Omit<Notice, 'id'>): number {
  const same = notices.findIndex((o) => o.key === n.key && o.problem?.code === n.problem?.code && o.problem?.detail === n.problem?.detail)
  if (same >= 0) notices.splice(same, 1)
  notices.push({ ...n, id: ++last })
  if (notices.length > 3) notices.shift()
  return last
}
