import { ago, record } from './data.mjs'

// Tickets that can really be made, saved with revisions and acted on.

const names = { draft: ['草稿', 'Draft'], review: ['待审核', 'In review'], done: ['已办结', 'Done'], archived: ['已归档', 'Archived'], cancelled: ['已撤销', 'Cancelled'] }
const labels = { submit: ['提交', 'Submit'], instant_reply: ['即时答复', 'Reply at once'], refer: ['告知', 'Refer'], cancel: ['撤销', 'Cancel'], restore: ['恢复', 'Restore'] }
const nexts = {
  submit: ['提交后转待审核，限 2026-12-11 18:00 前办结。', 'Goes to review, to be closed by 2026-12-11 18:00.'], instant_reply: ['当场办结并归档，计入即时答复率。', 'Closed at once and counted as an instant reply.'],
  refer: ['告知来电人应拨打的号码后归档。', 'Archived after the caller was told whom to call.'], cancel: ['撤销后不再办理，可以恢复。', 'Not handled any more; it can be restored.'], restore: ['恢复为草稿。', 'Becomes a draft again.'],
}
const to = { submit: 'review', instant_reply: 'done', refer: 'archived', cancel: 'cancelled', restore: 'draft' }
const types = { complaint: ['投诉举报', 'Complaint'], inquiry: ['信息咨询', 'Inquiry'], suggestion: ['意见建议', 'Suggestion'], help: ['求助', 'Help'] }

export class Tickets {
  all = new Map()
  sequence = 87

  constructor() {
    const titles = ['出租车拒载', '咨询网约车从业资格证办理', '建议增加 202 路末班车', '货车高速收费异议', '驾校退费纠纷', '公交车不按站停靠', '']
    titles.forEach((title, i) => {
      const t = this.create({ title, content: '来电人反映：今天上午在五一广场打车，司机听说去火车站就拒绝载客，车牌湘A·T1234。', businessType: Object.keys(types)[i % 4], category: '0403', urgency: i === 1 ? 'urgent' : 'normal', subject: { plate: '湘A·T1234', region: '430102' }, caller: { name: '周女士', contactNumber: '138****1411' } }, '8001')
      if (i > 0 && i < 6) this.act(t.id, ['submit', 'instant_reply', 'cancel'][i % 3], { rev: t.rev, reply: '已告知办理流程。' })
    })
  }

  view(t, lang) {
    const say = (pair) => pair[lang === 'en' ? 1 : 0]
    const offers = t.state === 'draft' ? ['submit', 'instant_reply', 'refer', 'cancel'] : t.state === 'cancelled' ? ['restore'] : []
    return { ...t, stateName: say(names[t.state]), actions: offers.map((a) => ({ action: a, label: say(labels[a]), allowed: true, next: say(nexts[a]) })), missing: t.state === 'draft' ? [!t.category && 'category', !t.content && 'content'].filter(Boolean) : [] }
  }

  summary(t, lang) {
    const v = this.view(t, lang)
    const say = (pair) => pair?.[lang === 'en' ? 1 : 0] ?? ''
    return { id: t.id, number: t.number, state: t.state, stateName: v.stateName, businessType: t.businessType, businessTypeName: say(types[t.businessType]), category: t.category, categoryName: t.category ? say(['城市客运/出租汽车', 'Urban passenger transport/Taxis']) : '', title: t.title, urgency: t.urgency, callerMasked: t.callerNumber, acceptedAt: t.acceptedAt, acceptedByName: t.acceptedByName, changedAt: t.changedAt }
  }

  create(f, by) {
    const same = f.callId && [...this.all.values()].find((t) => t.callId === f.callId && t.state === 'draft')
    if (same) return same
    const now = new Date().toISOString()
    const filled = fields(f)
    if (f.callId) Object.assign(filled, { subject: { ...filled.subject, region: filled.subject.region || '110000' }, caller: { ...filled.caller, language: filled.caller.language || 'zh' } })
    const t = { ...filled, replyGiven: false, id: `d${this.all.size + 1}`, number: null, site: '430100', state: 'draft', rev: 1, acceptedAt: null, acceptedBy: by, acceptedByName: '王秀英', callerNumber: '138****1411', calls: f.callId ? [record(1, { id: f.callId })] : [], log: [{ at: now, by, byName: '王秀英', action: 'create', from: '', to: 'draft', note: '' }], createdAt: now, changedAt: now }
    this.all.set(t.id, t)
    return t
  }

  save(id, { rev, ...f }) {
    const t = this.all.get(id)
    if (!t) return undefined
    if (t.rev !== rev) return 'stale'
    Object.assign(t, fields(f), { rev: rev + 1, changedAt: new Date().toISOString() })
    return t
  }

  act(id, action, { rev, reply }) {
    const t = this.all.get(id)
    if (!t) return undefined
    if (t.rev !== rev) return 'stale'
    if (['submit', 'instant_reply'].includes(action) && !(t.category && t.content)) return 'invalid'
    const now = new Date().toISOString()
    t.log.push({ at: now, by: '8001', byName: '王秀英', action, from: t.state, to: to[action], note: '' })
    Object.assign(t, { state: to[action], rev: rev + 1, changedAt: now, reply: reply ?? t.reply, replyGiven: ['instant_reply', 'refer'].includes(action) })
    if (['submit', 'instant_reply', 'refer'].includes(action)) Object.assign(t, { number: `4301002026112201${String(++this.sequence).padStart(6, '0')}`, acceptedAt: ago(0) })
    return t
  }
}

function fields(f) {
  return {
    callId: f.callId, businessType: 'inquiry', category: '', channel: 'phone', urgency: 'normal', title: '', content: '', demand: '', reply: '', tags: [], knowledge: [], ...f,
    caller: { name: '', sex: '', contactNumber: '', anonymous: false, confidential: false, language: '', ...f.caller },
    subject: { unit: '', plate: '', line: '', time: '', region: '', address: '', ...f.subject },
  }
}
