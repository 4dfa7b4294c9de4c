import { createHash, randomBytes } from 'node:crypto'

// A very small SIP registrar and caller over WebSocket: digest registration,
// one INVITE with an audio offer that leads to nobody, ACK, BYE, CANCEL. Enough
// to see the softphone register, ring, answer and hang up; no sound.

const md5 = (s) => createHash('md5').update(s).digest('hex')
const nl = '\r\n'

const offer = [
  'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite', 'm=audio 40000 UDP/TLS/RTP/SAVPF 8 101', 'c=IN IP4 127.0.0.1', 'a=rtcp-mux', 'a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`, 'a=setup:actpass', 'a=mid:0', 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16', 'a=sendrecv', 'a=candidate:1 1 UDP 2130706431 127.0.0.1 40000 typ host', '',
].join(nl)

export class SipPeer {
  constructor(socket, seat, password, heard = []) {
    Object.assign(this, { heard, socket, seat, password, nonce: randomBytes(8).toString('hex'), contact: null, call: null, log: [] })
    socket.on('message', (m) => this.receive(String(m)))
    socket.on('close', () => { if (this.call) this.seat.lost() })
  }

  receive(text) {
    if (!text.trim()) return
    const [head, ...lines] = text.split(nl + nl)[0].split(nl)
    const header = (n) => lines.find((l) => l.toLowerCase().startsWith(`${n.toLowerCase()}:`))?.slice(n.length + 1).trim() ?? ''
    this.log.push(head)
    this.heard.push(head)
    if (head.startsWith('SIP/2.0')) return this.answered(Number(head.split(' ')[1]), header)
    const method = head.split(' ')[0]
    if (method === 'REGISTER') return this.register(header)
    if (method === 'ACK') return
    if (method === 'BYE') {
      this.reply(200, header)
      this.call = null
      this.seat.end()
      return
    }
    this.reply(200, header)
  }

  register(header) {
    const auth = Object.fromEntries([...header('Authorization').matchAll(/(\w+)="?([^",]+)"?/g)].map((m) => [m[1], m[2]]))
    const ha1 = md5(`${auth.username}:mock:${this.password}`)
    const want = auth.qop ? md5(`${ha1}:${this.nonce}:${auth.nc}:${auth.cnonce}:${auth.qop}:${md5(`REGISTER:${auth.uri}`)}`) : md5(`${ha1}:${this.nonce}:${md5(`REGISTER:${auth.uri}`)}`)
    if (auth.response !== want) {
      if (auth.response) return this.reply(403, header)
      return this.reply(401, header, [`WWW-Authenticate: Digest realm="mock", nonce="${this.nonce}", qop="auth", algorithm=MD5`])
    }
    this.contact = /<([^>]+)>/.exec(header('Contact'))?.[1]
    this.reply(200, header, [`Contact: ${header('Contact')};expires=120`])
    this.seat.registered(() => this.invite(true))
  }

  reply(code, header, more = []) {
    const to = header('To')
    const words = { 200: 'OK', 401: 'Unauthorized', 403: 'Forbidden' }
    this.send([`SIP/2.0 ${code} ${words[code]}`, `Via: ${header('Via')}`, `From: ${header('From')}`, `To: ${to.includes('tag=') ? to : `${to};tag=mock`}`, `Call-ID: ${header('Call-ID')}`, `CSeq: ${header('CSeq')}`, ...more, 'Content-Length: 0'], '')
  }

  /** Rings the phone; now: it is to answer by itself. */
  invite(now = false) {
    this.call = { id: randomBytes(6).toString('hex'), branch: `z9hG4bK${randomBytes(4).toString('hex')}`, cseq: 1, to: '<sip:8001@mock>' }
    this.request('INVITE', [`Contact: <sip:mock@mock;transport=ws>`, ...(now ? ['X-Yihaotong-Answer: now'] : []), 'Content-Type: application/sdp'], offer)
  }

  request(method, more, body, cseq = this.call.cseq) {
    this.send([`${method} ${this.contact} SIP/2.0`, `Via: SIP/2.0/WS mock;branch=${method === 'ACK' || method === 'BYE' ? `z9hG4bK${randomBytes(4).toString('hex')}` : this.call.branch}`, 'Max-Forwards: 70', 'From: <sip:caller@mock>;tag=c1', `To: ${this.call.to}`, `Call-ID: ${this.call.id}`, `CSeq: ${cseq} ${method === 'CANCEL' ? 'CANCEL' : method}`, ...more, `Content-Length: ${Buffer.byteLength(body)}`], body)
  }

  answered(code, header) {
    if (!this.call || !header('CSeq').includes('INVITE') || code < 200) return
    this.call.to = header('To')
    this.request('ACK', [], '')
    if (code === 200) this.seat.picked()
    else {
      this.call = null
      this.seat.go('not_ready', { reason: 'no_answer', call: null })
    }
  }

  hangUp() {
    if (!this.call) return
    this.request('BYE', [], '', 2)
    this.call = null
    this.seat.end()
  }

  send(lines, body) {
    this.socket.send(lines.join(nl) + nl + nl + body)
  }
}
