import type { Call, Party } from '../api/types'

// Who is with whom, in one sentence: a key of the messages (talk.…) and what
// fills it. The bar says it in words because four chips do not.

export interface Sentence {
  key: string
  who: string
  /** Since when, where the sentence has a clock. */
  since: string
}

/** 8002 李梅, or the masked number of somebody outside. */
export function nameOf(p: Party | undefined): string {
  if (!p) return ''
  return p.kind === 'agent' ? [p.agent, p.name].filter(Boolean).join(' ') : [p.name, p.number].filter(Boolean).join(' ')
}

export function customerOf(c: Call): Party | undefined {
  return c.parties.find((p) => p.kind === 'customer')
}

/** The colleague or number that the responsible agent asked in. */
export function guestOf(c: Call): Party | undefined {
  return c.parties.find((p) => p.kind !== 'customer' && p.purpose !== 'listen' && p.state !== 'listening')
}

/** The agent who has the call: whom a guest is asked by, whom a listener hears. */
export function leadOf(c: Call): Party | undefined {
  const agents = c.parties.filter((p) => p.kind === 'agent' && p.state !== 'listening')
  return agents.find((p) => p.purpose === 'talk' || p.purpose === '') ?? agents[0]
}

/** Since when the customer hears music, or nothing when not. */
export function heldSince(c: Call): string {
  if (!c.held || c.role !== 'lead') return ''
  return customerOf(c)?.since ?? ''
}

/** What goes on in a call, as far as the bar says it; nothing for the plain case of a call that is over. */
export function sentenceOf(c: Call): Sentence {
  const say = (key: string, who = '', since = '') => ({ key, who, since })
  if (c.state === 'ended') return say('')
  if (c.away) return say('away')
  if (c.role === 'listener') return say(c.listening || 'listen', nameOf(leadOf(c)))
  if (c.role === 'guest') return guestSentence(c, say)
  if (c.direction === 'internal') return say(c.state === 'talking' ? 'internal' : c.state === 'dialling' ? 'dialling' : 'internalRings', nameOf(leadOf(c)))
  if (c.state === 'ringing') return say('rings')
  if (c.state === 'dialling') return say('dialling', c.number || nameOf(customerOf(c)))
  return leadSentence(c, say)
}

type Say = (key: string, who?: string, since?: string) => Sentence

function guestSentence(c: Call, say: Say): Sentence {
  const who = nameOf(leadOf(c))
  if (c.state === 'ringing') return say(c.parties.some((p) => p.purpose === 'help') ? 'asksHelp' : c.parties.some((p) => p.purpose === 'transfer') ? 'transfers' : 'asks', who)
  if (c.with === 'all') return say('guestAll', who)
  return say(c.with === 'customer' ? 'guestCustomer' : 'guest', who)
}

function leadSentence(c: Call, say: Say): Sentence {
  const guest = guestOf(c)
  if (!guest) return c.held ? say('held', '', heldSince(c)) : say(c.direction === 'out' ? 'callee' : 'customer')
  const who = nameOf(guest)
  if (guest.state === 'dialling' || guest.state === 'ringing') return say(c.held ? 'calling' : 'callingOpen', who, heldSince(c))
  if (c.with === 'all') return say('all', who)
  if (c.with === 'customer') return say('customerWaiting', who, guest.since)
  return c.held ? say('consulting', who, heldSince(c)) : say('consultingOpen', who)
}

const remindAfter = 60 // seconds

/** Whether something that should be short has gone on for long. */
export function tooLong(seconds: number): boolean {
  return seconds >= remindAfter
}
