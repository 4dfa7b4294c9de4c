// A canned roster and plan: enough to look at, not the real arithmetic.

const pad = (n) => String(n).padStart(2, '0')
const iso = (d) => d.toISOString().slice(0, 10)
const add = (date, n) => { const d = new Date(`${date}T00:00:00Z`); d.setUTCDate(d.getUTCDate() + n); return iso(d) }
const today = () => iso(new Date(Date.now() + 8 * 3600e3))
const monday = (date) => add(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7))
const kind = (date) => ([0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay()) ? 'weekend' : 'workday')
const head = (date) => ({ date, kind: date.endsWith('-10-01') ? 'holiday' : kind(date), ...(date.endsWith('-10-01') ? { name: '国庆节' } : {}) })
const at = (date, clock, days = 0) => new Date(Date.parse(`${date}T${clock}:00+08:00`) + days * 864e5).toISOString()

const staff = [['8001', '王秀英'], ['8002', '陈志强'], ['8003', '赵敏'], ['8004', '刘洋'], ['8005', '周丽'], ['8006', '吴强'], ['8007', '郑爽'], ['8008', '孙浩'], ['8009', '马丽娜'], ['8010', '胡军'], ['8011', '朱婷'], ['8012', '郭伟'], ['8100', '李建国']]
const leaveKinds = (lang) => [['annual', '年假', 'Annual leave'], ['sick', '病假', 'Sick leave'], ['personal', '事假', 'Personal leave']].map(([code, zh, en]) => ({ code, name: lang === 'en' ? en : zh }))

export class Workforce {
  constructor() {
    const meal = (lang, earliest, latest, minutes) => [{ reason: 'meal', earliest, latest, minutes }]
    this.shifts = [
      { code: 'Z', name: '早班', from: '07:00', to: '15:00', crossesMidnight: false, breaks: meal('zh', '11:00', '13:00', 30), active: true, position: 1, minutes: 480 },
      { code: 'M', name: '中班', from: '15:00', to: '23:00', crossesMidnight: false, breaks: meal('zh', '17:00', '19:00', 30), active: true, position: 2, minutes: 480 },
      { code: 'Y', name: '夜班', from: '23:00', to: '07:00', crossesMidnight: true, breaks: [], active: true, position: 3, minutes: 480 },
      { code: 'X', name: '行政班', from: '09:00', to: '17:30', crossesMidnight: false, breaks: meal('zh', '11:30', '13:30', 60), active: true, position: 4, minutes: 510 },
    ]
    this.rules = { toleranceMinutes: 5, absentMinutes: 30 }
    this.cells = new Map()
    this.changes = new Map()
    this.empty = false
  }

  cell(person, date) {
    const set = this.cells.get(person + date)
    if (set) return { date, ...set }
    const i = staff.findIndex(([n]) => n === person)
    const n = Math.floor(Date.parse(date) / 864e5)
    if (person === '8100') return { date, shifts: kind(date) === 'workday' ? ['X'] : [] }
    if ((n + i) % 6 > 3) return { date, shifts: [] }
    return { date, shifts: ['ZMY'[(Math.floor(n / 6) + i) % 3]], ...(i === 4 && n % 5 === 0 ? { leave: 'annual' } : {}) }
  }

  book(lang) { return { shifts: this.empty ? [] : this.shifts.map((s) => ({ ...s, breaks: s.breaks.map((b) => ({ ...b, reasonName: lang === 'en' ? 'Meal' : '用餐' })) })), rules: this.rules, leaveKinds: leaveKinds(lang) } }

  week(from, lang) {
    const first = monday(from || today())
    const days = Array.from({ length: 7 }, (_, i) => add(first, i))
    return { from: first, today: today(), days: days.map(head), people: staff.map(([number, name]) => ({ number, name, agent: number < '8100', days: days.map((d) => this.cell(number, d)) })), ...this.book(lang) }
  }

  /** A shift of somebody with a made-up course. */
  attendance(number, name, date, code, fate) {
    const s = this.shifts.find((x) => x.code === code)
    const from = at(date, s.from), to = at(date, s.to, s.crossesMidnight ? 1 : 0)
    const base = { person: number, name, date, shift: s.name, shiftCode: code, from, to, state: 'worked', since: to, signedInAt: new Date(Date.parse(from) - 240e3).toISOString(), signedOutAt: to, lateSeconds: 0, earlySeconds: 0, awaySeconds: 0, presentSeconds: s.minutes * 60 - 300 }
    if (fate === 'late') return { ...base, signedInAt: new Date(Date.parse(from) + 720e3).toISOString(), lateSeconds: 720 }
    if (fate === 'early') return { ...base, signedOutAt: new Date(Date.parse(to) - 1500e3).toISOString(), earlySeconds: 1500 }
    if (fate === 'absent') return { ...base, state: 'absent', since: from, signedInAt: null, signedOutAt: null, presentSeconds: 0 }
    if (fate === 'leave') return { ...base, state: 'leave', since: from, signedInAt: null, signedOutAt: null, presentSeconds: 0 }
    if (['planned', 'due', 'late_now', 'absent_now'].includes(fate)) return { ...base, state: fate.replace('_now', ''), since: from, signedInAt: null, signedOutAt: null, presentSeconds: 0 }
    if (['here', 'break', 'left_early'].includes(fate)) return { ...base, state: fate, since: fate === 'left_early' ? new Date(Date.now() - 1560e3).toISOString() : base.signedInAt, signedOutAt: fate === 'left_early' ? new Date(Date.now() - 1560e3).toISOString() : null, presentSeconds: 7380 }
    return base
  }

