import { send, withQuery } from './http'
import type { CallRecord, Page, TicketSummary } from './types'

const id = encodeURIComponent

export type TaskKind = 'missed' | 'message' | 'callback' | 'low_rating' | 'lost'
export type TaskState = 'open' | 'taken' | 'done' | 'dropped'
export type TaskOutcome = 'reached' | 'answered' | 'ticket' | 'no_answer' | 'handled' | 'other' | ''
export type TaskOperation = 'take' | 'release' | 'done' | 'drop' | 'note' | 'assign' | 'dial' | 'transcript' | 'transcribe'

/** Work that calls left behind. */
export interface Task {
  id: string
  kind: TaskKind
  state: TaskState
  /** Nobody: it is everybody's. */
  owner: string
  ownerName: string
  /** Masked; empty when it is not known. */
  number: string
  region: string
  queueName: string
  /** The agent concerned, not the owner. */
  agentName: string
  call: string
  times: number
  firstAt: string
  lastAt: string
  dueAt: string
  overdue: boolean
  waitedSeconds: number
  attempts: number
  outcome: TaskOutcome
  closing: string
  transcript: string
  transcriptState: '' | 'pending' | 'ready' | 'failed' | 'typed'
  transcriptFault: string
  /** What makes sense now, for this person. */
  can: TaskOperation[]
}

export interface TaskLogEntry {
  at: string
  by: string
  byName: string
  action: string
  from: string
  to: string
  personName: string
  note: string
}

export interface TaskDetail extends Task {
  recording: CallRecord['recording']
  tries: { call: string; at: string; agent: string; agentName: string; result: string }[]
  log: TaskLogEntry[]
  calls: CallRecord[]
  earlier: CallRecord[]
  tickets: TicketSummary[]
}

export interface TaskCounts {
  open: number
  mine: number
  overdue: number
}

export interface TaskSettings {
  assign: 'none' | 'round_robin' | 'last_agent'
  missedSeconds: number
  mergeMinutes: number
  dueMissed: number
  dueMessage: number
  dueCallback: number
  dueLowRating: number
  dueLost: number
}

export interface TaskQuery {
  kind?: string
  state?: string
  owner?: string
  overdue?: boolean
  query?: string
  page?: number
  pageSize?: number
}

export interface Colleague {
  number: string
  name: string
  roles: string[]
  active: boolean
}

const move = (task: string, what: string, body?: unknown) => send<TaskDetail>('POST', `/api/tasks/${id(task)}/${what}`, body)

/** The doors of the work items. */
export const taskApi = {
  list: (q: TaskQuery) => send<Page<Task>>('GET', withQuery('/api/tasks', { ...q })),
  count: () => send<TaskCounts>('GET', '/api/tasks/count'),
  get: (task: string) => send<TaskDetail>('GET', `/api/tasks/${id(task)}`),
  take: (task: string) => move(task, 'take'),
  release: (task: string, note: string) => move(task, 'release', { note }),
  done: (task: string, outcome: string, note: string) => move(task, 'done', { outcome, note }),
  drop: (task: string, reason: string) => move(task, 'drop', { reason }),
  note: (task: string, note: string) => move(task, 'note', { note }),
  assign: (task: string, agent: string) => move(task, 'assign', { agent }),
  transcript: (task: string, text: string) => move(task, 'transcript', { text }),
  transcribe: (task: string) => move(task, 'transcribe'),
  reveal: (task: string, reason: string) => send<{ number: string }>('POST', `/api/tasks/${id(task)}/reveal`, { reason }),
  assignAll: (tasks: string[], agent: string) => send<{ given: number }>('POST', '/api/tasks/assign', { tasks, agent }),
  settings: () => send<TaskSettings>('GET', '/api/tasks/settings'),
  setSettings: (s: TaskSettings) => send<TaskSettings>('PUT', '/api/tasks/settings', s),
  people: () => send<Colleague[]>('GET', '/api/people'),
}
