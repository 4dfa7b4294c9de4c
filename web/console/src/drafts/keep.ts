import type { TicketFields } from '../api/types'

/** What of a browser's storage drafts need; it may be full or forbidden. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Typing that the server does not have yet. */
export interface Kept {
  fields: TicketFields
  /** The revision it was typed on; 0 when the ticket did not exist yet. */
  rev: number
  at: number
}

const prefix = (person: string) => `yht.draft.${person}.`

/** Keeps one person's unsaved typing on this machine, only until the server has it. */
export class Keep {
  constructor(
    private readonly shelf: Shelf,
    private readonly person: string,
  ) {}

  /** False when this machine could not keep it. */
  put(name: string, kept: Kept): boolean {
    try {
      this.shelf.setItem(prefix(this.person) + name, JSON.stringify(kept))
      return true
    } catch {
      return false
    }
  }

  get(name: string): Kept | undefined {
    try {
      const kept = JSON.parse(this.shelf.getItem(prefix(this.person) + name) ?? 'null') as Kept | null
      return kept && typeof kept.fields === 'object' && typeof kept.rev === 'number' ? kept : undefined
    } catch {
      return undefined
    }
  }

  drop(name: string): void {
    try {
      this.shelf.removeItem(prefix(this.person) + name)
    } catch {
      // Nothing was kept there, so nothing is left behind.
    }
  }

  /** The names of everything kept for this person. */
  names(): string[] {
    const found: string[] = []
    try {
      for (let i = 0; i < this.shelf.length; i++) {
        const k = this.shelf.key(i)
        if (k?.startsWith(prefix(this.person))) found.push(k.slice(prefix(this.person).length))
      }
    } catch {
      return []
    }
    return found
  }
}
