// Serves dist, a canned API and the live push, so that the console can be
// looked at and driven without the program: npm run build && npm run mock.
import { createReadStream, existsSync, statSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { WebSocketServer } from 'ws'
import { ago, board, call, categories, farRegion, me, people, record, regions, trend, wav, waveform } from './data.mjs'
import { answerDesk } from './desk.mjs'
import { answerQuality } from './quality.mjs'
import { Seat } from './seat.mjs'
import { SipPeer } from './sip.mjs'
import { answerSupervise, enrich, supervision, tell } from './supervise.mjs'
import { answerSystem } from './system.mjs'
import { Tickets } from './tickets.mjs'
import { Workforce } from './workforce.mjs'
import { story, Work } from './work.mjs'

const dist = process.env.CONSOLE_DIST ?? path.join(import.meta.dirname, '../../dist')
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Starts the mock on a port of 127.0.0.1; 0 chooses one. */
export async function startMock(port = 0) {
  const world = { who: null, mustChange: false, down: false, mute: false, quiet: false, tickets: new Tickets(), workforce: new Workforce(), work: new Work(), lives: new Set(), heard: [], sip: null, sipPassword: 'first', ...supervision() }
  world.seat = new Seat(() => push(world, 'desk'))
  const server = http.createServer((q, r) => serve(world, q, r).catch((e) => { r.statusCode = 500; r.end(String(e)) }))
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (q, s, head) => sockets.handleUpgrade(q, s, head, (ws) => (q.url.startsWith('/sip') ? openSip(world, ws) : openLive(world, ws, q.url))))
  const timer = setInterval(() => {
    if (!world.mute) for (const l of world.lives) l.ws.send(JSON.stringify({ type: 'tick', at: new Date().toISOString() }))
    push(world, 'board')
  }, 1000)
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return { world, port: server.address().port, stop: () => { clearInterval(timer); for (const c of sockets.clients) c.terminate(); server.closeAllConnections(); server.close() } }
}

function openSip(world, ws) {
  world.sip = new SipPeer(ws, world.seat, world.sipPassword, world.heard)
}

function openLive(world, ws, url) {
  if (world.down || !world.who) return ws.terminate()
  const l = { ws, topics: new URL(url, 'http://x').searchParams.get('topics').split(',') }
  world.lives.add(l)
  ws.on('close', () => world.lives.delete(l))
  for (const t of l.topics) if (t) push(world, t, l)
  tell(world, l)
}

function push(world, topic, only) {
  if (world.mute) return
  const at = new Date().toISOString()
  const m = JSON.stringify({ type: topic, at, data: topic === 'desk' ? world.seat.view() : enrich(board(world.quiet), world) })
  for (const l of only ? [only] : world.lives) if (l.topics.includes(topic)) l.ws.send(m)
}

async function serve(world, q, r) {
  const url = new URL(q.url, 'http://x')
  if (url.pathname.startsWith('/api/')) return answerApi(world, q, r, url)
  const file = path.join(dist, path.normalize(url.pathname))
  const found = existsSync(file) && statSync(file).isFile() ? file : path.join(dist, 'index.html')
  r.setHeader('content-type', types[path.extname(found)] ?? 'application/octet-stream')
  r.setHeader('content-security-policy', "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; media-src 'self' blob:")
  createReadStream(found).pipe(r)
}

