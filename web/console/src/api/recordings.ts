import { send, withQuery } from './http'
import type { Page } from './types'

const id = encodeURIComponent

export interface Span {
  from: number
  to: number
}

export interface RecordingEntry {
  call: string
  direction: '' | 'in' | 'out' | 'internal'
  at: string | null
  number: string
  region: string
  queue: string
  queueName: string
  agents: { number: string; name: string }[]
  rating: 1 | 2 | 3 | null
  message: boolean
  masked: boolean
  held: boolean
  state: 'none' | 'pending' | 'ready' | 'failed' | 'erasing' | 'erased'
  seconds: number
  ticketNumbers: string[]
}

export interface RecordingDetail extends RecordingEntry {
  partial: boolean
  reason: string
  masks: Span[]
  holds: { by: string; byName: string; reason: string; since: string; until: string | null; liftedByName: string; liftedFor: string }[]
  heard: { at: string; by: string; byName: string; use: 'play' | 'download'; own: boolean; reason: string; spans: Span[] }[]
}

export interface RecordingQuery {
  from?: string
  to?: string
  number?: string
  agent?: string
  queue?: string
  ticket?: string
  rating?: number
  shortest?: number
  longest?: number
  direction?: string
  masked?: string
  message?: string
  held?: string
  page: number
  pageSize: number
}

export interface RetentionRule {
  kind: 'ticket' | 'talk' | 'message' | 'outbound' | 'internal'
  days: number
  changedByName?: string
  changedAt?: string | null
}

export const recordings = {
  search: (q: RecordingQuery) => send<Page<RecordingEntry>>('GET', withQuery('/api/recordings', { ...q })),
  get: (call: string) => send<RecordingDetail>('GET', `/api/recordings/${id(call)}`),
  hold: (call: string, reason: string) => send<RecordingDetail>('POST', `/api/recordings/${id(call)}/hold`, { reason }),
  release: (call: string, reason: string) => send<RecordingDetail>('POST', `/api/recordings/${id(call)}/release`, { reason }),
  downloadAddress: (call: string, reason: string) => withQuery(`/api/recordings/${id(call)}/download`, { reason }),
  retention: () => send<{ rules: RetentionRule[] }>('GET', '/api/recordings/retention'),
  setRetention: (kind: string, days: number) => send<{ rules: RetentionRule[] }>('PUT', '/api/recordings/retention', { kind, days }),
}
