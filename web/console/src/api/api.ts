import { send, withQuery } from './http'
import type {
  Board, CallDetail, CallerInfo, CallRecord, Category, Desk, Me, Page, PhoneKind, Region, Sip, Ticket, TicketAction,
  TicketFields, TicketSummary, TrendPoint, Waveform,
} from './types'

const id = encodeURIComponent

export interface CallQuery {
  mine?: boolean
  from?: string
  to?: string
  result?: string
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
  signIn: (phone: PhoneKind) => send<{ desk: Desk; sip: Sip | null }>('POST', '/api/desk/sign-in', { phone }),
  sip: () => send<Sip>('POST', '/api/desk/sip'),
  signOut: () => send<Desk>('POST', '/api/desk/sign-out'),
  ready: () => send<Desk>('POST', '/api/desk/ready'),
  notReady: (reason: string) => send<Desk>('POST', '/api/desk/not-ready', { reason }),
  hangUp: () => send<Desk>('POST', '/api/desk/hangup'),
  extendWrapUp: (extendSeconds: number) => send<Desk>('POST', '/api/desk/wrap-up', { extendSeconds }),

  calls: (q: CallQuery) => send<Page<CallRecord>>('GET', withQuery('/api/calls', { ...q })),
  call: (call: string) => send<CallDetail>('GET', `/api/calls/${id(call)}`),
  caller: (call: string) => send<CallerInfo>('GET', `/api/calls/${id(call)}/caller`),
  revealCaller: (call: string, reason: string) =>
    send<{ number: string }>('POST', `/api/calls/${id(call)}/reveal`, { reason }),
  waveform: (call: string) => send<Waveform>('GET', `/api/calls/${id(call)}/waveform`),
  /** Where the browser's audio element reads the recording. */
  recordingAddress: (call: string) => `/api/calls/${id(call)}/recording`,

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
