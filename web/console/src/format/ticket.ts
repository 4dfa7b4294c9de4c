/** What a ticket is called: its number, or a word for a draft, which has none yet. */
export function ticketName(ref: string, draft: string): string {
  return /^\d{22}$/.test(ref) ? ref : draft
}
