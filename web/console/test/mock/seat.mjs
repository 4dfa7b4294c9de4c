import { ago, call, reasons } from './data.mjs'

// One agent's seat, moved by the console and by /__mock/* as a caller would.

export class Seat {
  constructor(changed) {
    this.changed = changed
    this.reset()
  }

  reset() {
    Object.assign(this, { state: 'signed_out', reason: '', since: ago(0), next: '', wrapUpUntil: null, phone: { kind: '', id: '', online: false }, call: null })
  }

  view() {
    return {
      agent: '8001', name: '王秀英', state: this.state, reason: this.reason, since: this.since, next: this.next, wrapUpUntil: this.wrapUpUntil, phone: this.phone, call: this.call,
      today: { answered: 23, missed: 1, talkSeconds: 4127 }, reasons, serverTime: new Date().toISOString(),
    }
  }

  go(state, more = {}) {
    Object.assign(this, { state, since: ago(0), reason: '', wrapUpUntil: null }, more)
    this.changed()
    return this.view()
  }

  signIn(kind) { return this.go('not_ready', { reason: 'signed_in', phone: { kind, id: '8001', online: true }, call: null }) }
  ready() { return this.go('ready', { call: null, next: '' }) }
  notReady(reason) {
    if (['ringing', 'talking'].includes(this.state)) {
      this.next = reason
      this.changed()
      return this.view()
    }
    return this.go('not_ready', { reason, call: null })
  }
  ring() { return this.go('ringing', { call: call('ringing', 0) }) }
  talk() { return this.go('talking', { call: call('talking', 0) }) }
  end() { return this.go('wrap_up', { wrapUpUntil: ago(-60), call: call('ended') }) }
  extend(s) {
    this.wrapUpUntil = new Date(Date.parse(this.wrapUpUntil) + s * 1000).toISOString()
    this.changed()
    return this.view()
  }
}
