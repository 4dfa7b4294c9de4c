import type { Problem } from '../api/problem'

type Say = (key: string, params?: Record<string, unknown>) => string

const known = [400, 401, 403, 404, 409, 422, 423, 429, 500, 503]

/** The sentence for a problem: the server's own, or ours for its kind. */
export function sentence(p: Problem, t: Say): string {
  if (p.status === 0) {
    const ours = ['unreachable', 'timeout', 'not_json'].includes(p.code) ? p.code : 'client_error'
    return t(`problem.${ours}`)
  }
  if (p.detail) return p.detail
  const status = p.status >= 500 && p.status !== 503 ? (p.status === 502 || p.status === 504 ? 503 : 500) : p.status
  return known.includes(status) ? t(`problem.s${status}`) : t('problem.other', { status: p.status })
}
