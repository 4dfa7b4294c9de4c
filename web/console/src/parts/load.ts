import { onScopeDispose, ref, type Ref, watch, type WatchSource } from 'vue'
import { asProblem, type Problem } from '../api/problem'
import { language } from '../i18n/i18n'

/** Something read from the server, and how that went. */
export interface Loaded<T> {
  data: Ref<T | null>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  reload(): Promise<void>
}

/**
 * Reads something whenever what it depends on changes, and again in the other
 * language when that changes. Of two answers the one asked for later counts;
 * old data stays on the screen until new data is there.
 */
export function useLoaded<T>(read: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []): Loaded<T> {
  const data = ref(null) as Ref<T | null>
  const problem = ref<Problem | null>(null)
  const loading = ref(false)
  let current: AbortController | undefined

  async function reload(): Promise<void> {
    current?.abort()
    const mine = (current = new AbortController())
    loading.value = true
    try {
      const answer = await read(mine.signal)
      if (mine !== current) return
      data.value = answer
      problem.value = null
    } catch (thrown) {
      if (mine === current) problem.value = asProblem(thrown)
    } finally {
      if (mine === current) loading.value = false
    }
  }

  watch([language, ...sources], () => void reload(), { immediate: true })
  onScopeDispose(() => current?.abort())
  return { data, problem, loading, reload }
}

const refreshEvery = 3000

/** Reads again every few seconds as long as what is shown is still going on. */
export function useRefresh<T>(loaded: Loaded<T>, unfinished: (data: T) => boolean): void {
  const timer = setInterval(() => {
    if (loaded.data.value !== null && !loaded.loading.value && unfinished(loaded.data.value)) void loaded.reload()
  }, refreshEvery)
  onScopeDispose(() => clearInterval(timer))
}
