import type { RosterPerson } from './types'

export interface Spot {
  row: number
  column: number
}

/** Where a key leads in a grid; nothing for keys that do not move. */
export function move(at: Spot, key: string, rows: number, columns: number): Spot | undefined {
  const to = { ...at }
  switch (key) {
    case 'ArrowUp': to.row--; break
    case 'ArrowDown': to.row++; break
    case 'ArrowLeft': to.column--; break
    case 'ArrowRight': to.column++; break
    case 'Home': to.column = 0; break
    case 'End': to.column = columns - 1; break
    default: return undefined
  }
  return { row: Math.min(Math.max(to.row, 0), rows - 1), column: Math.min(Math.max(to.column, 0), columns - 1) }
}

/** The shifts that a key gives: a one-letter code, or none for Delete. */
export function keyOf(key: string, shifts: { code: string; active: boolean }[]): string[] | undefined {
  if (key === 'Delete' || key === 'Backspace') return []
  const found = shifts.find((s) => s.active && s.code.length === 1 && s.code.toLowerCase() === key.toLowerCase())
  return found && [found.code]
}

/** How many agents work on a day of the week. */
export function cells(people: RosterPerson[], day: number): number {
  return people.filter((p) => p.agent && p.days[day].shifts.length > 0 && !p.days[day].leave).length
}
