import { reactive } from 'vue'
import { asProblem, type Problem } from '../api/problem'
import type { Ticket, TicketFields } from '../api/types'
import { asTicket, emptyFields, fieldsOf, fillEmpty } from './fields'
import type { Keep } from './keep'

export type DraftStatus = 'clean' | 'dirty' | 'saving' | 'failed' | 'conflict'

export interface DraftState {
  ticket: Ticket | null
  fields: TicketFields
  status: DraftStatus
  /** When the server last took it, in ms. */
  savedAt: number | null
  /** When the next try comes by itself, in ms. */
  retryAt: number | null
  problem: Problem | null
  /** What somebody else has stored meanwhile. */
  theirs: Ticket | null
  /** False when unsaved typing could not even be kept on this machine. */
  kept: boolean
}

/** What a draft asks of the world. */
export interface DraftWorld {
  create(fields: TicketFields): Promise<Ticket>
  save(id: string, rev: number, fields: TicketFields): Promise<Ticket>
  load(id: string): Promise<Ticket>
  keep: Keep
  now(): number
  /** Runs f after ms unless the returned function is called first. */
  later(f: () => void, ms: number): () => void
}

const pause = 800 // of typing before it is sent
const longest = 4000 // that typing may go unsent while it does not pause
const retries = [1000, 2000, 5000, 10_000, 30_000]

/**
 * Draft is one form being filled in. Every change is kept on this machine at
 * once and sent to the server when typing pauses; what the server has is
 * removed from this machine. Nothing typed is given up without the person's
 * own decision: a failed save is retried, a stale one asks.
 */
export class Draft {
  readonly state: DraftState
  private saved: string
  private running: Promise<boolean> | null = null
  private dirtySince: number | null = null
  private failures = 0
  private cancelTimer: (() => void) | null = null
  private closed = false

  /** Name is where unsaved typing is kept before the ticket has an id. */
  constructor(
    private readonly world: DraftWorld,
    private readonly name: string,
    start: Ticket | TicketFields,
  ) {
    const ticket = asTicket(start) ?? null
    this.state = reactive<DraftState>({
      ticket, fields: fieldsOf(start), status: 'clean', savedAt: null, retryAt: null, problem: null, theirs: null, kept: true,
    }) as DraftState
    this.saved = this.text()
    this.takeKept()
  }

  /** A new form, for a call or without one, which the server does not know yet. */
  static fresh(world: DraftWorld, name: string, callId?: string): Draft {
    return new Draft(world, name, emptyFields(callId))
  }

  /** To be called after every change of state.fields. */
  touched(): void {
    if (this.closed || this.state.status === 'conflict') return this.remember()
    if (this.text() === this.saved) {
      if (!this.running && this.state.ticket) this.settle()
      return
    }
    this.remember()
    if (this.state.status !== 'saving') this.state.status = 'dirty'
    const now = this.world.now()
    this.dirtySince ??= now
    this.schedule(Math.max(0, Math.min(pause, this.dirtySince + longest - now)))
  }

  /** Sends what is not stored yet; true when everything is stored. */
  async save(): Promise<boolean> {
    while (this.running) await this.running
    if (this.closed || this.state.status === 'conflict') return false
    if (this.state.ticket && this.text() === this.saved) {
      this.settle()
      return true
    }
    this.running = this.send().finally(() => (this.running = null))
    return this.running
  }

  /** Stores what is on the screen over what somebody else stored. */
  async keepMine(): Promise<boolean> {
    if (this.state.theirs) this.state.ticket = this.state.theirs
    this.leaveConflict('dirty')
    return this.save()
  }

  /** Gives up what is on the screen for what somebody else stored. */
  takeTheirs(): void {
    if (!this.state.theirs) return
    this.adopt(this.state.theirs)
  }

