import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en, zh } from './messages'

type Tree = { [k: string]: string | Tree }

function leaves(t: Tree, at = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [k, v] of Object.entries(t)) {
    if (typeof v === 'string') all.set(at + k, v)
    else for (const [p, s] of leaves(v, `${at}${k}.`)) all.set(p, s)
  }
  return all
}

const chinese = leaves(zh)
const english = leaves(en)
const holes = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => {
    const p = join(dir, e.name)
    if (e.isDirectory()) return e.name === 'messages' ? [] : sources(p)
    return /\.(vue|ts)$/.test(e.name) && !/\.test\.ts$/.test(e.name) ? [p] : []
  })
}

describe('words', () => {
  it('exist in both languages, with the same holes', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
    for (const [k, s] of chinese) expect([k, holes(english.get(k)!)]).toEqual([k, holes(s)])
  })

  it('are not empty and not mixed', () => {
    const both = new Set(['shell.language'])
    for (const [k, s] of english) {
      expect(s, k).not.toBe('')
      if (!both.has(k)) expect(/[\u4e00-\u9fff]/.test(s), `${k}: ${s}`).toBe(false)
    }
    for (const [k, s] of chinese) {
      // What is left without the holes has no Latin words but names.
      const words = s.replace(/\{\w+\}|Alt\+\w|Ctrl|Erlang [ABC]|Erl|Excel|CSV|Esc|https|SIP|APP|IVR|yihaotong|Language/g, '')
      expect(/[a-zA-Z]/.test(words), `${k}: ${s}`).toBe(false)
    }
  })

  it('are all there that the pages ask for', () => {
    const missing: string[] = []
    for (const file of sources(join(import.meta.dirname, '..'))) {
      for (const m of readFileSync(file, 'utf8').matchAll(/(?<![\w.$])(?:\$?t|complainAbout|announce)\('([\w.]+)'/g)) {
        if (!chinese.has(m[1])) missing.push(`${file}: ${m[1]}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('stay out of the pages: no Chinese in a template', () => {
    for (const file of sources(join(import.meta.dirname, '..'))) {
      if (!file.endsWith('.vue')) continue
      const visible = readFileSync(file, 'utf8').replace(/\/\/.*$/gm, '').replace(/<!--[^]*?-->/g, '').replace(/\/\*[^]*?\*\//g, '')
      expect(/[\u4e00-\u9fff]/.test(visible), file).toBe(false)
    }
  })
})
