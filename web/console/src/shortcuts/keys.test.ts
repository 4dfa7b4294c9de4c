import { describe, expect, it } from 'vitest'
import { commandOf, keyLabel, keys, type Press } from './keys'

const press = (p: Partial<Press>): Press => ({
  code: '', key: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false, typing: false, ...p,
})

describe('shortcut keys', () => {
  it('gives each key one meaning and each command one key', () => {
    const unique = (of: (string | boolean)[]) => new Set(of).size
    expect(unique(keys.map((k) => `${k.alt} ${k.code}`))).toBe(keys.length)
    expect(unique(keys.map((k) => k.command))).toBe(keys.length)
  })
  it('leaves the keys of the browsers free', () => {
    for (const code of ['KeyD', 'KeyE', 'KeyF', 'F4', 'Home', 'ArrowLeft', 'ArrowRight', 'Tab']) {
      expect(commandOf(press({ code, altKey: true }))).toBeUndefined()
    }
  })
  it('reads the place of the key, whatever it types', () => {
    expect(commandOf(press({ code: 'KeyA', key: 'å', altKey: true, typing: true }))).toBe('answer')
    expect(keyLabel('answer')).toBe('Alt+A')
  })
  it('ignores AltGr, held keys and words being composed', () => {
    expect(commandOf(press({ code: 'KeyA', altKey: true, ctrlKey: true }))).toBeUndefined()
    expect(commandOf(press({ code: 'KeyH', altKey: true, repeat: true }))).toBeUndefined()
    expect(commandOf(press({ code: 'KeyS', altKey: true, isComposing: true }))).toBeUndefined()
  })
  it('types a question mark in a field and opens the list elsewhere', () => {
    expect(commandOf(press({ key: '?', shiftKey: true, typing: true }))).toBeUndefined()
    expect(commandOf(press({ key: '?', shiftKey: true }))).toBe('help')
  })
})
