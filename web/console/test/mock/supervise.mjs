// What supervisors see and do: the board's particulars, alarms, broadcasts,
// roster, acts on seats and waiting callers.
import { ago } from './data.mjs'

const calls = {
  8001: { held: true, masked: true, listening: ['李建国'] },
  8006: { direction: 'out' },
  8008: { with: 'all' },
  8010: { with: 'guest' },
  8013: { direction: 'internal', role: 'guest' },
}

/** Adds to a board what supervisors see besides. */
export function enrich(b, world) {
  b.seats.forEach((s, i) => {
    const busy = ['talking', 'ringing'].includes(s.state)
    Object.assign(s, {
      call: busy ? { id: `call-${s.agent}`, caller: s.caller, direction: 'in', role: 'lead', held: false, masked: false, away: false, with: '', listening: [], ...calls[s.agent] } : null,
      skills: { general: 3 + (i % 6), ...(i % 3 ? { taxi: 2 } : {}), ...(i % 4 ? {} : { truck: 5 }) }, override: i === 4, phoneKind: ['browser', 'desk', 'mobile'][i % 3 && i % 5 ? 0 : i % 3], nailed: i === 3, asksHelp: s.agent === '8010' && !world.quiet,
      ...world.acts?.[s.agent],
    })
  })
  const carriers = { 'trunk-a': '电信', 'trunk-b': '移动' }
  for (const l of b.lines) Object.assign(l, { carrier: carriers[l.trunk] ?? '', outInUse: l.trunk === 'trunk-a' && !world.quiet ? 4 : 0 })
  if (!world.quiet) b.lines.splice(1, 0, { trunk: 'trunk-c', name: '电信中继 C', online: true, inUse: 24, max: 30, failures: 0, carrier: '电信', outInUse: 0 })
  b.waiting.forEach((w, i) => Object.assign(w, { vip: i === 1, callback: i === 2, prefers: i === 0 ? '赵敏' : '', priority: i === 1 ? 2 : 0 }))
  if (!world.quiet && b.kpis.waiting) Object.assign(b.kpis, { waiting: b.waiting.filter((w) => !w.callback).length })
  b.resources = world.quiet ? null : { cpuPercent: 37.4, memoryPercent: 61.2, diskPercent: 91.3, loadPerCore: 0.62, at: ago(2) }
  b.links = []
  b.skillNames = { general: '综合业务', taxi: '出租汽车', truck: '货运', english: '英语' }
  return b
}

export const kinds = [
  ['longest_wait', 'seconds', 'queue', false, 86400, 60, 30], ['waiting', 'calls', 'queue', false, 10000, 5, 2], ['no_ready', 'seats', 'queue', true, 10000, 1, 1], ['no_staff', 'seats', 'queue', true, 10000, 1, 1],
  ['ten_second', 'percent', 'site', true, 100, 80, 85], ['abandonment', 'percent', 'site', false, 100, 10, 7], ['trunk_down', 'flag', 'trunk', false, 0, 0, 0], ['trunk_use', 'percent', 'trunk', false, 100, 85, 75],
  ['switch_away', 'flag', 'site', false, 0, 0, 0], ['postgres_away', 'flag', 'site', false, 0, 0, 0], ['recording_disk', 'percent', 'site', false, 100, 90, 85], ['fraud', 'count', 'site', false, 100000, 0, 0],
].map(([kind, unit, scope, below, most, threshold, clear]) => ({ kind, unit, scope, below, most, threshold, clear }))

const alarm = (id, kind, severity, name, value, threshold, since, more = {}) => ({
  id, kind, unit: kinds.find((k) => k.kind === kind).unit, severity, sound: true, subject: '', name, threshold, value, worst: value, begunAt: ago(since + 10), openedAt: ago(since),
  ackedBy: '', ackedByName: '', ackedAt: null, note: '', closedAt: null, why: '', ...more,
})

/** What a fresh world knows. */
export function supervision() {
  return {
    alarms: [
      alarm('a1', 'trunk_down', 'critical', '移动中继 B', 1, 0, 142),
      alarm('a2', 'longest_wait', 'warning', '货车司机专线', 75, 60, 31),
      alarm('a3', 'recording_disk', 'warning', '', 91.3, 90, 3900, { ackedBy: '8100', ackedByName: '李建国', ackedAt: ago(3000), note: '已通知运维扩容' }),
    ],
    past: Array.from({ length: 24 }, (_, i) => alarm(`p${i}`, ['longest_wait', 'ten_second', 'trunk_use', 'waiting'][i % 4], ['warning', 'minor', 'critical'][i % 3], ['综合受理', '', '电信中继 A', '货车司机专线'][i % 4], [81, 72.4, 91, 8][i % 4], [60, 80, 85, 5][i % 4], 7000 + i * 4100, { closedAt: ago(6500 + i * 4100), why: 'cleared', worst: [140, 66.7, 100, 12][i % 4], ...(i % 2 ? { ackedBy: '8100', ackedByName: '李建国', ackedAt: ago(6900 + i * 4100), note: i % 4 === 1 ? '安排两名座席提前结束小休' : '' } : {}) })),
    rules: kinds.map((k, i) => ({ id: `r${i}`, rev: 1, kind: k.kind, subject: '', threshold: k.threshold, clear: k.clear, holdSeconds: 10 * (i % 4), settleSeconds: 30, severity: ['warning', 'warning', 'minor', 'critical'][i % 4], quietFrom: i === 2 ? '22:00' : '', quietTo: i === 2 ? '06:00' : '', sound: i % 4 !== 2, active: i !== 5, changedBy: i === 2 ? '8100' : '', changedByName: i === 2 ? '李建国' : '', changedAt: ago(86400 * 3) })),
    notices: [], done: [], acts: {}, refuse: null,
  }
}