  day(date) {
    const d = date || today()
    const is = d === today()
    const fates = ['here', 'absent_now', 'here', 'break', 'late_now', 'here', 'left_early', 'here']
    const expected = is ? staff.slice(0, 8).map(([n, name], i) => this.attendance(n, name, d, 'Z', fates[i])) : []
    const rank = (a) => (['late', 'absent', 'left_early'].includes(a.state) ? 0 : 1)
    const items = is ? [...expected, ...staff.slice(8, 12).map(([n, name]) => this.attendance(n, name, d, 'M', 'planned'))]
      : staff.flatMap(([n, name], i) => this.cell(n, d).shifts.map((s) => this.attendance(n, name, d, s, d > today() ? 'planned' : i === 3 ? 'late' : '')))
    const now = { at: new Date().toISOString(), missing: 3, expected: [...expected].sort((a, b) => rank(a) - rank(b)), unexpected: is ? [{ person: '8012', name: '郭伟', since: new Date(Date.now() - 4000e3).toISOString() }] : [] }
    return { date: d, today: is, now, items: this.empty ? [] : items }
  }

  month(month) {
    const m = month || today().slice(0, 7)
    const days = Array.from({ length: new Date(Date.UTC(Number(m.slice(0, 4)), Number(m.slice(5)), 0)).getUTCDate() }, (_, i) => `${m}-${pad(i + 1)}`)
    const people = staff.map(([number, name], i) => {
      const all = days.flatMap((d, n) => {
        const c = this.cell(number, d)
        const fate = d >= today() ? 'planned' : c.leave ? 'leave' : (n * 7 + i * 3) % 23 === 0 ? 'late' : (n * 5 + i) % 31 === 0 ? 'early' : (n + i * 11) % 47 === 0 ? 'absent' : ''
        return c.shifts.map((s) => this.attendance(number, name, d, s, fate))
      })
      const over = all.filter((a) => a.state === 'worked' || a.state === 'absent')
      const count = (f) => over.filter(f).length
      return { number, name, due: over.length, worked: count((a) => a.state === 'worked'), late: count((a) => a.lateSeconds), lateSeconds: 720 * count((a) => a.lateSeconds), early: count((a) => a.earlySeconds), absent: count((a) => a.state === 'absent'), leave: all.filter((a) => a.state === 'leave').length, plannedSeconds: over.length * 28800, presentSeconds: over.reduce((n, a) => n + a.presentSeconds, 0), days: all }
    })
    return { month: m, today: today(), days: days.map(head), people }
  }

