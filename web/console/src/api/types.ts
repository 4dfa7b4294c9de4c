// The shapes of the HTTP contract, written by hand until `npm run api`
// generates them from the program's /openapi.json. Times are RFC 3339 in UTC,
// durations are seconds, numbers of callers are masked unless said otherwise.

export type Permission = 'desk' | 'tickets' | 'calls' | 'all_calls' | 'recordings' | 'board' | 'tasks' | 'supervise' | 'figures' | 'custody' | 'quality' | 'system'
/** The page of the person's job, named as its permission; none: the roles open no page yet. */
export type Home = Permission | 'none'

/** Who is logged in. */
export interface Me {
  number: string
  name: string
  roles: string[]
  permissions: Permission[]
  site: { code: string; name: string; areaCode: string }
  home: Home
  /** The session ends after so many seconds without activity. */
  idleSeconds: number
  expiresAt: string
  mustChangePassword: boolean
}

export type SeatState = 'signed_out' | 'ready' | 'ringing' | 'talking' | 'wrap_up' | 'not_ready' | 'offline'
export type PhoneKind = 'browser' | 'desk' | 'mobile' | ''

/** Why a seat takes no calls; only selectable ones may be chosen by a person. */
export interface Reason {
  code: string
  name: string
  nameEn: string
  selectable: boolean
}

/** Somebody in a call besides the person who looks at it. */
export interface Party {
  leg: string
  kind: 'customer' | 'agent' | 'outside'
  agent: string
  name: string
  /** Masked. */
  number: string
  state: 'dialling' | 'ringing' | 'talking' | 'held' | 'waiting' | 'listening'
  purpose: string
  since: string
}

/** What may be done with a call now, as the server offers it. */
export type CallOperation =
  | 'hold' | 'retrieve' | 'mute' | 'unmute' | 'keys' | 'consult' | 'cancel-consult' | 'swap' | 'complete' | 'transfer' | 'conference'
  | 'leave' | 'drop' | 'rate' | 'mask' | 'unmask' | 'refer' | 'hangup' | 'help' | 'listen' | 'whisper' | 'barge' | 'take-over' | 'dial'

export type ListenMode = 'listen' | 'whisper' | 'barge'

/** The call at a seat: ringing, being dialled, talking, or the one just ended. */
export interface Call {
  id: string
  direction: 'in' | 'out' | 'internal'
  /** Responsible agent, consulted or conferenced colleague, or supervisor. */
  role: 'lead' | 'guest' | 'listener'
  state: 'ringing' | 'dialling' | 'talking' | 'ended'
  held: boolean
  muted: boolean
  /** The recording is paused. */
  masked: boolean
  /** Since when the recording is silent. */
  maskedAt?: string | null
  /** The agent's phone is lost; it rings again as soon as it registers. */
  away: boolean
  listening: '' | ListenMode
  /** Whom the person hears now. */
  with: 'customer' | 'guest' | 'all' | ''
  /** Everybody but the person who looks. */
  parties: Party[]
  /** The far side of a call that was made here, masked. */
  number: string
  ticket: string
  task: string
  can: CallOperation[]
  caller: string
  callerName: string
  region: string
  called: string
  queue: string
  queueName: string
  language: string
  path: string[]
  arrivedAt: string
  queuedAt: string | null
  offeredAt: string | null
  answeredAt: string | null
  endedAt: string | null
  waitedSeconds: number
}

/** An agent's own seat. */
export interface Desk {
  agent: string
  name: string
  state: SeatState
  reason: string
  since: string | null
  /** What the seat becomes after the call: a not-ready reason, or nothing. */
  next: string
  wrapUpUntil: string | null
  /** nailed: the line stays up between calls; lineUp: it is up now. */
  phone: { kind: PhoneKind; id: string; online: boolean; nailed: boolean; lineUp: boolean }
  call: Call | null
  today: { answered: number; missed: number; talkSeconds: number }
  reasons: Reason[]
  serverTime: string
}

/** Whom a call may be brought to. */
export type Target =
  | { kind: 'agent'; agent: string }
  | { kind: 'number'; number: string }
  | { kind: 'contact'; code: string }
  | { kind: 'queue'; queue: string }
  | { kind: 'help' }

export interface TargetAgent {
  number: string
  name: string
  site: string
  siteName: string
  state: SeatState
  since: string | null
  skills: string[]
}

export interface TargetQueue {
  code: string
  name: string
  waiting: number
  ready: number
}

/** A number that the site keeps: another service, site or level. */
export interface Contact {
  code: string
  name: string
  number: string
  kind: 'referral' | 'site' | 'level' | 'mobile' | 'other'
  emergency: boolean
  /** Callers can be transferred there; told: its number can be told to them. */
  transfer: boolean
  told: boolean
  /** What to say to the caller. */
  words: string
}

export interface Targets {
  agents: TargetAgent[]
  queues: TargetQueue[]
  contacts: Contact[]
  /** How many could be asked for help now. */
  help: number
}

