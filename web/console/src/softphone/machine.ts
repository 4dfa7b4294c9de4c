// The browser telephone as a pure machine. Line: whether the switch can reach
// us. Call: what the one conversation is doing. Microphone: whether we can be
// heard. The class Softphone feeds it; the screen only reads it.

export type Line = 'off' | 'connecting' | 'registered' | 'lost' | 'refused' | 'elsewhere'
export type CallPhase = 'none' | 'ringing' | 'answering' | 'talking'
export type Microphone = 'unknown' | 'ready' | 'denied' | 'absent' | 'busy' | 'insecure' | 'gone'

export interface PhoneState {
  line: Line
  call: CallPhase
  muted: boolean
  microphone: Microphone
  /** The person pressed answer before the call had reached this browser. */
  eager: boolean
  /** The browser keeps the conversation silent until the person does something. */
  blocked: boolean
  /** Why the line or the last call failed, as the switch said it. */
  cause: string
}

export type PhoneEvent =
  | { kind: 'start' }
  | { kind: 'registered' }
  | { kind: 'disconnected' }
  | { kind: 'refused'; cause: string }
  | { kind: 'taken' }
  | { kind: 'stop' }
  /** itself: it is answered without a click. */
  | { kind: 'incoming'; itself?: boolean }
  | { kind: 'answer' }
  | { kind: 'confirmed' }
  | { kind: 'muted'; on: boolean }
  | { kind: 'blocked'; on: boolean }
  | { kind: 'over'; cause: string }
  | { kind: 'microphone'; is: Microphone }

export const silent: PhoneState = {
  line: 'off', call: 'none', muted: false, microphone: 'unknown', eager: false, blocked: false, cause: '',
}

const noCall = { call: 'none', muted: false, eager: false, blocked: false } as const

export function step(s: PhoneState, e: PhoneEvent): PhoneState {
  switch (e.kind) {
    case 'start':
      return { ...s, line: 'connecting', cause: '' }
    case 'registered':
      return s.line === 'off' || s.line === 'elsewhere' ? s : { ...s, line: 'registered', cause: '' }
    case 'disconnected':
      // Sound does not travel over the WebSocket: a conversation goes on.
      return s.line === 'off' || s.line === 'elsewhere' ? s : { ...s, line: 'lost' }
    case 'refused':
      return s.line === 'off' || s.line === 'elsewhere' ? s : { ...s, line: 'refused', cause: e.cause }
    case 'taken':
      return { ...s, ...noCall, line: 'elsewhere' }
    case 'stop':
      return { ...s, ...noCall, line: 'off', cause: '' }
    case 'incoming':
      return { ...s, call: s.eager || e.itself ? 'answering' : 'ringing', muted: false, blocked: false, cause: '' }
    case 'answer':
      if (s.call === 'ringing') return { ...s, call: 'answering' }
      return s.call === 'none' ? { ...s, eager: true } : s
    case 'confirmed':
      return s.call === 'none' ? s : { ...s, call: 'talking', eager: false }
    case 'muted':
      return s.call === 'talking' ? { ...s, muted: e.on } : s
    case 'blocked':
      return s.call === 'none' ? s : { ...s, blocked: e.on }
    case 'over':
      return { ...s, ...noCall, cause: e.cause }
    case 'microphone':
      return { ...s, microphone: e.is }
  }
}

/** Whether calls may be offered to this browser: it is reachable and can be heard. */
export function canServe(s: PhoneState): boolean {
  return s.line === 'registered' && s.microphone === 'ready'
}

/** Whether closing the page would cut somebody off. */
export function busy(s: PhoneState): boolean {
  return s.call !== 'none'
}