async function answerApi(world, q, r, url) {
  let text = ''
  for await (const c of q) text += c
  const body = text && q.headers['content-type'] !== 'application/octet-stream' ? JSON.parse(text) : {}
  const lang = (q.headers['accept-language'] ?? '').startsWith('en') ? 'en' : 'zh'
  const json = (data, status = 200) => { r.statusCode = status; r.setHeader('content-type', status < 400 ? 'application/json' : 'application/problem+json'); r.end(data === undefined ? '' : JSON.stringify(data)) }
  const problem = (status, code, zh, en, more = {}) => json({ status, code, title: code, detail: lang === 'en' ? en : zh, ...more }, status)
  if (world.down) return problem(503, 'postgres_away', '数据库暂时不可用，刚才的操作没有完成。通话不受影响，请稍后再试。', 'The database is away, so this was not done. Calls go on; try again shortly.')
  const p = url.pathname.slice(4)
  const m = `${q.method} ${p}`
  const { tickets } = world

  if (m === 'POST /session') {
    if (!people[body.number] || body.password !== 'Demo-12328') return problem(401, 'wrong_password', '工号或密码不正确。连续输错 5 次，账号将锁定 15 分钟。', 'Wrong number or password. After 5 failures the account is locked for 15 minutes.')
    world.who = body.number
    return json(me(world.who, world.mustChange))
  }
  if (!world.who) return problem(401, 'no_session', '登录已失效，请重新登录。', 'Please log in again.')
  if (m === 'GET /session') return json(me(world.who, world.mustChange))
  if (m === 'DELETE /session') {
    if (['ringing', 'talking'].includes(world.seat.state)) return problem(409, 'in_call', '当前有来电振铃或正在通话，不能退出登录。请先处理完来电再退出。', 'A caller is ringing or talking to you, so you cannot log out. Finish the call first.')
    world.seat.reset()
    world.who = null
    return json(undefined, 204)
  }
  if (m === 'POST /session/password') {
    if (body.new.length < 10) return problem(422, 'too_short', '新密码至少要 10 位。', 'The new password needs at least 10 characters.')
    world.mustChange = false
    return json(undefined, 204)
  }
  if (answerDesk(world, m, body, { json, problem })) return
  if (answerSupervise(world, m, body, Object.assign(url, { lang }), { json, problem })) return
  const boss = people[world.who].permissions.includes('all_calls')
  const worked = world.work.answer(q.method, p, url.searchParams, body, boss)
  if (worked) return json(worked)
  if (answerSystem(world, m, body, url, { json, problem })) return
  if (answerQuality(world, m, p, body, url, { json, problem })) return
  if (m === 'GET /calls') {
    const items = url.searchParams.get('q') ? [] : Array.from({ length: 20 }, (_, i) => record(i))
    return json({ items, total: items.length && 43 })
  }
  const c = /^\/calls\/([^/]+)(\/.*)?$/.exec(p)
  if (c) {
    if (c[2] === '/story') return json(story(boss, lang === 'en'))
    if (c[2] === '/caller') return json({ caller: '138****1411', region: '湖南长沙', earlierCalls: [record(1), record(5), record(2)], openTickets: [...tickets.all.values()].filter((t) => ['draft', 'review'].includes(t.state)).slice(0, 2).map((t) => tickets.summary(t, lang)), blacklisted: false, vip: false })
    if (c[2] === '/reveal') return json({ number: '13812341411' })
    if (c[2] === '/waveform') return json(waveform(96))
    if (c[2] === '/recording') return audio(q, r)
    return json({ ...record(Number(/\d+$/.exec(c[1])?.[0] ?? 0) % 20, { id: c[1] }), legs: [], offers: [{ agent: '8003', agentName: '赵敏', offeredAt: ago(600), result: 'missed' }, { agent: '8001', agentName: '王秀英', offeredAt: ago(590), result: 'answered' }], tickets: [...tickets.all.values()].filter((t) => t.callId === c[1] || (c[1].includes('rec') && t.number)).slice(0, 1).map((t) => tickets.summary(t, lang)) })
  }
  if (m === 'GET /tickets') {
    let items = [...tickets.all.values()].reverse()
    const state = url.searchParams.get('state')
    if (state) items = items.filter((t) => t.state === state)
    const word = url.searchParams.get('q')
    if (word) items = items.filter((t) => `${t.number} ${t.title} ${t.content}`.includes(word))
    return json({ items: items.map((t) => tickets.summary(t, lang)), total: items.length })
  }
  if (m === 'POST /tickets') return json(tickets.view(tickets.create(body, world.who), lang))
  const t = /^\/tickets\/([^/]+)(?:\/actions\/(\w+)|\/(reveal))?$/.exec(p)
  if (t) {
    if (t[3]) return json({ callerNumber: '13812341411', contactNumber: '13812341411' })
    const done = q.method === 'GET' ? tickets.all.get(t[1]) : t[2] ? tickets.act(t[1], t[2], body) : tickets.save(t[1], body)
    if (!done) return problem(404, 'not_found', '没有这张工单。', 'There is no such ticket.')
    if (done === 'stale') return problem(409, 'stale', '别人刚刚改过。', 'Somebody else changed it.', { current: tickets.view(tickets.all.get(t[1]), lang) })
    if (done === 'invalid') return problem(422, 'incomplete', '还有必填内容没有填写，请补充后再提交。', 'Something required is missing. Please fill it in.', { errors: [{ location: 'category', message: lang === 'en' ? 'Please choose the category.' : '请选择业务分类。' }, { location: 'content', message: lang === 'en' ? 'Please write down what the caller says.' : '请填写来电人反映的内容。' }] })
    return json(tickets.view(done, lang))
  }
  const work = world.workforce.answer(m, url, body, lang, problem)
  if (r.writableEnded) return
  if (work !== undefined) return json(work)
  const rest = { 'GET /categories': () => categories, 'GET /regions': () => { const code = url.searchParams.get('code'); return code ? [...regions, farRegion].filter((r) => r.code === code) : regions }, 'GET /board': () => enrich(board(world.quiet), world), 'GET /board/trend': () => (world.quiet ? { points: [] } : trend()), 'GET /call-example': () => call('talking') }[m]
  if (rest) return json(rest())
  return problem(404, 'not_found', '没有这个地址。', 'No such address.')
}

function audio(q, r) {
  const all = wav(96)
  const range = /bytes=(\d+)-(\d*)/.exec(q.headers.range ?? '')
  const from = range ? Number(range[1]) : 0
  const to = range?.[2] ? Number(range[2]) : all.length - 1
  r.writeHead(range ? 206 : 200, { 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'content-length': to - from + 1, ...(range ? { 'content-range': `bytes ${from}-${to}/${all.length}` } : {}) })
  r.end(all.subarray(from, to + 1))
}

if (process.argv[1] === import.meta.filename) {
  const { port } = await startMock(Number(process.env.PORT ?? 12329))
  process.stdout.write(`http://127.0.0.1:${port}  8001 / 8100 / 9000, Demo-12328\n`)
}
