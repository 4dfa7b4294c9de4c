import type { BoardLine } from '../api/types'

export interface CarrierLines {
  carrier: string
  lines: (BoardLine & { share: number })[]
  inUse: number
  /** 0: one of them is not limited. */
  max: number
}

/** Lines by carrier, each carrier where its first line stood. */
export function byCarrier(lines: BoardLine[]): CarrierLines[] {
  const groups = new Map<string, CarrierLines>()
  for (const l of lines) {
    const carrier = l.carrier ?? ''
    const g = groups.get(carrier) ?? { carrier, lines: [], inUse: 0, max: 0 }
    groups.set(carrier, g)
    g.lines.push({ ...l, share: l.max > 0 ? Math.min(100, (100 * l.inUse) / l.max) : 0 })
  }
  for (const g of groups.values()) {
    g.inUse = g.lines.reduce((n, l) => n + l.inUse, 0)
    g.max = g.lines.some((l) => l.max <= 0) ? 0 : g.lines.reduce((n, l) => n + l.max, 0)
  }
  return [...groups.values()]
}
