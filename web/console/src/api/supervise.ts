import { send, withQuery } from './http'
import type { Alarm, AlarmSeverity, AlarmUnit, Notice, Page } from './types'

/** A rule that says when something is wrong. */
export interface AlarmRule {
  id: string
  rev: number
  kind: string
  /** A queue or line; empty: each of them, or the site. */
  subject: string
  threshold: number
  /** As good as this it is over. */
  clear: number
  holdSeconds: number
  settleSeconds: number
  severity: AlarmSeverity
  /** As 22:00; empty: none. */
  quietFrom: string
  quietTo: string
  sound: boolean
  active: boolean
  changedBy: string
  changedByName: string
  changedAt: string
}

/** Something that can be watched. */
export interface AlarmKind {
  kind: string
  unit: AlarmUnit
  scope: 'site' | 'queue' | 'trunk'
  /** Wrong is less than the threshold. */
  below: boolean
  most: number
}

export type RuleDraft = Omit<AlarmRule, 'changedBy' | 'changedByName' | 'changedAt'>

/** Skills of an agent: code → level from 1 to 9. */
export type Levels = Record<string, number>

/** Who should be here by the roster, and how it is. */
export interface RosterNow {
  expected: { person: string; name: string; shift: string; from: string; to: string; state: 'here' | 'late' | 'absent' | 'break' | 'left_early'; since: string | null }[]
  unexpected: { person: string; name: string }[]
}

const id = encodeURIComponent
const seat = (agent: string, what: string) => `/api/seats/${id(agent)}/${what}`

/** What a person decides about a rule; the server takes nothing else. */
const decided = (r: RuleDraft) => ({
  threshold: r.threshold, clear: r.clear, holdSeconds: r.holdSeconds, settleSeconds: r.settleSeconds, severity: r.severity,
  quietFrom: r.quietFrom, quietTo: r.quietTo, sound: r.sound, active: r.active,
})

/** What supervisors do, one function for each door of the HTTP contract. */
export const supervise = {
  ready: (agent: string) => send<unknown>('POST', seat(agent, 'ready')),
  notReady: (agent: string, reason: string) => send<unknown>('POST', seat(agent, 'not-ready'), { reason }),
  signOut: (agent: string) => send<unknown>('POST', seat(agent, 'sign-out')),
  listen: (agent: string, mode: string) => send<unknown>('POST', seat(agent, 'listen'), { mode }),
  takeOver: (agent: string) => send<unknown>('POST', seat(agent, 'take-over')),
  skills: (agent: string) => send<unknown>('GET', seat(agent, 'skills')),
  setSkills: (agent: string, skills: Levels) => send<unknown>('PUT', seat(agent, 'skills'), { skills }),
  move: (call: string, to: { queue?: string; priority?: number; agent?: string }) => send<unknown>('POST', `/api/waiting/${id(call)}/move`, to),

  broadcast: (text: string, minutes: number) => send<Notice>('POST', '/api/broadcast', { text, minutes }),
  takeBack: (notice: string) => send<void>('DELETE', `/api/broadcast/${id(notice)}`),

  alarms: () => send<{ open: Alarm[] }>('GET', '/api/alarms'),
  pastAlarms: (q: { from?: string; to?: string; page: number; pageSize: number }) => send<Page<Alarm>>('GET', withQuery('/api/alarms/history', q)),
  acknowledge: (alarm: string, note: string) => send<Alarm>('POST', `/api/alarms/${id(alarm)}/acknowledge`, { note }),
  alarmRules: () => send<{ rules: AlarmRule[]; kinds: AlarmKind[] }>('GET', '/api/alarms/rules'),
  addRule: (r: RuleDraft) => send<AlarmRule>('POST', '/api/alarms/rules', { kind: r.kind, subject: r.subject, ...decided(r) }),
  changeRule: (r: RuleDraft) => send<AlarmRule>('PUT', `/api/alarms/rules/${id(r.id)}`, { rev: r.rev, ...decided(r) }),
  removeRule: (rule: string) => send<void>('DELETE', `/api/alarms/rules/${id(rule)}`),

  /** Who should be here; nothing where there is no roster. */
  roster: () => send<RosterNow>('GET', '/api/roster/now'),
}