const openAlarms = (world) => (world.quiet ? [] : world.alarms)

/** Tells a new connection, or all, of notices and alarms. */
export function tell(world, only) {
  const at = ago(0)
  const say = (m) => { for (const l of only ? [only] : world.lives) if (!world.mute) l.ws.send(JSON.stringify({ at, ...m })) }
  for (const n of world.notices) say({ type: 'notice', data: n })
  if (['8100', '8101'].includes(world.who)) say({ type: 'alarm', data: { open: openAlarms(world) } })
}

/** Answers what supervisors ask; false: it is something else. */
export function answerSupervise(world, m, body, url, { json, problem }) {
  const path = m.split(' ')[1]
  const act = /^\/seats\/(\d+)\/([a-z-]+)$/.exec(path)
  if (act) {
    world.done.push(`${m} ${JSON.stringify(body)}`)
    if (world.refuse) return !problem(409, 'no_phone', ...world.refuse)
    const [, agent, what] = act
    if (m.startsWith('GET')) return !json({ skills: { general: 4, taxi: 2 }, usual: { general: 4, taxi: 3 }, override: false })
    if (what === 'not-ready') world.acts[agent] = { state: 'not_ready', reason: body.reason, caller: '', call: null }
    if (what === 'ready') world.acts[agent] = { state: 'ready', reason: '' }
    return !json(undefined, 204)
  }
  if (/^\/waiting\//.test(path)) {
    world.done.push(`${m} ${JSON.stringify(body)}`)
    return !json(undefined, 204)
  }
  if (m === 'POST /broadcast') {
    const n = { id: `n${Date.now()}`, text: body.text, by: '8100', byName: '李建国', at: ago(0), until: ago(-60 * body.minutes) }
    world.notices.push(n)
    tell(world)
    return !json(n)
  }
  if (m.startsWith('DELETE /broadcast/')) {
    const gone = world.notices.filter((n) => path.endsWith(n.id))
    for (const n of gone) n.until = ago(0)
    tell(world)
    world.notices = world.notices.filter((n) => !gone.includes(n))
    return !json(undefined, 204)
  }
  if (m === 'GET /broadcasts') return !json(world.notices)
  if (m === 'GET /alarms') return !json({ open: openAlarms(world) })
  if (m === 'GET /alarms/history') {
    const page = Number(url.searchParams.get('page') ?? 1)
    const all = world.quiet ? [] : world.past
    return !json({ items: all.slice((page - 1) * 20, page * 20), total: all.length })
  }
  const acked = /^\/alarms\/(\w+)\/acknowledge$/.exec(path)
  if (acked) {
    const a = world.alarms.find((x) => x.id === acked[1])
    Object.assign(a, { ackedBy: '8100', ackedByName: '李建国', ackedAt: ago(0), note: body.note })
    tell(world)
    return !json(a)
  }
  if (m === 'GET /alarms/rules') return !json({ rules: world.rules, kinds })
  if (/^(POST|PUT) \/alarms\/rules/.test(m)) {
    const k = kinds.find((x) => x.kind === (body.kind ?? world.rules.find((r) => path.endsWith(r.id)).kind))
    if (k.below ? body.clear < body.threshold : body.clear > body.threshold) return !problem(422, 'alarm_rule', '恢复值必须在阈值的正常一侧，否则告警会反复出现。', 'The value at which it is over must lie on the good side of the threshold, or the alarm would flap.', { errors: [{ location: 'clear', message: url.lang === 'en' ? 'The value at which it is over must lie on the good side of the threshold.' : '恢复值必须在阈值的正常一侧，否则告警会反复出现。' }] })
    const rule = { ...world.rules.find((r) => path.endsWith(r.id)), ...body, id: /rules\/(\w+)/.exec(path)?.[1] ?? `r${world.rules.length}`, changedByName: '李建国' }
    world.rules = [...world.rules.filter((r) => r.id !== rule.id), rule]
    return !json(rule)
  }
  if (m.startsWith('DELETE /alarms/rules/')) {
    world.rules = world.rules.filter((r) => !path.endsWith(r.id))
    return !json(undefined, 204)
  }
  if (m === 'GET /roster/now') {
    if (world.quiet) return !problem(404, 'not_found', '没有排班。', 'No roster.')
    const row = (person, name, state, since) => ({ person, name, shift: '早班', from: ago(5400), to: ago(-23400), state, since })
    return !json({ expected: [...Array.from({ length: 13 }, (_, i) => row(String(8001 + i), '', 'here', null)), row('8015', '林涛', 'absent', ago(5400)), row('8016', '罗敏', 'late', ago(760))], unexpected: [{ person: '8014', name: '高洁' }] })
  }
  return false
}
