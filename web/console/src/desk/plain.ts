import type { Call, Desk } from '../api/types'

/** A call of which only the id is known. */
export const plainCall: Call = {
  id: '', direction: 'in', role: 'lead', state: 'talking', held: false, muted: false, masked: false, away: false, listening: '', with: '', parties: [],
  number: '', ticket: '', task: '', can: [], caller: '', callerName: '', region: '', called: '', queue: '', queueName: '', language: '', path: [],
  arrivedAt: '', queuedAt: null, offeredAt: null, answeredAt: null, endedAt: null, waitedSeconds: 0,
}

/** Fills in what an older program does not say, so that no page has to ask. */
export function whole(d: Desk): Desk {
  const phone = { ...d.phone, nailed: d.phone.nailed ?? false, lineUp: d.phone.lineUp ?? false }
  if (!d.call) return { ...d, phone }
  const call = { ...plainCall, ...d.call }
  return { ...d, phone, call: { ...call, parties: call.parties ?? [], can: call.can ?? [], path: call.path ?? [] } }
}
