// Canned people, calls and tickets for looking at the console without the
// program. Nothing here is ever part of the bundle.

export const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString()

export const people = {
  8001: { number: '8001', name: '王秀英', roles: ['agent'], permissions: ['desk', 'calls', 'recordings', 'tasks', 'tickets'], home: 'desk' },
  8100: { number: '8100', name: '李建国', roles: ['supervisor'], permissions: ['board', 'supervise', 'figures', 'calls', 'all_calls', 'recordings', 'custody', 'quality', 'tasks', 'tickets'], home: 'board' },
  8101: { number: '8101', name: '邓班长', roles: ['supervisor'], permissions: ['desk', 'board', 'supervise', 'calls', 'all_calls', 'recordings', 'tickets'], home: 'board' },
  9000: { number: '9000', name: '系统管理员', roles: ['administrator'], permissions: ['supervise', 'system'], home: 'system' },
}

export const me = (number, mustChangePassword = false) => ({
  ...people[number], site: { code: '430100', name: '长沙 12328', areaCode: '0731' }, idleSeconds: 1800, expiresAt: ago(-1800), mustChangePassword,
})

export const reasons = [
  { code: 'rest', name: '小休', nameEn: 'Short break', selectable: true },
  { code: 'meal', name: '用餐', nameEn: 'Meal', selectable: true },
  { code: 'training', name: '培训', nameEn: 'Training', selectable: true },
  { code: 'meeting', name: '会议', nameEn: 'Meeting', selectable: true },
  { code: 'signed_in', name: '刚签入', nameEn: 'Just signed in', selectable: false },
  { code: 'no_answer', name: '无人接听', nameEn: 'No answer', selectable: false },
]

export const categories = {
  version: 'seed-2014',
  tree: [
    { code: '01', name: '公路', nameEn: 'Highway', inScope: true, children: [{ code: '0105', name: '路网服务' }, { code: '0106', name: '公路收费' }, { code: '0107', name: '养护保通' }] },
    { code: '03', name: '道路运输', nameEn: 'Road transport', inScope: true, children: [{ code: '0301', name: '道路旅客运输' }, { code: '0306', name: '机动车驾驶员培训' }, { code: '0307', name: '汽车租赁' }] },
    { code: '04', name: '城市客运', nameEn: 'Urban passenger transport', inScope: true, children: [{ code: '0401', name: '公共汽电车', nameEn: 'Buses' }, { code: '0402', name: '城市轨道', nameEn: 'Metro' }, { code: '0403', name: '出租汽车', nameEn: 'Taxis' }, { code: '0404', name: '城市轮渡', nameEn: 'Ferries' }] },
    { code: '08', name: '铁路', nameEn: 'Railway', inScope: false, referral: '12306', children: [] },
  ],
}

/** Near the site, and one far from it that is found by its code only. */
export const regions = [['430100', '长沙市'], ['430102', '芙蓉区'], ['430103', '天心区'], ['430104', '岳麓区'], ['430105', '开福区'], ['430111', '雨花区'], ['430121', '长沙县']].map(([code, name]) => ({ code, name }))
export const farRegion = { code: '110000', name: '北京市' }

export function call(state, since = 42) {
  return {
    id: '0199b3a2-call-1', state, direction: 'in', role: 'lead', held: false, muted: false, masked: false, away: false, listening: '', with: '', parties: [], number: '', ticket: '', task: '', can: [], caller: '138****1411', callerName: '', region: '湖南长沙', called: '073112328', queue: 'general', queueName: '综合受理', language: 'zh',
    path: ['欢迎语', '转人工服务'], arrivedAt: ago(since + 31), queuedAt: ago(since + 19), offeredAt: ago(since + 6),
    answeredAt: state === 'ringing' ? null : ago(since), endedAt: state === 'ended' ? ago(12) : null, waitedSeconds: 13,
  }
}

const results = ['answered', 'answered', 'abandoned_queue', 'answered', 'message', 'answered', 'abandoned_flow', 'answered', 'lost']
export function record(i, extra = {}) {
  const result = results[i % results.length]
  const answered = result === 'answered'
  return {
    id: `0199b3a2-rec-${i}`, site: '430100', direction: 'in', caller: `13${i % 10}****${1411 + i * 7}`, region: ['湖南长沙', '湖南株洲', '湖北武汉'][i % 3], called: '073112328', trunk: 'trunk-a', queue: 'general', queueName: i % 4 ? '综合受理' : '货车司机专线',
    agent: answered ? '8001' : '', agentName: answered ? ['王秀英', '陈志强', '赵敏'][i % 3] : '', result, arrivedAt: ago(600 + i * 1747), queuedAt: ago(590 + i * 1747), answeredAt: answered ? ago(580 + i * 1747) : null, endedAt: ago(500 + i * 1747),
    waitedSeconds: 4 + (i * 7) % 40, talkSeconds: answered ? 61 + i * 13 : 0, path: ['欢迎语', '转人工服务', ...(answered && i % 2 ? ['服务评价（按键 1）'] : [])], rating: answered && i % 2 ? 1 : null, endedBy: answered ? 'caller' : 'system', cause: '',
    recording: answered ? (i === 3 ? 'pending' : 'ready') : 'none', firstQueue: 'general', transfers: i % 5 === 3 ? 1 : 0, heldSeconds: 0, masked: i % 7 === 1, conference: false, message: result === 'message', callback: false, purpose: '', ticket: '', task: '', ticketNumbers: answered ? [`4301002026112201${String(i).padStart(6, '0')}`] : [], ...extra,
  }
}

