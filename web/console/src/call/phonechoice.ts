import type { PhoneKind } from '../api/types'

/** How somebody signed in last on this machine. */
export interface Choice {
  kind: Exclude<PhoneKind, ''>
  nailed: boolean
}

const kinds = ['browser', 'desk', 'mobile'] as const
const key = (person: string) => `yht.phone.${person}`

/** What was remembered, whatever the store holds; the browser when nothing was. */
export function readChoice(stored: string | null): Choice {
  const [kind, nailed] = (stored ?? '').split(' ')
  const known = kinds.find((k) => k === kind)
  return { kind: known ?? 'browser', nailed: known !== undefined && nailed === 'nailed' }
}

/** All kinds of phones, the one of last time first. */
export function choicesFirst(last: Choice['kind']): Choice['kind'][] {
  return [last, ...kinds.filter((k) => k !== last)]
}

export function lastChoice(person: string): Choice {
  try {
    return readChoice(localStorage.getItem(key(person)))
  } catch {
    return readChoice(null)
  }
}

export function rememberChoice(person: string, c: Choice): void {
  try {
    localStorage.setItem(key(person), c.nailed ? `${c.kind} nailed` : c.kind)
  } catch {
    // The choice is made again next time.
  }
}
