// Days as they are written, 2026-11-23, without a time zone.

/** The day so many days later. */
export function addDays(date: string, n: number): string {
  const d = new Date(`${date}T00:00:00Z`)
  d.setUTCDate(d.getUTCDate() + n)
  return d.toISOString().slice(0, 10)
}

/** The day of the week, 0 for Sunday. */
export function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}

/** The Monday of the day's week. */
export function monday(date: string): string {
  return addDays(date, -((weekday(date) + 6) % 7))
}

/** 11-23 */
export const short = (date: string) => date.slice(5)

/** The month so many months later, as 2026-12. */
export function addMonths(month: string, n: number): string {
  const d = new Date(`${month}-01T00:00:00Z`)
  d.setUTCMonth(d.getUTCMonth() + n)
  return d.toISOString().slice(0, 7)
}
