const pad = (n: number) => String(n).padStart(2, '0')

/** 2026-11-22 14:05 in the reader's own time zone; “—” for nothing. */
export function dateTime(at: string | Date | null | undefined): string {
  const d = moment(at)
  return d ? `${day(d)} ${pad(d.getHours())}:${pad(d.getMinutes())}` : '—'
}

/** 14:05:32, for what happened today. */
export function clock(at: string | Date | null | undefined): string {
  const d = moment(at)
  return d ? `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}` : '—'
}

/** 14:05 */
export function hourMinute(at: string | Date | null | undefined): string {
  return clock(at).slice(0, 5)
}

/** 2026-11-22 */
export function day(d: Date): string {
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
}

/** The first moment of a written day (2026-11-22) and of the day after, in UTC. */
export function daySpan(from: string, to: string): { from: string; to: string } {
  const start = new Date(`${from}T00:00:00`)
  const end = new Date(`${to}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return { from: start.toISOString(), to: end.toISOString() }
}

/** 02:31; from one hour on 1:02:31. Never negative; “—” for nothing. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '—'
  const s = Math.max(0, Math.floor(seconds))
  const h = Math.floor(s / 3600)
  const rest = `${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`
  return h > 0 ? `${h}:${rest}` : rest
}

/** Whole seconds between a moment and now, never negative. */
export function secondsSince(at: string | null | undefined, now: number): number {
  const d = moment(at)
  return d ? Math.max(0, Math.floor((now - d.getTime()) / 1000)) : 0
}

/** Whole seconds until a moment, rounded up, never negative. */
export function secondsUntil(at: string | null | undefined, now: number): number {
  const d = moment(at)
  return d ? Math.max(0, Math.ceil((d.getTime() - now) / 1000)) : 0
}

function moment(at: string | Date | null | undefined): Date | undefined {
  if (!at) return undefined
  const d = at instanceof Date ? at : new Date(at)
  return Number.isNaN(d.getTime()) ? undefined : d
}
