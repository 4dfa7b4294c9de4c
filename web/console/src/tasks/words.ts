import type { Task } from '../api/tasks'
import { duration } from '../format/time'

/** The sentence that says what happened: its key and its holes. */
export function about(task: Pick<Task, 'kind' | 'queueName' | 'waitedSeconds' | 'agentName'>): { key: string; holes: Record<string, string> } {
  const kind = task.kind === 'missed' && !task.queueName ? 'missedFlow' : task.kind
  return {
    key: `tasks.abouts.${kind}`,
    holes: { queue: task.queueName ? `“${task.queueName}”` : '', waited: duration(task.waitedSeconds), agent: task.agentName || '—' },
  }
}

/** What a list asks for when a person chooses a state. */
export function statesOf(chosen: string): string {
  return chosen === 'pending' ? 'open,taken' : chosen
}