/** What a call is made to; a masked number goes by the call or work item it came from. */
export type Dial = ({ number: string } | { agent: string } | { callId: string } | { task: string }) & { ticket?: string }

/** A break that the roster plans. */
export interface PlannedBreak {
  from: string
  to: string
  name: string
}

/** Short-lived SIP credentials of a browser telephone. */
export interface Sip {
  uri: string
  user: string
  password: string
  realm: string
  /** A path on this host, or an absolute WebSocket address. */
  ws: string
  expiresAt: string
}

export type CallResult =
  | 'answered' | 'abandoned_flow' | 'abandoned_queue' | 'message' | 'transferred' | 'flow_ended' | 'lost' | 'refused' | 'callback' | 'not_reached' | ''

export interface CallRecord {
  id: string
  site: string
  direction: string
  caller: string
  region: string
  called: string
  trunk: string
  queue: string
  queueName: string
  agent: string
  agentName: string
  result: CallResult
  arrivedAt: string
  queuedAt: string | null
  answeredAt: string | null
  endedAt: string | null
  waitedSeconds: number
  talkSeconds: number
  path: string[]
  rating: 1 | 2 | 3 | null
  endedBy: 'caller' | 'agent' | 'system' | ''
  cause: string
  recording: 'none' | 'pending' | 'ready' | 'failed' | 'erasing' | 'erased'
  ticketNumbers: string[]
  firstQueue: string
  transfers: number
  heldSeconds: number
  /** The recording is silent in places. */
  masked: boolean
  conference: boolean
  message: boolean
  callback: boolean
  /** Of an outbound call: why, and what it was made for. */
  purpose: string
  ticket: string
  task: string
}

export interface Leg {
  id: string
  kind: 'caller' | 'agent'
  agent: string
  agentName: string
  phone: string
  startedAt: string
  ringingAt: string | null
  answeredAt: string | null
  endedAt: string | null
  outcome: string
  cause: string
}

export interface Offer {
  agent: string
  agentName: string
  offeredAt: string
  ringingAt: string | null
  answeredAt: string | null
  endedAt: string | null
  result: string
}

export interface CallDetail extends CallRecord {
  legs: Leg[]
  offers: Offer[]
  tickets: TicketSummary[]
}

/** What the site knows about whoever is calling. */
export interface CallerInfo {
  caller: string
  region: string
  earlierCalls: CallRecord[]
  openTickets: TicketSummary[]
  blacklisted: boolean
  vip: boolean
}

/** Loudness peaks between 0 and 1 of the two sides of a recording. */
export interface Waveform {
  seconds: number
  left: number[]
  right: number[]
  /** Where the recording was paused, in seconds: both sides are silent. */
  masked?: { from: number; to: number }[]
  talks?: { from: number; to: number; agent: string; agentName: string }[]
  /** False: somebody else's conversation, which is heard for a reason. */
  own?: boolean
}

export type BusinessType = 'complaint' | 'inquiry' | 'suggestion' | 'help'
export type Urgency = 'normal' | 'urgent' | 'critical'
export type Sex = '' | 'male' | 'female'
export type TicketState =
  | 'draft' | 'review' | 'dispatch' | 'sign' | 'handling' | 'reply_review' | 'done' | 'followup' | 'archived'
  | 'approval' | 'transferred' | 'split' | 'merged' | 'not_accepted' | 'cancelled'

/** What a person fills in. */
export interface TicketFields {
  callId?: string
  businessType: BusinessType
  category: string
  channel: string
  urgency: Urgency
  caller: {
    name: string
    sex: Sex
    contactNumber: string
    anonymous: boolean
    confidential: boolean
    language: string
  }
  subject: { unit: string; plate: string; line: string; time: string; region: string; address: string }
  title: string
  content: string
  demand: string
  reply: string
  tags: string[]
  knowledge: string[]
}

export type TicketAction = 'submit' | 'instant_reply' | 'refer' | 'cancel' | 'restore'

/** What may be done with a ticket now, and what happens then. */
export interface ActionOffer {
  action: TicketAction
  label: string
  allowed: boolean
  next: string
  refusal?: string
}

export interface TicketLogEntry {
  at: string
  by: string
  byName: string
  action: string
  actionName?: string
  from: string
  to: string
  note: string
}

export interface Ticket extends TicketFields {
  /** False: the reply was typed, but nobody has answered the caller with it. */
  replyGiven: boolean
  id: string
  number: string | null
  site: string
  state: TicketState
  stateName: string
  rev: number
  acceptedAt: string | null
  acceptedBy: string
  acceptedByName: string
  callerNumber: string
  calls: CallRecord[]
  actions: ActionOffer[]
  log: TicketLogEntry[]
  missing: string[]
  createdAt: string
  changedAt: string
}

