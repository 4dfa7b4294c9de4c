import type { Desk } from '../api/types'

/** Reads one header of the INVITE that rings here. */
export type HeaderReader = (name: string) => string | undefined

/**
 * Whether a call that rings at the browser is answered without a click: the
 * switch says so (our own header, or Call-Info and Alert-Info as desk phones
 * know them), or the agent is in this call already and only its sound comes.
 */
export function answersItself(header: HeaderReader, desk: Desk | null): boolean {
  if (/^now\b/i.test(header('X-Yihaotong-Answer') ?? '')) return true
  if (/(^|;)\s*answer-after\s*=\s*0\s*(;|,|$)/i.test(header('Call-Info') ?? '')) return true
  if (/alert-autoanswer/i.test(header('Alert-Info') ?? '')) return true
  const call = desk?.call
  if (!call) return false
  return call.away || call.state === 'talking' || call.state === 'dialling'
}

/**
 * Whether a page that has just been opened may bring the browser phone to
 * itself: it was here before, or it is nowhere now.
 */
export function mayResume(desk: Desk, wasHere: boolean): boolean {
  if (desk.state === 'signed_out' || desk.phone.kind !== 'browser') return false
  return wasHere || !desk.phone.online || (desk.call?.away ?? false)
}
