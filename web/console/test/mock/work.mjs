// Work items and the story of a call for the mock.
import { ago, record } from './data.mjs'

const kinds = ['missed', 'message', 'callback', 'low_rating', 'lost', 'missed', 'missed', 'message']

/** The items of a small hotline, and what may be done with them. */
export class Work {
  constructor(quiet = false) {
    this.all = quiet ? [] : kinds.map((kind, i) => this.make(kind, i))
    this.settings = { assign: 'none', missedSeconds: 5, mergeMinutes: 240, dueMissed: 30, dueMessage: 120, dueCallback: 15, dueLowRating: 1440, dueLost: 15 }
  }
  make(kind, i) {
    const taken = i === 5
    return {
      id: `task-${i}`, kind, state: taken ? 'taken' : i === 7 ? 'done' : 'open', owner: taken || i === 7 ? '8001' : '', ownerName: taken || i === 7 ? '王秀英' : '',
      number: i === 4 ? '' : `13${i}****${2411 + i}`, region: i % 2 ? '湖南株洲' : '湖南长沙', queueName: i === 6 ? '' : '综合受理', agentName: kind === 'low_rating' ? '赵敏' : '', call: `0199b3a2-rec-${i}`,
      times: i === 0 ? 3 : 1, firstAt: ago(5000 - i * 300), lastAt: ago(2600 - i * 300), dueAt: ago(i === 0 ? 600 : -1800 - i * 600), overdue: i === 0, waitedSeconds: 48 + i * 9, attempts: taken ? 1 : 0,
      outcome: i === 7 ? 'answered' : '', closing: i === 7 ? '已向来电人解释退票规则' : '', transcript: i === 7 ? '我昨天在汽车西站坐车，司机绕路，想投诉。' : '', transcriptState: i === 7 ? 'ready' : '', transcriptFault: '',
      log: [{ at: ago(2600 - i * 300), by: '', byName: '', action: 'made', from: '', to: 'open', personName: '', note: '' }, ...(i === 0 ? [{ at: ago(2000), by: '', byName: '', action: 'again', from: 'open', to: 'open', personName: '', note: '' }] : [])],
    }
  }
  view(x, boss) {
    const pending = ['open', 'taken'].includes(x.state)
    const can = [...(x.state === 'open' ? ['take'] : []), ...(pending && x.number ? ['dial'] : []), ...(pending ? ['done', 'drop'] : []), ...(x.state === 'taken' ? ['release'] : []), ...(pending && boss ? ['assign'] : []), 'note', ...(x.kind === 'message' ? ['transcript'] : [])]
    return { ...x, log: undefined, can }
  }
  detail(x, boss) {
    return { ...this.view(x, boss), log: x.log, recording: x.kind === 'message' ? 'ready' : 'none', tries: x.attempts ? [{ call: 'c', at: ago(900), agent: '8001', agentName: '王秀英', result: 'not_reached' }] : [], calls: [record(2, { id: x.call, result: x.kind === 'message' ? 'message' : 'abandoned_queue' })], earlier: [record(4), record(9)], tickets: [] }
  }
  log(x, action, to, note = '') {
    x.log.push({ at: ago(0), by: '8001', byName: '王秀英', action, from: x.state, to: to ?? x.state, personName: action === 'assign' ? '陈志强' : '', note })
    if (to) x.state = to
  }
  act(x, what, body) {
    if (what === 'take') { this.log(x, 'take', 'taken'); x.owner = '8001'; x.ownerName = '王秀英' }
    if (what === 'release') { this.log(x, 'release', 'open'); x.owner = x.ownerName = '' }
    if (what === 'assign') { this.log(x, 'assign', 'taken'); x.owner = body.agent; x.ownerName = '陈志强' }
    if (what === 'done') { this.log(x, 'done', 'done', body.note); x.outcome = body.outcome; x.closing = body.note }
    if (what === 'drop') { this.log(x, 'drop', 'dropped', body.reason); x.closing = body.reason }
    if (what === 'note') this.log(x, 'note', undefined, body.note)
    if (what === 'transcript') { this.log(x, 'transcript'); x.transcript = body.text; x.transcriptState = 'typed' }
  }
  /** Answers a request under /tasks; undefined: none of ours. */
  answer(method, path, query, body, boss) {
    const m = `${method} ${path}`
    if (m === 'GET /people') return [['8001', '王秀英'], ['8002', '陈志强'], ['8003', '赵敏']].map(([number, name]) => ({ number, name, site: '430100', roles: ['agent'], active: true }))
    if (m === 'GET /tasks/count') {
      const open = this.all.filter((x) => x.state === 'open')
      return { open: open.length, mine: this.all.filter((x) => x.state === 'taken').length, overdue: open.filter((x) => x.overdue).length }
    }
    if (m === 'GET /tasks/settings') return this.settings
    if (m === 'PUT /tasks/settings') return (this.settings = body)
    if (m === 'POST /tasks/assign') { for (const x of this.all) if (body.tasks.includes(x.id)) this.act(x, 'assign', body); return { given: body.tasks.length } }
    if (m === 'GET /tasks') {
      const states = (query.get('state') ?? '').split(',').filter(Boolean)
      const items = this.all.filter((x) => (!states.length || states.includes(x.state)) && (!query.get('kind') || x.kind === query.get('kind')) && (!query.get('query') || x.number.includes(query.get('query'))))
      return { items: items.map((x) => this.view(x, boss)), total: items.length }
    }
    const one = /^\/tasks\/([^/]+)(?:\/(\w+))?$/.exec(path)
    const x = one && this.all.find((t) => t.id === one[1])
    if (!x) return undefined
    if (one[2] === 'reveal') return { number: '13800002411' }
    if (one[2]) this.act(x, one[2], body)
    return this.detail(x, boss)
  }
}

