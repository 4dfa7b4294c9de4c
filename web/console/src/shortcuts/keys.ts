// Every key of the console in one table. Alt + letter, read by the place of
// the key and not by the letter it types, so that input methods and macOS do
// not change it. Alt + D, E and F belong to the browsers and stay free.

export type Command =
  | 'signIn' | 'answer' | 'hangUp' | 'hold' | 'mute' | 'consult' | 'transfer' | 'cancelConsult' | 'swap' | 'complete' | 'conference' | 'leave'
  | 'keypad' | 'mask' | 'rate' | 'refer' | 'askHelp' | 'dial' | 'listen' | 'whisper' | 'barge' | 'takeOver' | 'ready' | 'breakMenu' | 'extend'
  | 'newTicket' | 'save' | 'instantReply' | 'submit' | 'category' | 'help'

export interface Key {
  command: Command
  /** KeyboardEvent.code */
  code: string
  alt: boolean
  /** How a reader sees it. */
  label: string
}

const alt = (command: Command, code: string, label: string): Key => ({ command, code, alt: true, label: `Alt+${label}` })

export const keys: readonly Key[] = [
  alt('answer', 'KeyA', 'A'),
  alt('hangUp', 'KeyH', 'H'),
  alt('hold', 'KeyO', 'O'),
  alt('mute', 'KeyM', 'M'),
  alt('consult', 'KeyZ', 'Z'),
  alt('transfer', 'KeyT', 'T'),
  alt('cancelConsult', 'KeyQ', 'Q'),
  alt('swap', 'KeyL', 'L'),
  alt('complete', 'KeyW', 'W'),
  alt('conference', 'KeyG', 'G'),
  alt('leave', 'KeyU', 'U'),
  alt('keypad', 'KeyK', 'K'),
  alt('mask', 'KeyP', 'P'),
  alt('rate', 'KeyJ', 'J'),
  alt('refer', 'KeyY', 'Y'),
  alt('askHelp', 'Digit0', '0'),
  alt('dial', 'KeyV', 'V'),
  alt('listen', 'Digit1', '1'),
  alt('whisper', 'Digit2', '2'),
  alt('barge', 'Digit3', '3'),
  alt('takeOver', 'Digit4', '4'),
  alt('signIn', 'Digit9', '9'),
  alt('ready', 'KeyR', 'R'),
  alt('breakMenu', 'KeyB', 'B'),
  alt('extend', 'KeyX', 'X'),
  alt('newTicket', 'KeyN', 'N'),
  alt('category', 'KeyC', 'C'),
  alt('save', 'KeyS', 'S'),
  alt('instantReply', 'KeyI', 'I'),
  alt('submit', 'Enter', 'Enter'),
  { command: 'help', code: 'Slash', alt: false, label: '?' },
]

/** What a keyboard event tells, as far as we look. */
export interface Press {
  code: string
  key: string
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  repeat: boolean
  isComposing: boolean
  /** Whether the press goes into a field that takes typing. */
  typing: boolean
}

/** The command of a press, or nothing. A held key and a half-typed word give none. */
export function commandOf(p: Press): Command | undefined {
  if (p.repeat || p.isComposing || p.ctrlKey || p.metaKey) return undefined
  if (p.altKey) return p.shiftKey ? undefined : keys.find((k) => k.alt && k.code === p.code)?.command
  return p.key === '?' && !p.typing ? 'help' : undefined
}

/** The label of a command's key, as “Alt+A”. */
export function keyLabel(command: Command): string {
  return keys.find((k) => k.command === command)?.label ?? ''
}
