import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, UA, UnRegisteredEvent } from 'jssip/lib/UA'
import { asProblem } from '../api/problem'
import type { Sip } from '../api/types'
import { audioConstraints, trouble } from './microphone'
import type { HeaderReader } from './selfanswer'
import { busy, type PhoneEvent, type PhoneState, step } from './machine'

/** What the telephone asks of the page around it. */
export interface PhoneWorld {
  /** Fresh credentials, when the switch refuses the old ones. */
  credentials(): Promise<Sip>
  /** Where the caller is heard. */
  speaker: HTMLAudioElement
  /** Whether a call is answered without a click, by the headers of its INVITE. */
  selfAnswer(header: HeaderReader): boolean
}

const renewals = [500, 2000, 5000, 10_000]
const gatherPause = 50 // after the first ICE candidate, for its siblings

/** A path on this host becomes an absolute WebSocket address. */
export function absolute(ws: string, at: Pick<Location, 'protocol' | 'host'>): string {
  if (/^wss?:/.test(ws)) return ws
  return `${at.protocol === 'https:' ? 'wss' : 'ws'}://${at.host}${ws.startsWith('/') ? '' : '/'}${ws}`
}

/** Ends the sound of a conversation without a word to the switch. */
function letGo(session: RTCSession): void {
  const { connection } = session
  for (const s of connection?.getSenders?.() ?? []) s.track?.stop()
  connection?.close()
}

/**
 * Softphone is the browser's telephone: registered at the switch over a
 * WebSocket, one conversation at a time. It writes what happens into `state`
 * and never throws for what the network does.
 */
export class Softphone {
  private ua: UA | null = null
  private session: RTCSession | null = null
  private renewTimer: ReturnType<typeof setTimeout> | undefined
  private refusals = 0
  private run = 0

  constructor(
    private readonly world: PhoneWorld,
    /** Owned by the page, changed only here. */
    readonly state: PhoneState,
  ) {}

  /** Fetches the SIP stack, so that start need not wait for it. */
  async preload(): Promise<void> {
    await import('jssip')
  }

