// Recordings and inspections, for the pages of supervisors and inspectors.
import { ago, waveform } from './data.mjs'

const names = ['王秀英', '陈志强', '赵敏']
const entry = (i) => ({
  call: `rec-${i}`, direction: i % 6 === 5 ? 'out' : 'in', at: ago(3600 + i * 5233), number: `13${i % 10}****${1411 + i * 7}`, region: ['湖南长沙', '湖南株洲', '湖北武汉'][i % 3], queue: 'general', queueName: i % 4 ? '综合受理' : '货车司机专线',
  agents: i % 7 === 4 ? [] : [{ number: String(8001 + (i % 3)), name: names[i % 3] }], rating: [null, 1, 3, 2][i % 4], message: i % 7 === 4, masked: i % 5 === 1, held: i === 2, state: i === 3 ? 'pending' : i === 9 ? 'failed' : 'ready', seconds: i === 3 || i === 9 ? 0 : 41 + i * 37,
  ticketNumbers: i % 2 ? [] : [`4301002026112201${String(i).padStart(6, '0')}`],
})
const sections = [
  { name: '开头语', items: [{ code: 'greeting', name: '问候规范', hint: '报站点名称和工号，使用规范开头语', max: 5 }, { code: 'ready', name: '接听及时', hint: '应答后两秒内开口', max: 5 }] },
  { name: '倾听', items: [{ code: 'listening', name: '耐心倾听', hint: '不打断、不抢话', max: 10 }, { code: 'needs', name: '准确理解诉求', hint: '复述要点并请来电人确认', max: 15 }] },
  { name: '业务准确', items: [{ code: 'answer', name: '解答准确', hint: '依据知识库，口径一致', max: 25 }, { code: 'record', name: '工单完整', hint: '要素齐全、分类正确', max: 15 }] },
  { name: '规范用语', items: [{ code: 'polite', name: '文明用语', hint: '语气平和', max: 10 }, { code: 'hold', name: '保持与转接规范', hint: '保持前说明原因', max: 5 }] },
  { name: '结束语', items: [{ code: 'closing', name: '结束规范', hint: '询问是否还有其他需要', max: 10 }] },
  { name: '红线', items: [{ code: 'insult', name: '辱骂、讥讽来电人', max: 0, critical: true }, { code: 'leak', name: '泄露来电人信息', max: 0, critical: true }] },
]
const sheet = { id: 's1', name: '通话质量评分表', version: 2, pass: 80, appealDays: 3, most: 100, sections, madeBy: '8100', madeByName: '李建国', madeAt: ago(86400 * 20) }
const full = () => Object.fromEntries(sections.flatMap((s) => s.items).filter((i) => !i.critical).map((i) => [i.code, i.max]))

function inspection(i, more = {}) {
  return {
    id: `i${i}`, call: `rec-${i}`, agent: String(8001 + (i % 3)), agentName: names[i % 3], callAt: ago(90000 + i * 4000), queueName: '综合受理', seconds: 151 + i * 31, rating: i % 3 ? null : 3, why: ['dissatisfied', 'sample', 'long', 'chosen'][i % 4],
    inspector: '8100', inspectorName: '李建国', state: 'open', points: null, most: null, passed: null, critical: false, dueAt: ago(i === 1 ? 7200 : -86400 * 3), overdue: i === 1, publishedAt: null, appealUntil: null,
    rev: 1, sheet, marks: { points: {}, hit: {}, notes: [], summary: '' }, appeal: '', appealedAt: null, settledBy: '', settledByName: '', settledAt: null, decision: '', answer: '', firstPoints: null, can: ['save', 'assign', 'void'], ticketNumbers: [],
    history: [{ at: ago(80000), by: 'system', byName: 'system', action: 'draw', from: '', to: 'open', points: null, note: 'sample' }], ...more,
  }
}

