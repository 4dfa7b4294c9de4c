// The pages under “system”: outbound guard, contacts, lists, mobiles.
import { ago } from './data.mjs'

const rule = (name, prefix, more = {}) => ({ forbid: false, prefix, least: 0, most: 0, name, trunk: '', strip: 0, add: '', caller: '', atNight: false, ...more })
const contact = (code, name, nameEn, more = {}) => ({
  code, name, nameEn, kind: 'referral', numbers: [code], trunk: '', emergency: false, told: true, transfer: true, words: `请您拨打${code}。`, wordsEn: `Please dial ${code}.`,
  category: '', position: 10, active: true, rev: 1, changedAt: ago(86400 * 30), changedBy: '', changedByName: '', ...more,
})

/** Everything that these pages change. */
export function systemWorld() {
  return {
    guard: {
      rev: 3, changedAt: ago(86400 * 3), changedBy: '9000', changedByName: '系统管理员', reason: '开通外省固话',
      policy: {
        rules: [
          rule('国际及港澳台长途', '00', { forbid: true }), rule('声讯台', '16[013489]', { forbid: true }), rule('异地声讯台', '0[3-9]xx16[08]', { forbid: true }), rule('卫星电话', '174[09]', { forbid: true }),
          rule('手机', '1[3-9]', { least: 11, most: 11 }), rule('本地固话', '[2-8]', { least: 7, most: 8, atNight: true }), rule('国内长途固话', '0[1-9]', { least: 10, most: 12, trunk: 'trunk-b', caller: '073112328' }), rule('全国客服', '95', { least: 5, most: 8 }),
        ],
        emergency: ['110', '119', '120', '122', '12122', '12395'], trunk: 'trunk-a', caller: '073112328',
        caps: { agentHour: 30, agentDay: 150, siteHour: 300, sameNumber: 6, refused: 10, perTrunk: 10, trunks: { 'trunk-a': 30 }, longest: 60 },
        night: { from: '21:00', to: '07:00', roles: ['supervisor'] },
      },
      switch: { locked: false, at: null, by: '', byName: '', reason: '' },
      trunks: [{ id: 'trunk-a', name: '电信中继 A' }, { id: 'trunk-b', name: '移动中继 B' }],
      calls: [{ call: 'c1', agent: '8001', agentName: '王秀英', number: '138****1411', trunk: 'trunk-a', purpose: 'customer', since: ago(73) }, { call: 'c2', agent: '', agentName: '', number: '12122', trunk: 'trunk-a', purpose: 'referral', since: ago(12) }],
    },
    versions: [],
    events: [
      { kind: 'refused', ground: 'forbidden', words: '该号码属于禁止外呼的号段（国际、声讯、卫星等），未拨出，已记录。', person: '8003', personName: '赵敏', number: '008****78', rule: '国际及港澳台长途', at: ago(640) },
      { kind: 'refused', ground: 'agent_hour', words: '您1小时内的外呼已达上限（30 次），未拨出。请稍后再拨，或联系班长。', person: '8002', personName: '陈志强', number: '139****2071', rule: '', at: ago(3700) },
      { kind: 'cut', ground: 'too_long', words: '通话已达最长时长（60 分钟），系统已自动挂断。', person: '8001', personName: '王秀英', number: '0731****07', rule: '', at: ago(9000) },
      { kind: 'unlock', ground: '', words: '', person: '9000', personName: '系统管理员', number: '', rule: '', reason: '已排查，话机密码已更换', at: ago(86000) },
      { kind: 'lock', ground: '', words: '', person: '9000', personName: '系统管理员', number: '', rule: '', reason: '凌晨出现异常国际拨号', at: ago(90000) },
    ].map((e, i) => ({ id: `e${i}`, call: 'c', limit: { agent_hour: 30, too_long: 60 }[e.ground] ?? 0, reason: '', ...e })),
    contacts: [
      contact('12122', '高速公路救援', 'Motorway rescue', { emergency: true, words: '高速公路救援请拨打12122，我现在为您转接，请不要挂机。', wordsEn: 'For motorway rescue dial 12122. I am putting you through; please stay on the line.' }),
      contact('12395', '海上搜救', 'Search and rescue at sea', { emergency: true }), contact('12306', '铁路客服', 'Railways'), contact('12305', '邮政业申诉', 'Post and parcels'), contact('12345', '政务服务便民热线', 'Government services'),
      contact('95583', '中国国际航空', 'Air China', { transfer: false }), contact('province', '省级12328', "The province's 12328", { kind: 'level', numbers: ['073188880001'], told: false, changedBy: '9000', changedByName: '系统管理员', rev: 4, changedAt: ago(7200) }),
      contact('duty', '值班手机', 'Mobile on duty', { kind: 'mobile', numbers: ['13900000001', '13900000002'], told: false, words: '', wordsEn: '' }), contact('ministry', '部级12328', "The ministry's 12328", { kind: 'level', numbers: [], active: false, words: '', wordsEn: '' }),
    ],
    mobiles: [['8001', '王秀英', '138****1001'], ['8002', '陈志强', ''], ['8100', '李建国', '139****2001']].map(([number, name, mobile]) => ({ number, name, agent: true, mobile })),
    lists: [
      entry('black', '138****8000', '反复拨打骚扰座席，已告知三次'), entry('black', '0731****66', '恶意占线', { until: ago(-86400 * 2), notes: '公安已受理' }), entry('black', '0852', '境外诈骗号段', { prefix: true, until: null, wholeNode: true, mine: false }),
      entry('black', '139****0721', '辱骂座席', { endedAt: ago(86400), endedBy: '8100', endedByName: '李建国', endReason: '来电人已道歉' }), entry('black', '136****4410', '骚扰电话', { endedAt: ago(86400 * 9) }),
      entry('vip', '137****1234', '人大代表，长期关注公交优先', { priority: 4 }), entry('vip', '0731****00', '市交通运输局值班室', { priority: 5, until: null }),
    ],
  }
}

