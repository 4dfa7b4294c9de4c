import { ago, call, reasons } from './data.mjs'

// One agent's seat, moved by the console and by a script as a caller would.

const customer = (state = 'talking') => ({ leg: 'c', kind: 'customer', agent: '', name: '', number: '138****1411', state, purpose: 'customer', since: ago(0) })
const colleague = (more = {}) => ({ leg: 'g', kind: 'agent', agent: '8002', name: '李梅', number: '', state: 'ringing', purpose: 'consult', since: ago(0), ...more })

export class Seat {
  constructor(changed) {
    this.changed = changed
    this.reset()
  }

  reset() {
    Object.assign(this, { state: 'signed_out', reason: '', since: ago(0), next: '', wrapUpUntil: null, phone: { kind: '', id: '', online: false, nailed: false, lineUp: false }, call: null, keys: '', done: [] })
  }

  view() {
    return {
      agent: '8001', name: '王秀英', state: this.state, reason: this.reason, since: this.since, next: this.next, wrapUpUntil: this.wrapUpUntil, phone: this.phone, call: this.call && { ...this.call, can: can(this.call) },
      today: { answered: 23, missed: 1, talkSeconds: 4127 }, reasons, serverTime: new Date().toISOString(),
    }
  }

  go(state, more = {}) {
    Object.assign(this, { state, since: ago(0), reason: '', wrapUpUntil: null }, more)
    this.changed()
    return this.view()
  }

  /** Changes the call, and tells. */
  alter(more) {
    Object.assign(this.call, more)
    this.changed()
    return this.view()
  }

  signIn(kind, nailed = false) {
    const phone = { kind, id: '8001', online: true, nailed, lineUp: nailed }
    return ['talking', 'ringing'].includes(this.state) ? this.go(this.state, { phone }) : this.go('not_ready', { reason: 'signed_in', phone, call: null })
  }
  ready() { return this.go('ready', { call: null, next: '' }) }
  notReady(reason) {
    if (['ringing', 'talking'].includes(this.state)) {
      this.next = reason
      this.changed()
      return this.view()
    }
    return this.go('not_ready', { reason, call: null })
  }
  ring(more = {}) { return this.go('ringing', { call: { ...call('ringing', 0), parties: [customer('waiting')], ...more } }) }
  talk(more = {}) { return this.go('talking', { call: { ...call('talking', 0), parties: [customer()], with: 'customer', ...more } }) }
  end() { return this.go('wrap_up', { wrapUpUntil: ago(-60), call: { ...call('ended'), direction: this.call?.direction ?? 'in', number: this.call?.number ?? '' } }) }
  extend(s) {
    this.wrapUpUntil = new Date(Date.parse(this.wrapUpUntil) + s * 1000).toISOString()
    this.changed()
    return this.view()
  }

  /** The phone was answered: an offered call, or one that this agent is in. */
  picked() {
    if (this.call?.away) return this.alter({ away: false })
    if (this.state === 'talking') return this.view()
    return this.talk()
  }
  /** The phone is gone in mid-call. */
  lost() {
    if (this.state !== 'talking') return
    this.phone = { ...this.phone, online: false }
    this.alter({ away: true })
  }
  registered(ringAgain) {
    this.phone = { ...this.phone, online: true }
    if (this.call?.away) setTimeout(ringAgain, 20)
  }

  // Inside a call.
  hold() { return this.alter({ held: true, with: '', parties: [customer('held')] }) }
  retrieve() { return this.alter({ held: false, with: 'customer', parties: [customer()] }) }
  consult(target) {
    const outside = target.kind === 'number' || target.kind === 'contact'
    const guest = outside ? colleague({ kind: 'outside', agent: '', name: target.kind === 'contact' ? '省中心' : '', number: '0571****8801', state: 'dialling' }) : target.kind === 'help' ? colleague({ agent: '8100', name: '李建国', purpose: 'help' }) : colleague({ agent: target.agent })
    return this.alter({ held: true, with: 'guest', parties: [customer('held'), guest] })
  }
  guestAnswers() { return this.guest({ state: 'talking', since: ago(0) }) }
  guest(more, rest = {}) { return this.alter({ ...rest, parties: [this.call.parties[0], { ...this.call.parties[1], ...more }] }) }
  'cancel-consult'() { return this.retrieve() }
  swap() {
    const back = this.call.with === 'guest'
    return this.alter({ held: !back, with: back ? 'customer' : 'guest', parties: [customer(back ? 'talking' : 'held'), { ...this.call.parties[1], state: back ? 'waiting' : 'talking', since: ago(0) }] })
  }
  conference() { return this.alter({ held: false, with: 'all', parties: [customer(), { ...this.call.parties[1], state: 'talking', purpose: 'conference' }] }) }
  drop() { return this.retrieve() }
  mute() { return this.alter({ muted: true }) }
  unmute() { return this.alter({ muted: false }) }
  mask() { return this.alter({ masked: true }) }
  unmask() { return this.alter({ masked: false }) }
  dial(to) {
    const number = to.agent ? '' : '139****0000'
    const parties = to.agent ? [colleague({ agent: to.agent, purpose: 'talk' })] : [{ ...customer('dialling'), number }]
    return this.go('talking', { call: { ...call('dialling', 0), id: `0199b3a2-out-${Date.now()}`, direction: to.agent ? 'internal' : 'out', number, ticket: to.ticket ?? '', task: to.task ?? '', queue: '', queueName: '', path: [], parties } })
  }
  farAnswers() { return this.alter({ state: 'talking', with: 'customer', answeredAt: ago(0), parties: this.call.parties.map((p) => ({ ...p, state: 'talking', since: ago(0) })) }) }

  // Other roles.
  asked(state = 'ringing') {
    const parties = [customer(state === 'ringing' ? 'held' : 'talking'), colleague({ agent: '8003', name: '赵敏', state: 'talking', purpose: state === 'ringing' ? 'help' : 'talk' })]
    return this.go(state, { call: { ...call(state, 4), role: 'guest', with: state === 'ringing' ? '' : 'all', parties } })
  }
  listens(listening = 'listen') { return this.go('talking', { call: { ...call('talking', 65), role: 'listener', listening, with: 'all', parties: [customer(), colleague({ agent: '8003', name: '赵敏', state: 'talking', purpose: 'talk', since: ago(65) })] } }) }
}

/** What the program would offer for the call as it stands. */
function can(c) {
  if (c.state === 'ended' || c.state === 'ringing') return []
  if (c.role === 'listener') return ['hangup', 'listen', 'whisper', 'barge', 'take-over']
  const always = ['hangup', c.muted ? 'unmute' : 'mute', 'keys']
  if (c.role === 'guest') return [...always, 'leave']
  if (c.state === 'dialling') return ['hangup', c.muted ? 'unmute' : 'mute']
  if (c.direction === 'internal') return always
  const guest = c.parties[1]
  const lead = [...always, c.masked ? 'unmask' : 'mask']
  if (!guest) return [...lead, c.held ? 'retrieve' : 'hold', 'consult', 'transfer', 'rate', 'refer', 'help']
  if (guest.state === 'ringing' || guest.state === 'dialling') return [...lead, 'cancel-consult']
  if (c.with === 'all') return [...lead, 'leave', 'drop', 'rate']
  return [...lead, 'cancel-consult', 'swap', 'complete', 'conference']
}