/** Everything that these pages change. */
export function qualityWorld() {
  const notes = [{ at: 12.4, item: 'greeting', text: '未报工号' }, { at: 83, item: 'answer', text: '退票口径与知识库不一致' }]
  const published = { state: 'appealed', points: 76, most: 100, passed: false, publishedAt: ago(40000), appealUntil: ago(-86400 * 2), marks: { points: { ...full(), answer: 10, greeting: 2, needs: 9 }, hit: {}, notes, summary: '态度好，业务口径需加强。' }, appeal: '来电人询问的是上月购买的车票，知识库旧口径仍适用，请复核。', appealedAt: ago(9000), inspector: '8102', inspectorName: '吴静', can: ['settle'], history: [...inspection(4).history, { at: ago(40000), by: '8102', byName: '吴静', action: 'publish', from: 'draft', to: 'published', points: 76, note: '' }, { at: ago(9000), by: '8001', byName: '王秀英', action: 'appeal', from: 'published', to: 'appealed', points: null, note: '来电人询问的是上月购买的车票' }] }
  return {
    recordings: Array.from({ length: 20 }, (_, i) => entry(i)), holds: {},
    inspections: [...Array.from({ length: 4 }, (_, i) => inspection(i)), inspection(6, published), inspection(9, { ...published, state: 'published', appeal: '', appealedAt: null, can: [] })],
    rules: [['ticket', 1095], ['talk', 730], ['message', 730], ['outbound', 730], ['internal', 180]].map(([kind, days]) => ({ kind, days })),
    plans: [{ id: 'p1', rev: 1, name: '每周抽检', sheet: sheet.name, active: true, rules: { perAgent: 3, percent: 0, queues: [], shortest: 20, dissatisfied: true, longerThan: 900, seed: '430100', inspectors: [], dueDays: 7 }, changedBy: '8100', changedByName: '李建国', changedAt: ago(86400 * 9) }],
    heard: [{ at: ago(5000), by: '8100', byName: '李建国', use: 'play', own: false, reason: '投诉核实', spans: [{ from: 0, to: 41.2 }] }],
  }
}

