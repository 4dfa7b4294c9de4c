// Digits go to the switch in the order in which they were pressed: one request
// at a time, and what is pressed meanwhile goes together with the next.

const most = 32 // digits in one request

/** Sends digits in order; what could not be sent is dropped, so that no digit arrives late. */
export class KeySender {
  private waiting = ''
  private busy = false

  constructor(private readonly send: (keys: string) => Promise<boolean>) {}

  press(d: string): void {
    this.waiting += d
    void this.drain()
  }

  private async drain(): Promise<void> {
    if (this.busy) return
    this.busy = true
    try {
      while (this.waiting) {
        const now = this.waiting.slice(0, most)
        this.waiting = this.waiting.slice(most)
        if (!(await this.send(now))) this.waiting = ''
      }
    } finally {
      this.busy = false
    }
  }
}