export const waveform = (seconds = 151) => ({
  seconds,
  left: Array.from({ length: 600 }, (_, i) => (Math.floor(i / 40) % 2 ? 0.05 : Math.abs(Math.sin(i / 7)) * 0.8)),
  right: Array.from({ length: 600 }, (_, i) => (Math.floor(i / 40) % 2 ? Math.abs(Math.cos(i / 9)) * 0.9 : 0.03)),
})

/** Two tones as a stereo WAV: caller left, agent right. */
export function wav(seconds = 5, rate = 8000) {
  const n = seconds * rate
  const b = Buffer.alloc(44 + n * 4)
  b.write('RIFF', 0); b.writeUInt32LE(36 + n * 4, 4); b.write('WAVEfmt ', 8); b.writeUInt32LE(16, 16); b.writeUInt16LE(1, 20); b.writeUInt16LE(2, 22)
  b.writeUInt32LE(rate, 24); b.writeUInt32LE(rate * 4, 28); b.writeUInt16LE(4, 32); b.writeUInt16LE(16, 34); b.write('data', 36); b.writeUInt32LE(n * 4, 40)
  for (let i = 0; i < n; i++) {
    b.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / rate)), 44 + i * 4)
    b.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 660 * i) / rate)), 46 + i * 4)
  }
  return b
}

const names = ['王秀英', '陈志强', '赵敏', '刘洋', '周丽', '吴强', '郑爽', '孙浩', '马丽娜', '胡军', '朱婷', '郭伟', '何平', '高洁']
const states = ['talking', 'ready', 'ringing', 'wrap_up', 'not_ready', 'talking', 'ready', 'talking', 'offline', 'talking', 'ready', 'not_ready', 'talking', 'wrap_up']

export function board(quiet = false) {
  const seats = quiet ? [] : names.map((name, i) => ({
    agent: String(8001 + i), name, state: states[i], reason: states[i] === 'not_ready' ? 'rest' : '', since: ago(20 + i * 37), phoneOnline: states[i] !== 'offline',
    caller: ['talking', 'ringing'].includes(states[i]) ? `13${i}****${1400 + i}` : '', queueName: states[i] === 'talking' ? '综合受理' : '', answered: 12 + i * 3, missed: i % 3, talkSeconds: 1800 + i * 211,
  }))
  const count = (s) => seats.filter((x) => x.state === s).length
  const waiting = quiet ? [] : [0, 1, 2].map((i) => ({ call: `w${i}`, caller: `15${i}****33${i}2`, region: ['湖南长沙', '湖南湘潭', ''][i], queue: 'general', queueName: i === 2 ? '货车司机专线' : '综合受理', enteredAt: ago(38 - i * 11), position: i + 1, priority: 0 }))
  return {
    at: new Date().toISOString(), live: true,
    kpis: {
      waiting: waiting.length, longestSince: waiting[0]?.enteredAt ?? null, tenSecond: quiet ? { n: 0, d: 0, target: 80 } : { n: 233, d: 286, target: 80 }, abandoned: quiet ? { n: 0, d: 0 } : { n: 11, d: 286 }, answeredToday: quiet ? 0 : 272, offeredToday: quiet ? 0 : 286,
      seats: { online: seats.length - count('offline'), ready: count('ready'), talking: count('talking'), wrapUp: count('wrap_up'), notReady: count('not_ready'), offline: count('offline') },
    },
    seats,
    queues: [['general', '综合受理', 2], ['truck', '货车司机专线', 1], ['minority', '少数民族语言', 0]].map(([code, name, w]) => ({ code, name, waiting: quiet ? 0 : w, longestSince: !quiet && w ? ago(38) : null, ready: code === 'minority' ? 0 : 3, staffed: code === 'minority' ? 1 : 12, offered: 90, answered: 84, abandoned: 4, tenSecond: code === 'minority' || quiet ? { n: 0, d: 0 } : { n: 75, d: 90 } })),
    lines: [{ trunk: 'trunk-a', name: '电信中继 A', online: true, inUse: quiet ? 0 : 47, max: 60, failures: 0 }, { trunk: 'trunk-b', name: '移动中继 B', online: quiet, inUse: 0, max: 30, failures: quiet ? 0 : 3 }],
    waiting, health: { switch: true, redis: true, postgres: quiet, journalLag: quiet ? 12 : 0 },
  }
}

export const trend = () => ({
  points: Array.from({ length: 30 }, (_, i) => {
    const d = i === 11 ? 0 : 3 + Math.round(4 * Math.abs(Math.sin(i / 4)))
    return { at: ago((29 - i) * 60), offered: d, answered: Math.max(0, d - (i % 5 === 0 ? 1 : 0)), abandoned: i % 5 === 0 && d ? 1 : 0, tenSecond: { n: Math.round(d * 0.85), d } }
  }),
})
