import { onBeforeUnmount, onMounted } from 'vue'
import { type Command, commandOf } from './keys'

type Handlers = Partial<Record<Command, () => void>>

// The newest handler of a command wins: the page in front of the shell.
const stack: Handlers[] = []

/** Carries out commands while the calling component is on the screen. */
export function useShortcuts(handlers: Handlers): void {
  onMounted(() => stack.push(handlers))
  onBeforeUnmount(() => stack.splice(stack.indexOf(handlers), 1))
}

/** Whether anything on the screen carries out a command now. */
export function carried(command: Command): boolean {
  return stack.some((h) => h[command])
}

/** Listens to the whole page, once. */
export function listenForShortcuts(): void {
  window.addEventListener('keydown', (e) => {
    const target = e.target as HTMLElement | null
    const typing = target?.isContentEditable === true || /^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? '')
    const command = commandOf({
      code: e.code, key: e.key, altKey: e.altKey, ctrlKey: e.ctrlKey, metaKey: e.metaKey, shiftKey: e.shiftKey,
      repeat: e.repeat, isComposing: e.isComposing, typing,
    })
    if (!command) return
    const handler = [...stack].reverse().find((h) => h[command])?.[command]
    if (!handler) return
    e.preventDefault()
    e.stopPropagation()
    handler()
  }, true)
}
