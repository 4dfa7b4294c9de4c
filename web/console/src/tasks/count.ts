import { onScopeDispose, reactive } from 'vue'
import { type TaskCounts, taskApi } from '../api/tasks'
import { may } from '../session/session'

/** How much waits for this person; zero until it is known. */
export const waiting = reactive<TaskCounts>({ open: 0, mine: 0, overdue: 0 })

const every = 15_000

/** Counts again: after every action, so that the badge never lags behind one's own work. */
export async function recount(): Promise<void> {
  if (!may('tasks') || document.hidden) return
  // What cannot be counted keeps its last number: the page itself says what is wrong.
  await taskApi.count().then((c) => Object.assign(waiting, c), () => undefined)
}

/** Keeps counting while the menu is there. */
export function useCount(): void {
  const seen = () => { if (!document.hidden) void recount() }
  const timer = setInterval(() => void recount(), every)
  document.addEventListener('visibilitychange', seen)
  void recount()
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
  })
}