  plan(ask) {
    const inputs = ask.inputs ?? { level: 0.8, withinSeconds: 10, occupancy: 0.85, talkSeconds: 148, wrapUpSeconds: 31, patienceSeconds: 96, ivrSeconds: 22, selfServed: 0.12, model: 'c', shrinkage: 0.25, blocking: 0.01, factor: 1, minSeats: 1, handling: 'exponential', spread: 1 }
    const curve = [5, 4, 3, 3, 3, 3, 3, 3, 3, 4, 5, 7, 9, 12, 16, 21, 29, 36, 42, 45, 44, 41, 36, 31, 27, 27, 29, 34, 39, 42, 42, 41, 39, 36, 32, 29, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 7, 6]
    const dates = []
    for (let d = ask.from; d <= ask.to && dates.length < 31; d = add(d, 1)) dates.push(d)
    const whole = this.empty ? (ask.daily ?? 0) : (ask.daily ?? 1180)
    const rowsOf = (d) => curve.map((c, i) => {
      const arrivals = (ask.slots?.[d]?.[i] ?? (whole * c * (kind(d) === 'workday' ? 1 : 0.7)) / 975) * inputs.factor
      const load = (arrivals * (inputs.talkSeconds + inputs.wrapUpSeconds)) / 1800
      const seatsC = arrivals > 0 ? Math.ceil(load + 0.95 * Math.sqrt(load) + 0.6) : 0
      const seats = Math.max(inputs.minSeats, inputs.model === 'a' ? seatsC - (load > 1 ? 1 : 0) : seatsC)
      const people = Math.ceil(seats / (1 - inputs.shrinkage) - 1e-9)
      const level = arrivals > 0 ? 0.8 + ((i * 37) % 17) / 130 : 1
      const roster = this.empty ? 0 : i < 14 || i >= 46 ? 3 : i < 30 ? 13 : 9
      return { at: `${pad(i >> 1)}:${i % 2 ? '30' : '00'}`, arrivals, handlingSeconds: inputs.talkSeconds + inputs.wrapUpSeconds, load, seatsC, seatsA: Math.max(0, seatsC - (load > 1 ? 1 : 0)), seats, people, trunks: Math.ceil(load * 1.1 + 3 * Math.sqrt(load)), level, waitSeconds: (1 - level) * 40, abandons: 0, occupancy: load / Math.max(1, seats), simLevel: arrivals > 0 ? level - 0.004 : null, simMargin: arrivals > 0 ? 0.011 : null, simWaitSeconds: 5, roster, rosterLevel: arrivals > 0 ? Math.min(0.999, Math.max(0, 0.8 + (roster - people) * 0.06)) : null }
    })
    const days = dates.map((d) => {
      const rows = rowsOf(d)
      const peak = rows.reduce((a, b) => (b.seats > a.seats ? b : a))
      return { ...head(d), basis: ask.slots?.[d] || ask.daily ? 'given' : this.empty ? 'none' : 'weekday', basedOn: this.empty ? 0 : 8, arrivals: rows.reduce((n, r) => n + r.arrivals, 0), peakSeats: peak.seats, peakPeople: peak.people, peakTrunks: Math.max(...rows.map((r) => r.trunks)), peakAt: peak.at, personHours: rows.reduce((n, r) => n + r.people / 2, 0), rosterHours: rows.reduce((n, r) => n + r.roster / 2, 0), short: rows.filter((r) => r.roster < r.people).length }
    })
    const day = dates.includes(ask.day) ? ask.day : dates[0]
    return { from: ask.from, to: ask.to, day, inputs, history: { from: add(today(), -56), days: this.empty ? 0 : 56, arrivals: this.empty ? 0 : 61240, measured: this.empty ? null : inputs, talks: this.empty ? 0 : 58712 }, days, rows: rowsOf(day) }
  }

  /** Answers what belongs to roster and planner; undefined: it does not. */
  answer(m, url, body, lang, problem) {
    const q = (k) => url.searchParams.get(k) ?? ''
    const cell = /^(GET|PUT) \/roster\/days\/([^/]+)\/([\d-]+)$/.exec(m)
    if (cell) {
      const [, method, person, date] = cell
      if (method === 'PUT') {
        if (body.shifts.includes('Z') && body.shifts.includes('X')) return problem(409, 'roster_overlap', `${person} 在 ${date} 的“早班”与 ${date} 的“行政班”时间重叠，未保存。请换一个班次，或先调整另一个。`, 'The shifts overlap; nothing was saved.')
        const before = this.cell(person, date)
        this.cells.set(person + date, { shifts: body.shifts, leave: body.leave })
        const names = (c) => c.shifts.map((s) => this.shifts.find((x) => x.code === s).name)
        this.changes.set(person + date, [{ at: new Date().toISOString(), by: '8100', byName: '李建国', reason: body.reason ?? '', before: names(before), after: names(this.cell(person, date)) }, ...(this.changes.get(person + date) ?? [])])
      }
      return { ...this.cell(person, date), changes: this.changes.get(person + date) ?? [] }
    }
    if (m.startsWith('PUT /roster/shifts/')) {
      const code = m.split('/').pop()
      this.shifts = [...this.shifts.filter((s) => s.code !== code), { ...body, code, minutes: 480 }]
      return this.book(lang)
    }
    return {
      'GET /roster/shifts': () => this.book(lang), 'PUT /roster/rules': () => { this.rules = body; return this.book(lang) },
      'GET /roster/week': () => this.week(q('from'), lang), 'GET /roster/attendance': () => this.day(q('date')), 'GET /roster/now': () => this.day('').now, 'GET /roster/month': () => this.month(q('month')),
      'POST /roster/copy': () => ({ changed: 31, kept: 4, away: 1, refused: [] }),
      'POST /roster/import': () => ({ checked: !!q('check'), changed: 2, same: 1, refused: 1, lines: [
        { place: 'C2', person: '8001', name: '王秀英', date: '2026-11-23', text: '早班', outcome: 'set' }, { place: 'D2', person: '8001', name: '王秀英', date: '2026-11-24', text: '中班', outcome: 'same' },
        { place: 'C3', person: '8002', name: '陈志强', date: '2026-11-23', text: '夜班', outcome: 'set' }, { place: 'D3', person: '8002', name: '陈志强', date: '2026-11-24', text: '黑班', outcome: 'refused', problem: lang === 'en' ? 'There is no shift “黑班”, or it is out of use. Add it under “Shifts” first.' : '没有“黑班”这个班次，或该班次已停用。请先在“班次设置”中添加。' },
      ] }),
      'POST /staffing/plan': () => this.plan(body),
      'GET /desk/breaks': () => ({ at: new Date().toISOString(), shift: null, next: null, breaks: [] }),
    }[m]?.()
  }
}
