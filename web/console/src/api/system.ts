import { send, withQuery } from './http'
import type { Page } from './types'

/** Allows or forbids numbers by how they begin and how long they are. */
export interface GuardRule {
  forbid: boolean
  prefix: string
  least: number
  most: number
  name: string
  trunk: string
  strip: number
  add: string
  caller: string
  atNight: boolean
}

export interface GuardCaps {
  agentHour: number
  agentDay: number
  siteHour: number
  sameNumber: number
  refused: number
  perTrunk: number
  trunks: Record<string, number>
  /** Minutes. */
  longest: number
}

/** What may be dialled: what a rule forbids is forbidden, what none allows too. */
export interface GuardPolicy {
  rules: GuardRule[]
  emergency: string[]
  trunk: string
  caller: string
  caps: GuardCaps
  night: { from: string; to: string; roles: string[] }
}

export interface GuardVersion {
  /** 0: nobody has made rules yet. */
  rev: number
  policy: GuardPolicy
  changedAt: string | null
  changedBy: string
  changedByName: string
  reason: string
}

/** The switch that stops calls to outside. */
export interface GuardSwitch {
  locked: boolean
  at: string | null
  by: string
  byName: string
  reason: string
}

export interface TrunkName {
  id: string
  name: string
}

export interface GuardCall {
  call: string
  agent: string
  agentName: string
  number: string
  trunk: string
  purpose: string
  since: string
}

export interface Guard extends GuardVersion {
  switch: GuardSwitch
  trunks: TrunkName[]
  calls: GuardCall[]
}

/** What would become of a number. */
export interface GuardTrial {
  allowed: boolean
  ground: string
  words: string
  rule: string
  number: string
  trunk: string
  caller: string
  minutes: number
}

export type GuardEventKind = 'refused' | 'cut' | 'lock' | 'unlock' | 'policy'

export interface GuardEvent {
  id: string
  at: string
  kind: GuardEventKind
  ground: string
  words: string
  person: string
  personName: string
  call: string
  number: string
  rule: string
  limit: number
  reason: string
}

export type ContactKind = 'referral' | 'site' | 'level' | 'mobile' | 'other'

/** What people write about a contact. */
export interface ContactFields {
  name: string
  nameEn: string
  kind: ContactKind
  numbers: string[]
  trunk: string
  emergency: boolean
  told: boolean
  transfer: boolean
  words: string
  wordsEn: string
  category: string
  position: number
}

export interface Contact extends ContactFields {
  code: string
  active: boolean
  rev: number
  changedAt: string
  changedBy: string
  changedByName: string
}

export interface ContactChange {
  at: string
  by: string
  byName: string
  action: 'add' | 'change' | 'retire'
  as: Contact
}

export interface ReferralCount {
  code: string
  name: string
  category: string
  categoryName: string
  told: number
  transferred: number
}

export interface PersonMobile {
  number: string
  name: string
  agent: boolean
  /** Masked. */
  mobile: string
}

export type ListName = 'vip' | 'black'

/** A number on a list. */
export interface ListEntry {
  id: string
  list: ListName
  number: string
  prefix: boolean
  wholeNode: boolean
  priority: number
  reason: string
  notes: string
  from: string
  until: string | null
  addedBy: string
  addedByName: string
  addedAt: string
  endedAt: string | null
  endedBy: string
  endedByName: string
  endReason: string
  mine: boolean
}

/** What people decide about an entry. */
export interface ListTerms {
  priority: number
  reason: string
  notes: string
  until?: string
  forever?: boolean
}

const id = encodeURIComponent

/** The doors of the pages under “system”. */
export const system = {
  guard: () => send<Guard>('GET', '/api/guard'),
  changeGuard: (rev: number, policy: GuardPolicy, reason: string) => send<Guard>('PUT', '/api/guard', { rev, policy, reason }),
  guardVersions: () => send<GuardVersion[]>('GET', '/api/guard/versions'),
  turn: (lock: boolean, reason: string) => send<GuardSwitch>('POST', `/api/guard/${lock ? 'lock' : 'unlock'}`, { reason }),
  tryNumber: (number: string, agent: string) => send<GuardTrial>('POST', '/api/guard/try', { number, ...(agent && { agent }) }),
  guardEvents: (q: { from?: string; to?: string; kind?: string; page?: number; pageSize?: number }) =>
    send<Page<GuardEvent>>('GET', withQuery('/api/guard/events', { ...q })),

  contacts: () => send<{ items: Contact[]; trunks: TrunkName[] }>('GET', '/api/contacts'),
  putContact: (code: string, rev: number, fields: ContactFields) => send<Contact>('PUT', `/api/contacts/${id(code)}`, { rev, ...fields }),
  retireContact: (code: string, rev: number) => send<Contact>('POST', `/api/contacts/${id(code)}/retire`, { rev }),
  contactHistory: (code: string) => send<ContactChange[]>('GET', `/api/contacts/${id(code)}/history`),
  usualContacts: () => send<{ items: Contact[]; trunks: TrunkName[] }>('POST', '/api/contacts/usual'),
  referrals: (from: string, to: string) => send<ReferralCount[]>('GET', withQuery('/api/contacts/referrals', { from, to })),

  mobiles: () => send<PersonMobile[]>('GET', '/api/people/mobiles'),
  setMobile: (number: string, mobile: string) => send<void>('PUT', `/api/people/${id(number)}/mobile`, { mobile }),

  list: (list: ListName, q: { ended?: boolean; q?: string; page?: number; pageSize?: number }) =>
    send<Page<ListEntry>>('GET', withQuery(`/api/lists/${list}`, { ...q })),
  addEntry: (list: ListName, body: ListTerms & { number: string; prefix: boolean; wholeNode: boolean }) =>
    send<ListEntry>('POST', `/api/lists/${list}`, body),
  changeEntry: (entry: string, terms: ListTerms) => send<ListEntry>('PUT', `/api/lists/entries/${id(entry)}`, terms),
  endEntry: (entry: string, reason: string) => send<void>('POST', `/api/lists/entries/${id(entry)}/end`, { reason }),
  revealEntry: (entry: string, reason: string) => send<{ number: string }>('POST', `/api/lists/entries/${id(entry)}/reveal`, { reason }),
}