let last = 0
function entry(list, number, reason, more = {}) {
  return { id: `l${++last}`, list, number, prefix: false, wholeNode: false, priority: 0, reason, notes: '', from: ago(86400 * 5), until: ago(-86400 * 25), addedBy: '8100', addedByName: '李建国', addedAt: ago(86400 * 5), endedAt: null, endedBy: '', endedByName: '', endReason: '', mine: true, ...more }
}

const masked = (n) => (n.length >= 11 ? `${n.slice(0, 3)}****${n.slice(-4)}` : n)
const by = { changedAt: ago(0), changedBy: '9000', changedByName: '系统管理员' }

/** Answers what belongs here; false for everything else. */
export function answerSystem(world, m, body, url, { json, problem }) {
  const w = (world.system ??= systemWorld())
  const done = (data, status) => { json(data, status); return true }
  if (m === 'GET /guard') return done(w.guard)
  if (m === 'GET /guard/versions') return done([{ ...w.guard, policy: w.guard.policy }, { ...w.guard, rev: 2, reason: '收紧限额', changedAt: ago(86400 * 9) }, { ...w.guard, rev: 1, reason: '', changedByName: '', changedAt: ago(86400 * 40) }])
  if (m === 'PUT /guard') {
    const bad = body.policy.rules.findIndex((r) => r.prefix === '9')
    if (bad >= 0) { problem(422, 'guard_policy', '有 1 处填写有误，已在表单中标出，规则尚未保存。', '1 field is not right; it is marked. The rules are not saved yet.', { errors: [{ location: `policy.rules[${bad}].trunk`, message: '没有这条中继。' }] }); return true }
    Object.assign(w.guard, { policy: body.policy, rev: body.rev + 1, reason: body.reason, ...by })
    return done(w.guard)
  }
  if (m === 'POST /guard/lock' || m === 'POST /guard/unlock') {
    w.guard.switch = { locked: m.endsWith('/lock'), at: ago(0), by: '9000', byName: '系统管理员', reason: body.reason }
    return done(w.guard.switch)
  }
  if (m === 'POST /guard/try') {
    const n = body.number.replace(/\D/g, '')
    return done(n.startsWith('00') ? { allowed: false, ground: 'forbidden', words: '该号码属于禁止外呼的号段（国际、声讯、卫星等），未拨出，已记录。', rule: '国际及港澳台长途', number: n, trunk: '', caller: '', minutes: 0 } : { allowed: true, ground: '', words: '', rule: '', number: n, trunk: 'trunk-a', caller: '073112328', minutes: 60 })
  }
  if (m === 'GET /guard/events') {
    const kind = url.searchParams.get('kind')
    const items = w.events.filter((e) => !kind || e.kind === kind)
    return done({ items, total: items.length })
  }
  if (m === 'GET /contacts') return done({ items: world.quiet ? [] : w.contacts, trunks: w.guard.trunks })
  if (m === 'POST /contacts/usual') return done({ items: w.contacts, trunks: w.guard.trunks })
  if (m === 'GET /contacts/referrals') return done(w.contacts.slice(0, 5).map((c, i) => ({ code: c.code, name: c.name, category: '', categoryName: ['公路', '水路', '铁路', '邮政', ''][i], told: 40 - i * 7, transferred: 12 - i * 2 })))
  const c = /^(\w+) \/contacts\/([^/]+)(?:\/(\w+))?$/.exec(m)
  if (c) {
    const found = w.contacts.find((x) => x.code === c[2])
    if (c[3] === 'history') return done([2, 1].map((rev) => ({ at: ago(7200 * (3 - rev)), by: rev > 1 ? '9000' : '', byName: rev > 1 ? '系统管理员' : '', action: rev > 1 ? 'change' : 'add', as: { ...found, rev } })))
    if (c[3] === 'retire') return done(Object.assign(found, { active: false, rev: found.rev + 1, ...by }))
    const kept = { ...body, code: c[2], active: true, rev: body.rev + 1, ...by }
    if (found) Object.assign(found, kept)
    else w.contacts.push(kept)
    return done(kept)
  }
  if (m === 'GET /people/mobiles') return done(w.mobiles)
  const p = /^PUT \/people\/(\w+)\/mobile$/.exec(m)
  if (p) {
    w.mobiles.find((x) => x.number === p[1]).mobile = masked(body.mobile)
    return done(undefined, 204)
  }
  const l = /^(\w+) \/lists\/(vip|black)$/.exec(m)
  if (l && l[1] === 'GET') {
    const items = world.quiet || url.searchParams.get('q') ? [] : w.lists.filter((e) => e.list === l[2] && !!e.endedAt === (url.searchParams.get('ended') === 'true'))
    return done({ items, total: items.length })
  }
  if (l) {
    const e = entry(l[2], masked(body.number), body.reason, { priority: body.priority, notes: body.notes, until: body.until ?? null, addedAt: ago(0), from: ago(1) })
    w.lists.unshift(e)
    return done(e)
  }
  const e = /^(\w+) \/lists\/entries\/(\w+)(?:\/(\w+))?$/.exec(m)
  if (e) {
    const found = w.lists.find((x) => x.id === e[2])
    if (e[3] === 'reveal') return done({ number: '13800138000' })
    if (e[3] === 'end') { Object.assign(found, { endedAt: ago(0), endedBy: '8100', endedByName: '李建国', endReason: body.reason }); return done(undefined, 204) }
    return done(Object.assign(found, body))
  }
  return false
}
