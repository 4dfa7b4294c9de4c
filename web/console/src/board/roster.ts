import type { RosterNow } from '../api/supervise'

/** Who is expected and not at work, the longest missed first; a break is no absence. */
export function missing(r: RosterNow | null): RosterNow['expected'] {
  return (r?.expected ?? [])
    .filter((p) => p.state === 'late' || p.state === 'absent' || p.state === 'left_early')
    .sort((a, b) => Date.parse(a.since ?? a.from) - Date.parse(b.since ?? b.from))
}
