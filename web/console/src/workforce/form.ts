import type { Inputs } from './types'

/** A field of the form: shares are shown in percent. */
export interface Field {
  key: keyof Inputs
  label: string
  percent?: boolean
  min: number
  max: number
  step?: number
  tip?: string
}

export const demand: Field[] = [
  { key: 'factor', label: 'factor', percent: true, min: 1, max: 10000, step: 5 },
  { key: 'level', label: 'target', percent: true, min: 1, max: 99.9 },
  { key: 'withinSeconds', label: 'within', min: 0, max: 600 },
]
export const times: Field[] = [
  { key: 'talkSeconds', label: 'talk', min: 1, max: 3600, step: 5 },
  { key: 'wrapUpSeconds', label: 'wrapUp', min: 0, max: 3600, step: 5 },
  { key: 'patienceSeconds', label: 'patience', min: 5, max: 1800, step: 10, tip: 'patience' },
  { key: 'ivrSeconds', label: 'ivr', min: 0, max: 1800, step: 5 },
]
export const staff: Field[] = [
  { key: 'shrinkage', label: 'shrinkage', percent: true, min: 0, max: 80, tip: 'shrinkage' },
  { key: 'occupancy', label: 'occupancy', percent: true, min: 10, max: 100, tip: 'occupancyCap' },
  { key: 'minSeats', label: 'minSeats', min: 0, max: 1000 },
  { key: 'blocking', label: 'blocking', percent: true, min: 0.01, max: 50, step: 0.5, tip: 'blocking' },
  { key: 'selfServed', label: 'selfServed', percent: true, min: 0, max: 99, tip: 'selfServed' },
]

/** The number a field shows. */
export function shown(inputs: Inputs, f: Field): number {
  const n = inputs[f.key] as number
  return f.percent ? Number((n * 100).toFixed(2)) : Math.round(n)
}

/** The inputs with another number in a field. */
export function typed(inputs: Inputs, f: Field, n: number): Inputs {
  return { ...inputs, [f.key]: f.percent ? Number((n / 100).toFixed(6)) : n }
}