/** A call with nearly everything in it; agents are not told of the whisper. */
export function story(boss, en) {
  const say = (zh, e) => (en ? e : zh)
  const began = Date.now() - 600_000
  const at = (s) => new Date(began + s * 1000).toISOString()
  const entry = (kind, lane, from, until, text, more = {}) => ({ kind, lane, at: at(from), until: until === null ? null : at(until), open: false, agent: '', text, why: [], mode: '', good: true, call: '', ...more })
  const entries = [
    entry('arrived', 'customer', 0, null, say('来电，拨打 12328', 'Calls 12328')),
    entry('step', 'customer', 1, null, say('欢迎语', 'Welcome')),
    entry('wait', 'customer', 9, 52, say('在“综合受理”排队', 'Waits in “General”')),
    entry('routed', 'routing', 9, null, say('等待原因：符合条件的座席都在通话或话后处理，排在第 3 位', 'Why the caller waits: everybody suitable is with a caller, number 3 in the queue')),
    entry('place_told', 'routing', 30, null, say('播报：前面 2 人，预计等待 01:10', 'Told: 2 ahead, about 01:10 to wait')),
    entry('ring', 'agent:8003', 34, 48, say('振铃，未应答', 'Rings, no answer'), { good: false }),
    entry('routed', 'routing', 49, null, say('派给 8001 王秀英：空闲时间最长，已等待 00:40', 'Goes to 8001 王秀英: idle longest, after waiting 00:40')),
    entry('ring', 'agent:8001', 49, 52, say('振铃，接听', 'Rings, answered')),
    entry('talk', 'agent:8001', 52, 130, say('通话', 'Talks')),
    entry('mask', 'recording', 66, 74, say('8001 王秀英 暂停录音（此段无声）', '8001 王秀英 paused the recording: silent here')),
    ...(boss ? [entry('listen', 'supervisor:8100', 70, 96, say('监听：8001 王秀英', 'Listens to: 8001 王秀英'), { mode: 'listen' }), entry('listen', 'supervisor:8100', 96, 118, say('密语：8001 王秀英', 'Whispers to: 8001 王秀英'), { mode: 'whisper' })] : []),
    entry('hold', 'customer', 84, 112, say('8001 王秀英 保持来电', 'Held by 8001 王秀英')),
    entry('ring', 'agent:8002', 84, 88, say('振铃：咨询，接听', 'Rings: advice, answered')),
    entry('consult', 'agent:8002', 88, 112, say('内部咨询，来电人听音乐', 'Asked for advice; the caller hears music')),
    entry('conferenced', 'agent:8001', 112, null, say('接通三方通话', 'Brings everybody together')),
    entry('conference', 'agent:8002', 112, 130, say('三方通话', 'In the conference')),
    entry('transferred', 'agent:8001', 130, null, say('退出三方通话，交给 8002 陈志强', 'Leaves the conference to 8002 陈志强')),
    entry('talk', 'agent:8002', 130, 176, say('通话', 'Talks')),
    entry('mute', 'agent:8002', 150, 156, say('静音', 'Muted')),
    entry('rated', 'customer', 182, null, say('评价：满意', 'Rates: satisfied')),
    entry('ended', 'customer', 185, null, say('结束：已接听，来电人挂机', 'Ends: answered; the caller hung up')),
  ]
  const lane = (key, kind, name) => ({ key, kind, agent: key.split(':')[1] ?? '', name, number: '' })
  return {
    startedAt: at(0), endedAt: at(185), entries: entries.sort((a, b) => a.at.localeCompare(b.at)),
    lanes: [lane('customer', 'customer', '138****1411'), lane('agent:8003', 'agent', '8003 赵敏'), lane('agent:8001', 'agent', '8001 王秀英'), lane('agent:8002', 'agent', '8002 陈志强'), ...(boss ? [lane('supervisor:8100', 'supervisor', '8100 李建国')] : []), lane('recording', 'recording', ''), lane('routing', 'routing', '')],
    sound: [{ from: at(52), to: at(84) }, { from: at(112), to: at(176) }], soundHeld: [{ from: at(52), to: at(176) }],
  }
}
