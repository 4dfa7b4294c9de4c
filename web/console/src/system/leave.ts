import { onBeforeUnmount, onMounted } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { ask } from '../parts/ask'

/** Nobody leaves a page with unsaved changes without being asked. */
export function useLeaving(dirty: () => boolean): void {
  const stay = (e: BeforeUnloadEvent) => { if (dirty()) e.preventDefault() }
  onBeforeRouteLeave(async () => !dirty() || (await ask('system.leaveTitle', 'system.leaveText', 'shell.leave', 'shell.stay')))
  onMounted(() => window.addEventListener('beforeunload', stay))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', stay))
}
