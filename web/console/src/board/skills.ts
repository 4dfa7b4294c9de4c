import type { Levels } from '../api/supervise'

/** An agent's skills for the dialogue: level 0 means not at all. */
export interface SkillSheet {
  levels: Levels
  normal: Levels
  names: Record<string, string>
}

const record = (v: unknown) => (typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : {})
const numbers = (v: unknown): Levels => Object.fromEntries(Object.entries(record(v)).filter((e): e is [string, number] => typeof e[1] === 'number'))

/** Reads GET /api/seats/{agent}/skills; known are codes that others have, names those of all skills. */
export function readSkills(answer: unknown, known: Levels, names: Record<string, string>): SkillSheet {
  const a = record(answer)
  const have = numbers(a.skills)
  const sheet: SkillSheet = { levels: {}, normal: numbers(a.usual), names }
  const codes = new Set([known, sheet.normal, have, names].flatMap((o) => Object.keys(o)))
  for (const code of [...codes].sort()) sheet.levels[code] = have[code] ?? 0
  return sheet
}
