// The shapes of the roster and of the staffing planner. Days are written as
// 2026-11-23, shares are 0 to 1, durations are seconds.

export type DayKind = 'workday' | 'weekend' | 'holiday'

export interface DayHead {
  date: string
  kind: DayKind
  name?: string
}

export interface PlannedBreak {
  reason: string
  reasonName?: string
  earliest: string
  latest: string
  minutes: number
}

export interface ShiftFields {
  name: string
  from: string
  to: string
  crossesMidnight: boolean
  breaks: PlannedBreak[]
  active: boolean
  position: number
}

export interface Shift extends ShiftFields {
  code: string
  minutes: number
}

export interface Rules {
  toleranceMinutes: number
  absentMinutes: number
}

export interface LeaveKind {
  code: string
  name: string
}

export interface ShiftBook {
  shifts: Shift[]
  rules: Rules
  leaveKinds: LeaveKind[]
}

export interface Cell {
  date: string
  shifts: string[]
  leave?: string
}

export interface RosterPerson {
  number: string
  name: string
  agent: boolean
  days: Cell[]
}

export interface Week {
  from: string
  today: string
  days: DayHead[]
  people: RosterPerson[]
  shifts: Shift[]
  leaveKinds: LeaveKind[]
}

export interface CellHistory extends Cell {
  changes: { at: string; by: string; byName: string; reason: string; before: string[]; after: string[] }[]
}

export type AttendanceState = 'planned' | 'due' | 'here' | 'break' | 'late' | 'absent' | 'left_early' | 'worked' | 'leave'

export interface Attendance {
  person: string
  name: string
  date: string
  shift: string
  shiftCode: string
  from: string
  to: string
  state: AttendanceState
  since: string
  signedInAt: string | null
  signedOutAt: string | null
  lateSeconds: number
  earlySeconds: number
  awaySeconds: number
  presentSeconds: number
}

export interface RosterNow {
  at: string
  missing: number
  expected: Attendance[]
  unexpected: { person: string; name: string; since: string }[]
}

export interface AttendanceDay {
  date: string
  today: boolean
  now: RosterNow
  items: Attendance[]
}

export interface Sheet {
  number: string
  name: string
  due: number
  worked: number
  late: number
  lateSeconds: number
  early: number
  absent: number
  leave: number
  plannedSeconds: number
  presentSeconds: number
  days: Attendance[]
}

export interface Month {
  month: string
  today: string
  days: DayHead[]
  people: Sheet[]
}

export interface ImportReport {
  checked: boolean
  changed: number
  same: number
  refused: number
  lines: { place: string; person: string; name: string; date: string; text: string; outcome: 'set' | 'same' | 'refused'; problem?: string }[]
}

export interface CopyReport {
  changed: number
  kept: number
  away: number
  refused: string[]
}

/** What a plan is made with; null while a field is empty. */
export interface Inputs {
  level: number
  withinSeconds: number
  occupancy: number
  talkSeconds: number
  wrapUpSeconds: number
  patienceSeconds: number
  ivrSeconds: number
  selfServed: number
  model: 'a' | 'c'
  shrinkage: number
  blocking: number
  factor: number
  minSeats: number
  handling: 'exponential' | 'lognormal'
  spread: number
}

export interface PlanAsk {
  from: string
  to: string
  day: string
  inputs?: Inputs
  daily?: number
  slots?: Record<string, number[]>
}

export interface PlanDay extends DayHead {
  basis: 'given' | 'weekday' | 'kind' | 'any' | 'none'
  basedOn: number
  arrivals: number
  peakSeats: number
  peakPeople: number
  peakTrunks: number
  peakAt: string
  personHours: number
  rosterHours: number
  short: number
}

export interface PlanRow {
  at: string
  arrivals: number
  handlingSeconds: number
  load: number
  seatsC: number
  seatsA: number
  seats: number
  people: number
  trunks: number
  level: number
  waitSeconds: number | null
  abandons: number
  occupancy: number
  simLevel: number | null
  simMargin: number | null
  simWaitSeconds: number | null
  roster: number
  rosterLevel: number | null
}

export interface Plan {
  from: string
  to: string
  day: string
  inputs: Inputs
  history: { from: string; days: number; arrivals: number; measured: Inputs | null; talks: number }
  days: PlanDay[]
  rows: PlanRow[]
}
