import type { Alarm, AlarmUnit } from '../api/types'
import { duration } from '../format/time'

/** A measured value as people read it: 01:30, 82.5%, 3. Flags have none. */
export function measured(value: number, unit: AlarmUnit): string {
  if (unit === 'seconds') return duration(value)
  const short = String(Math.round(value * 10) / 10)
  return unit === 'percent' ? `${short}%` : unit === 'flag' ? '' : short
}

export const looks = {
  critical: { mark: '■', tone: 'critical' },
  warning: { mark: '▲', tone: 'warning' },
  minor: { mark: '●', tone: 'minor' },
} as const

/** What is wrong, in a sentence: the kind, its subject, and by how much. */
export function sentence(a: Pick<Alarm, 'kind' | 'name' | 'unit' | 'value' | 'threshold'>, t: (key: string, params?: Record<string, unknown>) => string, te: (key: string) => boolean): string {
  const key = `alarm.kinds.${a.kind}`
  const kind = te(key) ? t(key) : a.kind
  const what = a.name ? t('alarm.of', { name: a.name, kind }) : kind
  const value = measured(a.value, a.unit)
  return value ? t('alarm.valued', { what, value, limit: measured(a.threshold, a.unit) }) : what
}
