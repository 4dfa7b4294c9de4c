import { send, withQuery } from '../api/http'
import { readProblem } from '../api/problem'
import { language } from '../i18n/i18n'
import type { AttendanceDay, CellHistory, CopyReport, ImportReport, Month, Plan, PlanAsk, Rules, ShiftBook, ShiftFields, Week } from './types'

const id = encodeURIComponent

interface Place {
  person: string
  date: string
}

/** The doors of roster, attendance and planner. */
export const doors = {
  shifts: () => send<ShiftBook>('GET', '/api/roster/shifts'),
  putShift: (code: string, shift: ShiftFields) => send<ShiftBook>('PUT', `/api/roster/shifts/${id(code)}`, shift),
  putRules: (rules: Rules) => send<ShiftBook>('PUT', '/api/roster/rules', rules),
  week: (from: string) => send<Week>('GET', withQuery('/api/roster/week', { from })),
  cell: (p: Place) => send<CellHistory>('GET', `/api/roster/days/${id(p.person)}/${p.date}`),
  putCell: (p: Place, shifts: string[], leave: string, reason: string) =>
    send<CellHistory>('PUT', `/api/roster/days/${id(p.person)}/${p.date}`, { shifts, leave, reason }),
  swap: (a: Place, b: Place, reason: string) => send<Week>('POST', '/api/roster/swap', { a, b, reason }),
  copy: (from: string, to: string, replace: boolean) => send<CopyReport>('POST', '/api/roster/copy', { from, to, replace }),
  attendance: (date: string) => send<AttendanceDay>('GET', withQuery('/api/roster/attendance', { date })),
  month: (month: string) => send<Month>('GET', withQuery('/api/roster/month', { month })),
  weekFile: (from: string) => withQuery('/api/roster/export', { from, lang: language.value }),
  monthFile: (month: string) => withQuery('/api/roster/month/export', { month, lang: language.value }),
  importFile,

  plan: (ask: PlanAsk) => send<Plan>('POST', '/api/staffing/plan', ask),
  planFile: (ask: PlanAsk, format: 'xlsx' | 'csv') =>
    withQuery('/api/staffing/export', { format, lang: language.value, plan: JSON.stringify(ask) }),
}

/** Sends a spreadsheet; with check the server only reports. */
async function importFile(file: Blob, check: boolean, reason: string): Promise<ImportReport> {
  const answer = await fetch(withQuery('/api/roster/import', { check, reason, lang: language.value }), {
    method: 'POST', body: file, credentials: 'same-origin', headers: { 'Content-Type': 'application/octet-stream', 'Accept-Language': language.value },
  })
  const data: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw readProblem(answer.status, data)
  return data as ImportReport
}
