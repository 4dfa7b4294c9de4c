/** One field that the server refused, with the sentence for its reader. */
export interface FieldProblem {
  location: string
  message: string
}

/**
 * A request that did not work: the sentence a colleague would say, the code
 * for support, and what the server knows besides. Status 0 means that no
 * answer arrived at all.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** Empty when the answer had none: the reader's language supplies one. */
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
    /** What is stored now, when somebody else changed it (409). */
    readonly current: unknown = undefined,
  ) {
    super(detail || code)
    this.name = 'Problem'
  }

  /** Whether trying the same again later can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** Reads an answer that is not a success, whatever its body holds. */
export function readProblem(status: number, body: unknown): Problem {
  const b = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const errors = Array.isArray(b.errors)
    ? b.errors.flatMap((e: unknown) => {
        const f = e as Record<string, unknown> | null
        return f && typeof f.location === 'string'
          ? [{ location: f.location.replace(/^body\./, ''), message: String(f.message ?? '') }]
          : []
      })
    : []
  const code = typeof b.code === 'string' && b.code !== '' ? b.code : `http_${status}`
  const detail = typeof b.detail === 'string' ? b.detail : ''
  return new Problem(status, code, detail, errors, b.current)
}

/** Turns whatever was thrown into a Problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem(0, 'client_error', thrown instanceof Error ? thrown.message : String(thrown))
}
