import { reactive } from 'vue'
import type { Alarm, LiveMessage, Notice } from '../api/types'

// What everybody at the site is told, and what is wrong there, as pushed on
// the live connection.

export const tidings = reactive({
  notices: [] as Notice[],
  alarms: [] as Alarm[],
  /** False until the server has said what is wrong, if anything. */
  told: false,
})

export function clearTidings(): void {
  Object.assign(tidings, { notices: [], alarms: [], told: false })
}

/** The notices after one more was told: an end in the past takes it down. */
export function withNotice(notices: Notice[], n: Notice): Notice[] {
  const rest = notices.filter((o) => o.id !== n.id)
  return Date.parse(n.until) > Date.parse(n.at) && !ended(n) ? [n, ...rest] : rest
}

const ended = (n: Notice) => Date.parse(n.until) <= Date.now()

/** Takes what a live connection says of notices and alarms. */
export function heedTidings(m: LiveMessage): void {
  if (m.type === 'notice') tidings.notices = withNotice(tidings.notices, m.data)
  if (m.type === 'alarm') Object.assign(tidings, { alarms: bySeverity(m.data.open), told: true })
}

const order = { critical: 0, warning: 1, minor: 2 }

/** Nobody cares yet before somebody does; worst first, then the newest. */
export function bySeverity(list: Alarm[]): Alarm[] {
  return [...list].sort((a, b) => Number(!!a.ackedAt) - Number(!!b.ackedAt) || order[a.severity] - order[b.severity] || Date.parse(b.openedAt) - Date.parse(a.openedAt))
}

/** The alarms that should be heard: new, with sound, and nobody cares yet. */
export function audible(list: Alarm[], heard: ReadonlySet<string>): Alarm[] {
  return list.filter((a) => a.sound && !a.ackedAt && !heard.has(a.id))
}
