import type { Levels } from '../api/supervise'

/** An agent's skills for the dialogue: level 0 means not at all. */
export interface SkillSheet {
  levels: Levels
  normal: Levels
  names: Record<string, string>
}

const record = (v: unknown) => (typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : {})
const numbers = (v: unknown): Levels => Object.fromEntries(Object.entries(record(v)).filter((e): e is [string, number] => typeof e[1] === 'number'))

/** Reads GET /api/seats/{agent}/skills; known are codes that others have. */
export function readSkills(answer: unknown, known: Levels): SkillSheet {
  const a = record(answer)
  const sheet: SkillSheet = { levels: {}, normal: numbers(a.normal), names: {} }
  let have: Levels = {}
  if (Array.isArray(a.skills)) {
    for (const s of a.skills.map(record)) {
      if (typeof s.code !== 'string') continue
      if (typeof s.level === 'number') have[s.code] = s.level
      if (typeof s.normal === 'number') sheet.normal[s.code] = s.normal
      if (typeof s.name === 'string') sheet.names[s.code] = s.name
    }
  } else have = numbers(a.skills)
  for (const [code, name] of Object.entries(record(a.names))) if (typeof name === 'string') sheet.names[code] = name
  const codes = new Set([...Object.keys(known), ...Object.keys(sheet.normal), ...Object.keys(have), ...Object.keys(sheet.names)])
  for (const code of [...codes].sort()) sheet.levels[code] = have[code] ?? 0
  return sheet
}
