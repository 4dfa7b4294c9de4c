// Only one tab of a person's browser holds the telephone. The newer tab asks;
// the older one gives it up unless it has a call.

type Note = { type: 'ask' | 'given' | 'busy' }

/** The right to be the one tab with the telephone. */
export class TabLock {
  private readonly channel: BroadcastChannel | null
  private release: (() => void) | null = null

  constructor(
    private readonly name: string,
    /** Asked by another tab: true gives the telephone up. */
    private readonly mayTake: () => boolean,
    private readonly onTaken: () => void,
  ) {
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
    this.channel?.addEventListener('message', (e: MessageEvent<Note>) => this.heard(e.data))
  }

  get held(): boolean {
    return this.release !== null
  }

  /** Takes the lock if nobody has it, or nobody any more within so many ms. */
  async acquire(within = 0): Promise<boolean> {
    const deadline = Date.now() + within
    while (!(await this.acquireNow())) {
      if (Date.now() >= deadline) return false
      await new Promise((r) => setTimeout(r, 20))
    }
    return true
  }

  private async acquireNow(): Promise<boolean> {
    if (this.held || !navigator.locks) return true
    return new Promise((done) => {
      void navigator.locks.request(this.name, { ifAvailable: true }, (lock) => {
        done(lock !== null)
        return lock ? new Promise<void>((r) => (this.release = r)) : undefined
      })
    })
  }

  /** Asks the tab that has it, and takes it when given. False: it is in a call. */
  async take(): Promise<boolean> {
    if (await this.acquire()) return true
    const answer = await this.ask()
    if (answer === 'busy') return false
    return this.acquire(2000)
  }

  drop(): void {
    this.release?.()
    this.release = null
  }

  private ask(): Promise<Note['type'] | 'silent'> {
    return new Promise((done) => {
      const { channel } = this
      if (!channel) return done('silent')
      const hear = (e: MessageEvent<Note>) => e.data.type !== 'ask' && finish(e.data.type)
      const finish = (a: Note['type'] | 'silent') => {
        clearTimeout(timer)
        channel.removeEventListener('message', hear)
        done(a)
      }
      const timer = setTimeout(() => finish('silent'), 1500)
      channel.addEventListener('message', hear)
      channel.postMessage({ type: 'ask' } satisfies Note)
    })
  }

  private heard(note: Note): void {
    if (note.type !== 'ask' || !this.held) return
    if (!this.mayTake()) {
      this.channel?.postMessage({ type: 'busy' } satisfies Note)
      return
    }
    this.onTaken()
    this.drop()
    this.channel?.postMessage({ type: 'given' } satisfies Note)
  }
}
