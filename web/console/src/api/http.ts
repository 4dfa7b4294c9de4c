import { Problem, readProblem } from './problem'

type Query = Record<string, string | number | boolean | null | undefined>

/** How long a request may take before it counts as unanswered. */
const patience = 15_000

let language = 'zh-CN'
let onSessionOver: (() => void) | undefined

/** The language the server's sentences and names should come in. */
export function speak(tag: string): void {
  language = tag
}

/** Calls back whenever the server says that nobody is logged in. */
export function whenSessionOver(f: () => void): void {
  onSessionOver = f
}

/** Writes a path with its query, leaving out what is empty. */
export function withQuery(path: string, query: Query = {}): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '' || value === false) continue
    q.set(key, String(value))
  }
  const s = q.toString()
  return s ? `${path}?${s}` : path
}

/** Sends JSON, answers JSON, throws a Problem when that does not work out. */
export async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), patience)
  const stop = () => limit.abort()
  signal?.addEventListener('abort', stop)
  try {
    const answer = await fetch(path, {
      method,
      headers: { Accept: 'application/json', 'Accept-Language': language, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: limit.signal,
    })
    const text = await answer.text()
    const data = parse(text)
    if (answer.ok) {
      if (data === undefined && text !== '') throw new Problem(0, 'not_json', '')
      return data as T
    }
    if (answer.status === 401 && !path.startsWith('/api/session')) onSessionOver?.()
    throw readProblem(answer.status, data)
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown
    if (signal?.aborted) throw thrown
    throw new Problem(0, limit.signal.aborted ? 'timeout' : 'unreachable', '')
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
