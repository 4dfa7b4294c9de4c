import { send, withQuery } from './http'
import type {
  Board, CallDetail, CallerInfo, CallRecord, Category, Desk, Dial, ListenMode, Me, Page, PhoneKind, PlannedBreak, Region, Sip, Target, Targets, Ticket, TicketAction,
  TicketFields, TicketSummary, TrendPoint, Waveform,
} from './types'

const id = encodeURIComponent

export interface CallQuery {
  mine?: boolean
  from?: string
  to?: string
  result?: string
  direction?: string
  kind?: string
  q?: string
  page?: number
  pageSize?: number
}

export interface TicketQuery {
  state?: string
  q?: string
  mine?: boolean
  page?: number
  pageSize?: number
}

/** One function for each door of the HTTP contract. */
export const api = {
  session: () => send<Me>('GET', '/api/session'),
  logIn: (number: string, password: string) => send<Me>('POST', '/api/session', { number, password }),
  logOut: () => send<void>('DELETE', '/api/session'),
  changePassword: (old: string, next: string) => send<void>('POST', '/api/session/password', { old, new: next }),

  desk: () => send<Desk>('GET', '/api/desk'),
  signIn: (phone: PhoneKind, nailed: boolean, takeOver: boolean) =>
    send<{ desk: Desk; sip: Sip | null }>('POST', '/api/desk/sign-in', { phone, nailed, takeOver }),
  sip: () => send<Sip>('POST', '/api/desk/sip'),
  signOut: () => send<Desk>('POST', '/api/desk/sign-out'),
  ready: () => send<Desk>('POST', '/api/desk/ready'),
  notReady: (reason: string) => send<Desk>('POST', '/api/desk/not-ready', { reason }),
  hangUp: () => send<Desk>('POST', '/api/desk/hangup'),
  /** What needs no particulars: hold, retrieve, mute, unmute, mask, unmask, swap, complete, conference, leave, cancel-consult, rate. */
  deskDo: (operation: string) => send<Desk>('POST', `/api/desk/${operation}`),
  keys: (keys: string) => send<Desk>('POST', '/api/desk/keys', { keys }),
  consult: (target: Target) => send<Desk>('POST', '/api/desk/consult', { target }),
  transfer: (target: Target) => send<Desk>('POST', '/api/desk/transfer', { target }),
  drop: (leg: string) => send<Desk>('POST', '/api/desk/drop', { leg }),
  dial: (to: Dial) => send<Desk>('POST', '/api/desk/dial', to),
  refer: (code: string, how: 'told' | 'transfer') => send<Desk>('POST', '/api/desk/refer', { code, how }),
  targets: () => send<Targets>('GET', '/api/desk/targets'),
  breaks: () => send<{ next: PlannedBreak | null }>('GET', '/api/desk/breaks'),
  listen: (agent: string, mode: ListenMode) => send<unknown>('POST', `/api/seats/${id(agent)}/listen`, { mode }),
  takeOver: (agent: string) => send<unknown>('POST', `/api/seats/${id(agent)}/take-over`),
  extendWrapUp: (extendSeconds: number) => send<Desk>('POST', '/api/desk/wrap-up', { extendSeconds }),

  calls: (q: CallQuery) => send<Page<CallRecord>>('GET', withQuery('/api/calls', { ...q })),
  call: (call: string) => send<CallDetail>('GET', `/api/calls/${id(call)}`),
  caller: (call: string) => send<CallerInfo>('GET', `/api/calls/${id(call)}/caller`),
  revealCaller: (call: string, reason: string) =>
    send<{ number: string }>('POST', `/api/calls/${id(call)}/reveal`, { reason }),
  waveform: (call: string) => send<Waveform>('GET', `/api/calls/${id(call)}/waveform`),
  /** Where the browser's audio element reads the recording. */
  recordingAddress: (call: string, reason = '') => withQuery(`/api/calls/${id(call)}/recording`, { reason }),

  tickets: (q: TicketQuery) => send<Page<TicketSummary>>('GET', withQuery('/api/tickets', { ...q })),
  createTicket: (fields: TicketFields) => send<Ticket>('POST', '/api/tickets', fields),
  ticket: (ticket: string) => send<Ticket>('GET', `/api/tickets/${id(ticket)}`),
  saveTicket: (ticket: string, rev: number, fields: TicketFields) =>
    send<Ticket>('PUT', `/api/tickets/${id(ticket)}`, { rev, ...fields }),
  act: (ticket: string, action: TicketAction, body: { rev: number; note?: string; reply?: string }) =>
    send<Ticket>('POST', `/api/tickets/${id(ticket)}/actions/${action}`, body),
  revealTicket: (ticket: string, reason: string) =>
    send<{ callerNumber: string; contactNumber: string }>('POST', `/api/tickets/${id(ticket)}/reveal`, { reason }),

  categories: () => send<{ version: string; tree: Category[] }>('GET', '/api/categories'),
  region: (code: string) => send<Region[]>('GET', withQuery('/api/regions', { code })),
  regions: (parent: string) => send<Region[]>('GET', withQuery('/api/regions', { parent })),

  board: () => send<Board>('GET', '/api/board'),
  trend: (minutes: number) => send<{ points: TrendPoint[] }>('GET', withQuery('/api/board/trend', { minutes })),
}