/** Answers what these pages ask; false: somebody else's. */
export function answerQuality(world, m, p, body, url, { json, problem }) {
  const w = (world.quality ??= qualityWorld())
  const done = (data) => { json(data); return true }
  const page = (items) => done({ items, total: items.length })
  if (m === 'GET /recordings') return page(world.quiet || url.searchParams.get('number') === '999' ? [] : w.recordings.filter((r) => !url.searchParams.get('held') || r.held))
  if (m === 'GET /recordings/retention') return done({ rules: w.rules })
  if (m === 'PUT /recordings/retention') { Object.assign(w.rules.find((r) => r.kind === body.kind), { days: body.days, changedByName: '系统管理员', changedAt: ago(0) }); return done({ rules: w.rules }) }
  const rec = /^\/recordings\/([^/]+)(\/\w+)?$/.exec(p)
  if (rec) {
    const r = w.recordings.find((x) => x.call === rec[1])
    if (!r) { problem(404, 'no_such_call', '没有找到该通话。', 'There is no such call.'); return true }
    const holds = (w.holds[r.call] ??= r.held ? [{ by: '8100', byName: '李建国', reason: '行政复议取证', since: ago(86400), until: null, liftedBy: '', liftedByName: '', liftedFor: '' }] : [])
    if (rec[2] === '/hold') { r.held = true; holds.unshift({ by: '8100', byName: '李建国', reason: body.reason, since: ago(0), until: null, liftedByName: '', liftedFor: '' }) }
    if (rec[2] === '/release') { r.held = false; Object.assign(holds[0], { until: ago(0), liftedByName: '李建国', liftedFor: body.reason }) }
    return done({ ...r, partial: false, reason: '', masks: [], holds, heard: w.heard })
  }
  const wave = /^\/calls\/rec-\d+\/waveform$/.exec(p)
  if (wave) return done({ ...waveform(151), masked: [{ from: 62, to: 71 }], talks: [], own: world.who === '8001' })
  if (m === 'GET /quality/inspections') {
    const state = url.searchParams.get('state')
    return page(world.quiet ? [] : w.inspections.filter((i) => !state || (state === 'todo' ? ['open', 'draft'].includes(i.state) : i.state === state)))
  }
  if (m === 'POST /quality/inspections') { problem(409, 'inspected_already', '该座席的这路通话已在质检单中，不会重复评分。', 'This conversation of the agent is inspected already.'); return true }
  const one = /^\/quality\/(?:inspections|mine)\/([^/]+)(\/\w+)?$/.exec(p)
  if (one) {
    const i = w.inspections.find((x) => x.id === one[1])
    if (!i) { problem(404, 'no_such_inspection', '没有找到。', 'Not found.'); return true }
    if (m.startsWith('PUT')) Object.assign(i, { marks: body.marks, rev: i.rev + 1, state: 'draft', can: ['save', 'publish', 'assign', 'void'] })
    if (one[2] === '/publish') Object.assign(i, { state: 'published', rev: i.rev + 1, can: [], points: 88, most: 100, passed: true, publishedAt: ago(0) })
    if (one[2] === '/settle') Object.assign(i, { state: 'settled', rev: i.rev + 1, can: [], decision: body.decision, answer: body.reason, settledByName: '李建国', settledAt: ago(0) })
    if (one[2] === '/void') Object.assign(i, { state: 'void', can: [] })
    if (one[2] === '/appeal') Object.assign(i, { state: 'appealed', appeal: body.reason, appealedAt: ago(0), rev: i.rev + 1 })
    return done(p.startsWith('/quality/mine') ? { ...i, can: i.state === 'published' ? ['appeal'] : [] } : i)
  }
  if (m === 'GET /quality/mine') return page(world.quiet ? [] : w.inspections.filter((i) => i.publishedAt))
  if (m === 'GET /quality/inspectors') return done({ items: [{ number: '8100', name: '李建国' }, { number: '8102', name: '吴静' }] })
  if (m === 'GET /quality/sheets') return done({ items: [sheet, { ...sheet, id: 's0', version: 1, pass: 75 }] })
  if (m === 'POST /quality/sheets') {
    if (body.sections.some((s) => !s.name)) { problem(422, 'quality_fields', '有 1 处需要修改，已标出。', '1 place must be corrected; it is marked.', { errors: [{ location: `sections[${body.sections.findIndex((s) => !s.name)}].name`, message: '请填写名称（40字以内）。' }] }); return true }
    return done({ ...sheet, ...body, id: 's2', version: body.based + 1 })
  }
  if (m === 'GET /quality/plans') return done({ items: w.plans })
  if (/^(POST|PUT) \/quality\/plans(\/\w+)?$/.test(m)) { Object.assign(w.plans[0], body); return done(w.plans[0]) }
  if (/preview$/.test(p)) { const items = Array.from({ length: 9 }, (_, i) => ({ ...inspection(i), at: ago(90000 + i * 4000) })); return done({ items, total: items.length }) }
  if (/draw$/.test(p)) return done({ made: 9 })
  if (m === 'GET /quality/figures') {
    const agents = world.quiet ? [] : names.map((agentName, i) => ({ agent: String(8001 + i), agentName, inspected: 12 - i, points: 1090 - i * 130, most: 1200 - i * 100, passed: 11 - i * 2, critical: i === 2 ? 1 : 0, appealed: i, changed: i > 1 ? 1 : 0 }))
    const sum = (k) => agents.reduce((n, a) => n + a[k], 0)
    return done({ agents, all: { agent: '', agentName: '', ...Object.fromEntries(['inspected', 'points', 'most', 'passed', 'critical', 'appealed', 'changed'].map((k) => [k, sum(k)])) }, items: sections.flatMap((s) => s.items).map((i, n) => ({ sheet: sheet.name, code: i.code, name: i.name, critical: !!i.critical, marked: 33, points: i.max * 33 - n * 7, most: i.max * 33, full: 20 - n, hit: i.critical ? n % 2 : 0 })) })
  }
  return false
}
