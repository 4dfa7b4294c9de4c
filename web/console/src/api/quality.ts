import { send, withQuery } from './http'
import type { Page } from './types'

const id = encodeURIComponent

export type InspectionState = 'open' | 'draft' | 'published' | 'appealed' | 'settled' | 'void'
export type InspectionAction = 'save' | 'publish' | 'assign' | 'void' | 'appeal' | 'settle'

export interface InspectionSummary {
  id: string
  call: string
  agent: string
  agentName: string
  callAt: string
  queueName: string
  seconds: number
  rating: 1 | 2 | 3 | null
  why: 'sample' | 'dissatisfied' | 'long' | 'chosen'
  inspector: string
  inspectorName: string
  state: InspectionState
  points: number | null
  most: number | null
  passed: boolean | null
  critical: boolean
  dueAt: string
  overdue: boolean
  publishedAt: string | null
  appealUntil: string | null
}

export interface SheetItem {
  code: string
  name: string
  hint?: string
  max: number
  critical?: boolean
}

export interface SheetSection {
  name: string
  items: SheetItem[]
}

export interface Sheet {
  id: string
  name: string
  version: number
  pass: number
  appealDays: number
  most: number
  sections: SheetSection[]
  madeByName: string
  madeAt: string
}

export interface Note {
  at: number
  item: string
  text: string
}

export interface Marks {
  points: Record<string, number>
  hit: Record<string, boolean>
  notes: Note[]
  summary: string
}

export interface Inspection extends InspectionSummary {
  rev: number
  sheet: Sheet
  marks: Marks
  appeal: string
  appealedAt: string | null
  settledByName: string
  settledAt: string | null
  decision: '' | 'kept' | 'changed'
  answer: string
  firstPoints: number | null
  can: InspectionAction[]
  history: { at: string; by: string; byName: string; action: string; from: string; to: string; points: number | null; note: string }[]
  ticketNumbers: string[]
}

export interface PlanRules {
  perAgent: number
  percent: number
  queues: string[]
  shortest: number
  dissatisfied: boolean
  longerThan: number
  seed: string
  inspectors: string[]
  dueDays: number
}

export interface Plan {
  id: string
  rev: number
  name: string
  sheet: string
  active: boolean
  rules: PlanRules
  changedByName: string
  changedAt: string
}

export interface Pick {
  call: string
  agent: string
  agentName: string
  at: string
  queueName: string
  seconds: number
  rating: number | null
  why: InspectionSummary['why']
  inspectorName: string
}

export interface AgentQuality {
  agent: string
  agentName: string
  inspected: number
  points: number
  most: number
  passed: number
  critical: number
  appealed: number
  changed: number
}

export interface ItemQuality {
  sheet: string
  code: string
  name: string
  critical: boolean
  marked: number
  points: number
  most: number
  full: number
  hit: number
}

export interface QualityFigures {
  all: AgentQuality
  agents: AgentQuality[]
  items: ItemQuality[]
}

const at = (ref: string) => `/api/quality/inspections/${id(ref)}`

export const quality = {
  list: (q: { state?: string; agent?: string; mine?: boolean; overdue?: boolean; page: number; pageSize: number }) =>
    send<Page<InspectionSummary>>('GET', withQuery('/api/quality/inspections', { ...q })),
  choose: (call: string, agent: string) => send<Inspection>('POST', '/api/quality/inspections', { call, agent }),
  get: (ref: string) => send<Inspection>('GET', at(ref)),
  save: (ref: string, rev: number, marks: Marks) => send<Inspection>('PUT', at(ref), { rev, marks }),
  publish: (ref: string, rev: number) => send<Inspection>('POST', `${at(ref)}/publish`, { rev }),
  assign: (ref: string, rev: number, inspector: string) => send<Inspection>('POST', `${at(ref)}/assign`, { rev, inspector }),
  annul: (ref: string, rev: number, reason: string) => send<Inspection>('POST', `${at(ref)}/void`, { rev, reason }),
  settle: (ref: string, rev: number, decision: 'kept' | 'changed', marks: Marks, reason: string) =>
    send<Inspection>('POST', `${at(ref)}/settle`, { rev, decision, marks, reason }),
  inspectors: () => send<{ items: { number: string; name: string }[] }>('GET', '/api/quality/inspectors'),
  sheets: () => send<{ items: Sheet[] }>('GET', '/api/quality/sheets'),
  putSheet: (sheet: { name: string; based: number; pass: number; appealDays: number; sections: SheetSection[] }) => send<Sheet>('POST', '/api/quality/sheets', sheet),
  plans: () => send<{ items: Plan[] }>('GET', '/api/quality/plans'),
  putPlan: (p: { id?: string; rev: number; name: string; sheet: string; active: boolean; rules: PlanRules }) => {
    const { id: ref, ...body } = p
    return ref ? send<Plan>('PUT', `/api/quality/plans/${id(ref)}`, body) : send<Plan>('POST', '/api/quality/plans', body)
  },
  preview: (ref: string, from: string, to: string) => send<{ items: Pick[]; total: number }>('POST', `/api/quality/plans/${id(ref)}/preview`, { from, to }),
  draw: (ref: string, from: string, to: string) => send<{ made: number }>('POST', `/api/quality/plans/${id(ref)}/draw`, { from, to }),
  figures: (from: string, to: string) => send<QualityFigures>('GET', withQuery('/api/quality/figures', { from, to })),
  exportAddress: (from: string, to: string, lang: string) => withQuery('/api/quality/export', { from, to, lang }),
  mine: (page: number, pageSize: number) => send<Page<InspectionSummary>>('GET', withQuery('/api/quality/mine', { page, pageSize })),
  mineOne: (ref: string) => send<Inspection>('GET', `/api/quality/mine/${id(ref)}`),
  appeal: (ref: string, rev: number, reason: string) => send<Inspection>('POST', `/api/quality/mine/${id(ref)}/appeal`, { rev, reason }),
}
