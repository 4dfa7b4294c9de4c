import { reactive } from 'vue'
import { api } from '../api/api'
import { whenSessionOver } from '../api/http'
import { Problem } from '../api/problem'
import type { Me, Permission } from '../api/types'

/**
 * Who is logged in. “expired” keeps the page and everything typed on it while
 * the same person logs in again.
 */
export const session = reactive({
  status: 'unknown' as 'unknown' | 'out' | 'in' | 'expired',
  me: null as Me | null,
})

whenSessionOver(expire)

/** Asks the server who is logged in. Throws when it cannot say. */
export async function resume(): Promise<void> {
  try {
    enter(await api.session())
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown
    session.status = 'out'
  }
}

export async function logIn(number: string, password: string): Promise<Me> {
  const before = session.me
  const me = await api.logIn(number, password)
  // Another person at the same desk starts with a clean page.
  if (before && before.number !== me.number) location.assign('/')
  enter(me)
  return me
}

export async function logOut(): Promise<void> {
  await api.logOut()
  Object.assign(session, { status: 'out', me: null })
}

export async function changePassword(old: string, next: string): Promise<void> {
  await api.changePassword(old, next)
  enter(await api.session())
}

/** The session is over, wherever that was noticed. */
export function expire(): void {
  if (session.status === 'in') session.status = 'expired'
}

export function may(p: Permission): boolean {
  return session.me?.permissions.includes(p) ?? false
}

function enter(me: Me): void {
  Object.assign(session, { status: 'in', me })
}