export interface TicketSummary {
  id: string
  number: string | null
  state: TicketState
  stateName: string
  businessType: BusinessType
  businessTypeName: string
  category: string
  categoryName: string
  title: string
  urgency: Urgency
  callerMasked: string
  acceptedAt: string | null
  acceptedByName: string
  changedAt: string
}

export interface Category {
  code: string
  name: string
  nameEn?: string
  inScope?: boolean
  /** The number to tell the caller when the matter is out of scope. */
  referral?: string
  children?: Category[]
}

export interface Region {
  code: string
  name: string
  areaCodes?: string[]
}

export interface Page<T> {
  items: T[]
  total: number
}

/** A share kept as its two counts; d = 0 has no value. */
export interface Ratio {
  n: number
  d: number
  target?: number
}

/** The call at a seat, as the board shows it. */
export interface BoardCall {
  id: string
  /** The far side, masked. */
  caller: string
  direction: 'in' | 'out' | 'internal'
  role: 'lead' | 'guest' | 'listener'
  held: boolean
  masked: boolean
  away: boolean
  with: 'customer' | 'guest' | 'all' | ''
  /** Names of supervisors who listen, whisper or have barged in. */
  listening: string[]
}

export interface BoardSeat {
  agent: string
  name: string
  state: SeatState
  reason: string
  since: string | null
  phoneOnline: boolean
  caller: string
  queueName: string
  answered: number
  missed: number
  talkSeconds: number
  call: BoardCall | null
  skills: Record<string, number>
  /** The skills are for today only. */
  override: boolean
  phoneKind: PhoneKind
  nailed: boolean
  /** Waits for a supervisor's advice. */
  asksHelp: boolean
}

export interface BoardQueue {
  code: string
  name: string
  waiting: number
  longestSince: string | null
  ready: number
  staffed: number
  offered: number
  answered: number
  abandoned: number
  tenSecond: Ratio
  /** How far announced waits were from what came today. */
  waitError?: { calls: number; meanSeconds: number; biasSeconds: number } | null
}

export interface BoardLine {
  trunk: string
  name: string
  online: boolean
  inUse: number
  max: number
  failures: number
  carrier: string
  /** Of those in use, calls to customers. */
  outInUse: number
}

export interface WaitingCaller {
  call: string
  caller: string
  region: string
  queue: string
  queueName: string
  enteredAt: string
  position: number
  priority: number
  vip: boolean
  /** The caller has hung up and is to be called back in turn. */
  callback: boolean
  /** Name of the agent who spoke with the caller last. */
  prefers: string
}

/** How busy the server is; what it cannot tell is null. */
export interface Resources {
  cpuPercent: number | null
  memoryPercent: number | null
  diskPercent: number | null
  loadPerCore: number | null
  at: string
}

export interface Board {
  at: string
  /** False when what is shown is older than it should be. */
  live: boolean
  kpis: {
    waiting: number
    longestSince: string | null
    tenSecond: Ratio
    abandoned: Ratio
    answeredToday: number
    offeredToday: number
    seats: { online: number; ready: number; talking: number; wrapUp: number; notReady: number; offline: number }
  }
  seats: BoardSeat[]
  queues: BoardQueue[]
  lines: BoardLine[]
  waiting: WaitingCaller[]
  health: { switch: boolean; redis: boolean; postgres: boolean; journalLag: number }
  resources: Resources | null
  links: { name: string; online: boolean }[]
  /** Code → name. */
  skillNames: Record<string, string>
}

export interface TrendPoint {
  at: string
  offered: number
  answered: number
  abandoned: number
  tenSecond: Ratio
}

/** What a supervisor tells everybody at the site; a past end takes it down. */
export interface Notice {
  id: string
  text: string
  by: string
  byName: string
  at: string
  until: string
}

export type AlarmSeverity = 'minor' | 'warning' | 'critical'
export type AlarmUnit = 'seconds' | 'calls' | 'seats' | 'percent' | 'count' | 'flag'

/** Something that is or was wrong. */
export interface Alarm {
  id: string
  kind: string
  unit: AlarmUnit
  severity: AlarmSeverity
  sound: boolean
  subject: string
  /** Of the queue or line; empty: the site. */
  name: string
  threshold: number
  value: number
  worst: number
  begunAt: string
  openedAt: string
  ackedBy: string
  ackedByName: string
  ackedAt: string | null
  note: string
  closedAt: string | null
  why: '' | 'cleared' | 'gone' | 'dropped'
}

export type ByeReason = 'session_over' | 'signed_in_elsewhere' | 'restarting'

/** What the server pushes over /api/live. */
export type LiveMessage =
  | { type: 'tick'; at: string }
  | { type: 'desk'; at: string; data: Desk }
  | { type: 'board'; at: string; data: Board }
  | { type: 'notice'; at: string; data: Notice }
  | { type: 'alarm'; at: string; data: { open: Alarm[] } }
  | { type: 'bye'; reason: ByeReason }
