import { ago } from './data.mjs'

// The doors of the desk: /api/desk/* and what a supervisor does in a call.

const agent = (number, name, state, siteName = '长沙 12328', seconds = 95) => ({ number, name, state, site: siteName.startsWith('长沙') ? '430100' : '430000', siteName, since: ago(seconds), skills: ['general'] })
const contact = (code, name, number, kind, more = {}) => ({ code, name, number, kind, emergency: false, transfer: true, told: true, words: '', ...more })

export const targets = () => ({
  agents: [
    agent('8001', '王秀英', 'talking'), agent('8002', '李梅', 'ready', undefined, 212), agent('8003', '赵敏', 'talking'), agent('8004', '刘洋', 'not_ready'), agent('8005', '周丽', 'ready', undefined, 40), agent('8006', '曾小敏', 'wrap_up', undefined, 12),
    agent('8007', '吴强', 'offline'), agent('8008', '孙浩', 'ringing'), agent('8100', '李建国', 'not_ready'), agent('9001', '马丽娜', 'ready', '湖南省中心'),
  ],
  queues: [{ code: 'general', name: '综合受理', waiting: 2, ready: 3 }, { code: 'truck', name: '货车司机专线', waiting: 1, ready: 1 }, { code: 'minority', name: '少数民族语言', waiting: 0, ready: 0 }],
  contacts: [
    contact('12122', '高速公路救援', '12122', 'referral', { emergency: true, words: '请拨打12122，我现在为您转接' }), contact('12395', '水上搜救', '12395', 'referral', { emergency: true, words: '请拨打12395，我现在为您转接' }),
    contact('12306', '铁路客服', '12306', 'referral', { words: '铁路问题请拨打12306' }), contact('12305', '邮政业申诉', '12305', 'referral', { transfer: false, words: '邮政快递问题请拨打12305' }), contact('12345', '政务服务热线', '12345', 'referral'), contact('95583', '中国航空客服', '95583', 'referral', { transfer: false }),
    contact('hn', '湖南省中心', '0731****2328', 'level'), contact('zz', '株洲 12328', '0731****2201', 'site'), contact('mot', '部值班室', '010****5566', 'level'),
  ],
  help: 1,
})

const simple = ['hold', 'retrieve', 'mute', 'unmute', 'mask', 'unmask', 'swap', 'conference', 'cancel-consult']

/** Answers a request to the desk; nothing when it is for somebody else. */
export function answerDesk(world, m, body, { json, problem }) {
  const { seat } = world
  const sip = () => ({ uri: 'sip:8001@mock', user: '8001', password: world.sipPassword, realm: '', ws: '/sip', expiresAt: ago(-3600) })
  const over = () => { if (world.sip?.call) world.sip.hangUp(); else seat.end(); return seat.view() }
  const [, operation] = /^POST \/desk\/([\w-]+)$/.exec(m) ?? []
  if (operation) seat.done.push(operation)
  if (world.refuseDesk && operation === world.refuseDesk.operation) return problem(409, world.refuseDesk.code, world.refuseDesk.zh, world.refuseDesk.en), true
  if (m === 'POST /desk/sign-in') {
    if (world.elsewhere && !body.takeOver) return problem(409, 'signed_in_elsewhere', '您已在另一处签入（3 号工位，2026-11-22 08:02），要转到这里吗？', 'You are signed in elsewhere (desk 3, 2026-11-22 08:02). Move it here?'), true
    if (body.phone === 'mobile') return problem(409, 'no_mobile', '您没有登记手机号码，不能用手机签入。请联系班长登记。', 'No mobile number is registered for you. Ask your supervisor.'), true
    world.elsewhere = false
    return json({ desk: seat.signIn(body.phone, body.nailed), sip: body.phone === 'browser' ? sip() : null }), true
  }
  if (m === 'POST /desk/sip') return world.elsewhere ? problem(409, 'signed_in_elsewhere', '您已在另一处签入。', 'You are signed in elsewhere.') : json(sip()), true
  if (m === 'GET /desk/targets') return json(targets()), true
  if (m === 'GET /desk/breaks') return world.breakIn === undefined ? problem(404, 'not_found', '没有这个地址。', 'No such address.') : json({ next: { from: ago(-world.breakIn), to: ago(-world.breakIn - 900), name: '上午小休' } }), true
  const doors = {
    'GET /desk': () => seat.view(), 'POST /desk/sign-out': () => { seat.reset(); seat.changed(); return seat.view() }, 'POST /desk/ready': () => seat.ready(), 'POST /desk/not-ready': () => seat.notReady(body.reason), 'POST /desk/hangup': over,
    'POST /desk/wrap-up': () => seat.extend(body.extendSeconds), 'POST /desk/keys': () => { seat.keys += body.keys; return seat.view() }, 'POST /desk/consult': () => seat.consult(body.target), 'POST /desk/transfer': over, 'POST /desk/complete': over,
    'POST /desk/rate': over, 'POST /desk/leave': over, 'POST /desk/drop': () => seat.drop(), 'POST /desk/refer': () => (body.how === 'transfer' ? over() : seat.view()), 'POST /desk/dial': () => { const d = seat.dial(body); world.sip?.invite(true); return d },
  }
  if (doors[m]) return json(doors[m]()), true
  if (operation && simple.includes(operation)) return json(seat[operation]()), true
  const listen = /^POST \/seats\/\w+\/(listen|take-over)$/.exec(m)
  if (listen && seat.call?.role === 'listener') return json(listen[1] === 'listen' ? seat.listens(body.mode) : seat.talk()), true
  return false
}
