import type { CallRecord } from '../api/types'

/** Whether a record will still change: the call goes on, or its recording is being stored. */
export function goingOn(c: CallRecord): boolean {
  return c.endedAt === null || c.recording === 'pending'
}
