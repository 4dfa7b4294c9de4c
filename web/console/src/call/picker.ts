import { reactive } from 'vue'
import { api } from '../api/api'
import type { Targets } from '../api/types'
import type { Wish } from './targets'

/** The panel to choose whom a call goes to: what for, and what it chooses from. */
export const picker = reactive({
  wish: '' as Wish | '',
  targets: { agents: [], queues: [], contacts: [], help: 0 } as Targets,
  failed: false,
})

/** Opens the panel, or closes it when it is open for the same. */
export function togglePicker(wish: Wish): void {
  picker.wish = picker.wish === wish ? '' : wish
}

export function closePicker(): void {
  picker.wish = ''
}

/** Reads whom one could reach now; what was read before stays when that fails. */
export async function readTargets(): Promise<void> {
  try {
    picker.targets = await api.targets()
    picker.failed = false
  } catch {
    picker.failed = true
  }
}