  /** Shows the ticket as the server now has it, after an action. */
  adopt(ticket: Ticket): void {
    this.state.ticket = ticket
    this.state.fields = fieldsOf(ticket)
    this.saved = this.text()
    this.leaveConflict('clean')
    this.settle()
  }

  /** Ends all timers; what is unsaved, or typed after this, is kept on this machine. */
  close(): void {
    this.closed = true
    this.unschedule()
  }

  /** Whether leaving now would leave typing behind that the server does not have. */
  get unsaved(): boolean {
    return this.state.status !== 'clean' && this.text() !== this.saved
  }

  private async send(): Promise<boolean> {
    this.unschedule()
    const sent = this.text()
    const fields = JSON.parse(sent) as TicketFields
    const before = this.state.ticket
    this.state.status = 'saving'
    this.state.retryAt = null
    try {
      const ticket = before ? await this.world.save(before.id, before.rev, fields) : await this.world.create(fields)
      this.stored(ticket, sent, before === null)
      return this.text() === this.saved
    } catch (thrown) {
      await this.failed(asProblem(thrown))
      return false
    }
  }

  private stored(ticket: Ticket, sent: string, born: boolean): void {
    this.state.ticket = ticket
    this.failures = 0
    this.state.savedAt = this.world.now()
    this.state.problem = null
    this.saved = sent
    if (born) {
      const untouched = this.text() === sent
      fillEmpty(this.state.fields, ticket)
      if (untouched && JSON.stringify(fieldsOf(ticket)) === this.text()) this.saved = this.text()
      this.world.keep.drop(this.name)
    }
    if (this.text() === this.saved) return this.settle()
    this.dirtySince = null
    this.state.status = 'dirty'
    this.touched()
  }

  private async failed(problem: Problem): Promise<void> {
    this.state.problem = problem
    this.remember()
    if (problem.status === 409 && this.state.ticket) {
      const theirs = asTicket(problem.current) ?? (await this.world.load(this.state.ticket.id).catch(() => undefined))
      if (theirs) return this.meet(theirs)
    }
    this.state.status = 'failed'
    if (problem.passing || problem.status === 401 || problem.status === 409) {
      const wait = retries[Math.min(this.failures, retries.length - 1)]
      this.failures++
      this.state.retryAt = this.world.now() + wait
      this.schedule(wait)
    }
  }

  /** Somebody else stored something: no conflict if it is the same. */
  private meet(theirs: Ticket): void {
    if (JSON.stringify(fieldsOf(theirs)) === this.text()) return this.adopt(theirs)
    this.state.theirs = theirs
    this.state.status = 'conflict'
  }

  private takeKept(): void {
    const kept = this.world.keep.get(this.keptName)
    if (!kept) return
    const { ticket } = this.state
    this.state.fields = fieldsOf(kept.fields)
    if (ticket && this.text() === this.saved) return this.settle()
    if (ticket && kept.rev !== ticket.rev) return this.meet(ticket)
    this.state.status = 'dirty'
    this.schedule(0)
  }

  private remember(): void {
    this.state.kept = this.world.keep.put(this.keptName, {
      fields: JSON.parse(this.text()) as TicketFields, rev: this.state.ticket?.rev ?? 0, at: this.world.now(),
    })
  }

  private settle(): void {
    this.unschedule()
    this.dirtySince = null
    Object.assign(this.state, { status: 'clean', problem: null, retryAt: null, kept: true })
    this.world.keep.drop(this.keptName)
  }

  private leaveConflict(status: DraftStatus): void {
    Object.assign(this.state, { status, theirs: null, problem: null })
  }

  private schedule(ms: number): void {
    this.unschedule()
    if (this.closed) return
    this.cancelTimer = this.world.later(() => {
      this.cancelTimer = null
      void this.save()
    }, ms)
  }

  private unschedule(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
  }

  private get keptName(): string {
    return this.state.ticket?.id ?? this.name
  }

  private text(): string {
    return JSON.stringify(fieldsOf(this.state.fields))
  }
}