  /** Registers with the given credentials. */
  async start(sip: Sip): Promise<void> {
    const run = ++this.run
    this.feed({ kind: 'start' })
    this.closeLine()
    const { default: JsSIP } = await import('jssip')
    if (run !== this.run) return
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(absolute(sip.ws, location))],
      uri: sip.uri,
      authorization_user: sip.user,
      password: sip.password,
      ...(sip.realm ? { realm: sip.realm } : {}),
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
    })
    this.ua = ua
    const mine = <E = void>(f: (e: E) => void) => (e: E) => { if (ua === this.ua) f(e) }
    ua.on('registered', mine(() => { this.refusals = 0; this.feed({ kind: 'registered' }) }))
    ua.on('disconnected', mine(() => this.feed({ kind: 'disconnected' })))
    ua.on('unregistered', mine(() => this.feed({ kind: 'disconnected' })))
    ua.on('registrationFailed', mine((e: UnRegisteredEvent) => this.refused(e)))
    ua.on('newRTCSession', mine((e: unknown) => this.incoming(e as IncomingRTCSessionEvent)))
    ua.start()
  }

  /** Hangs up and leaves the switch. */
  stop(): void {
    this.run++
    this.feed({ kind: 'stop' })
    this.closeLine()
  }

  /** Leaves the telephone to another tab. */
  yield(): void {
    this.run++
    this.feed({ kind: 'taken' })
    this.closeLine()
  }

  /**
   * Lets go of everything without telling the switch: whoever has the desk now
   * goes on with the conversation, which a BYE from here would end.
   */
  abandon(): void {
    this.run++
    this.feed({ kind: 'taken' })
    clearTimeout(this.renewTimer)
    const { ua, session } = this
    this.ua = null
    this.session = null
    // The types of JsSIP leave the transport out.
    ;(ua as unknown as { transport?: { disconnect(): void } } | null)?.transport?.disconnect()
    if (session) letGo(session)
    this.world.speaker.srcObject = null
  }

  /** Plays what the browser kept silent; works after a click or a key. */
  unblock(): void {
    this.play()
  }

  /** Answers the ringing call, or the one about to ring here. */
  answer(): void {
    const { session } = this
    const was = this.state.call
    this.feed({ kind: 'answer' })
    if (session && was === 'ringing') this.accept(session)
  }

  /** Refuses the ringing call. */
  reject(): void {
    this.session?.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
  }

  /** Ends the conversation; false when there is none in this browser. */
  hangUp(): boolean {
    if (!this.session) return false
    this.session.terminate()
    return true
  }

  mute(on: boolean): void {
    if (!this.session || this.state.call !== 'talking') return
    if (on) this.session.mute({ audio: true })
    else this.session.unmute({ audio: true })
    this.feed({ kind: 'muted', on })
  }

  private incoming({ originator, session, request }: IncomingRTCSessionEvent): void {
    if ((originator as string) !== 'remote') return
    const itself = this.world.selfAnswer((name) => request.getHeader(name))
    if (this.session && !itself) {
      session.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
      return
    }
    // The switch gave up the conversation held here and rings for it anew.
    if (this.session) letGo(this.session)
    this.session = session
    session.on('peerconnection', ({ peerconnection }) => this.hear(peerconnection))
    session.on('confirmed', () => this.feed({ kind: 'confirmed' }))
    session.on('ended', (e) => this.over(session, e.cause))
    session.on('failed', (e) => this.over(session, e.cause))
    session.on('getusermediafailed', (e: unknown) =>
      this.feed({ kind: 'microphone', is: trouble(e instanceof DOMException ? e.name : '') }))
    let gathering = false
    session.on('icecandidate', ({ ready }) => {
      if (!gathering) setTimeout(ready, gatherPause)
      gathering = true
    })
    this.feed({ kind: 'incoming', itself })
    if (this.state.call === 'answering') this.accept(session)
  }

  private accept(session: RTCSession): void {
    try {
      session.answer({ mediaConstraints: { audio: audioConstraints(), video: false }, pcConfig: { iceServers: [] } })
    } catch (thrown) {
      this.over(session, asProblem(thrown).message)
    }
  }

  private hear(pc: RTCPeerConnection): void {
    pc.addEventListener('track', (e) => {
      this.world.speaker.srcObject = e.streams[0] ?? new MediaStream([e.track])
      this.play()
      for (const s of pc.getSenders()) s.track?.addEventListener('ended', () => this.feed({ kind: 'microphone', is: 'gone' }))
    })
  }

  private play(): void {
    void this.world.speaker.play().then(
      () => this.feed({ kind: 'blocked', on: false }),
      (thrown: unknown) => { if (thrown instanceof DOMException && thrown.name === 'NotAllowedError') this.feed({ kind: 'blocked', on: true }) },
    )
  }

  private over(session: RTCSession, cause: string): void {
    if (session !== this.session) return
    this.session = null
    this.world.speaker.srcObject = null
    this.feed({ kind: 'over', cause })
    if (this.state.line === 'refused') this.renewSoon()
  }

  private refused(e: UnRegisteredEvent): void {
    this.feed({ kind: 'refused', cause: e.cause ?? '' })
    this.renewSoon()
  }

  /** Asks for new credentials, but never at the price of a conversation. */
  private renewSoon(): void {
    clearTimeout(this.renewTimer)
    if (busy(this.state)) return
    const wait = renewals[Math.min(this.refusals++, renewals.length - 1)]
    this.renewTimer = setTimeout(async () => {
      const run = this.run
      try {
        const sip = await this.world.credentials()
        if (run === this.run) await this.start(sip)
      } catch {
        if (run === this.run) this.renewSoon()
      }
    }, wait)
  }

  private closeLine(): void {
    clearTimeout(this.renewTimer)
    const { ua, session } = this
    this.ua = null
    this.session = null
    if (session && !session.isEnded()) session.terminate()
    ua?.stop()
    this.world.speaker.srcObject = null
  }

  private feed(e: PhoneEvent): void {
    Object.assign(this.state, step({ ...this.state }, e))
  }
}
