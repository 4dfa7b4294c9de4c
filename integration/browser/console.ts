import { chromium, expect, type Browser, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import config, { launch } from './playwright.config'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const password = 'Yht-12328-demo'

/** Logs somebody of the demo city in. plainaudio keeps the browser from cleaning the tone away. */
export async function logIn(page: Page, number: string) {
  await page.addInitScript(() => localStorage.setItem('yht.plainaudio', '1'))
  await page.goto('/')
  await page.getByTestId('login-number').fill(number)
  await page.getByTestId('login-password').fill(password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('person-menu')).toBeVisible()
}

/** Signs an agent in at the browser phone and makes the agent ready. */
export async function sitDown(page: Page) {
  await page.getByTestId('desk-signin-browser').click()
  await page.getByTestId('desk-ready').first().click()
  await expect(page.getByTestId('call-state')).toContainText('就绪')
}

/** Fails when axe-core finds a violation, or when the frame itself scrolls. */
export async function inspect(page: Page, what: string) {
  await page.evaluate(axe)
  const faults = await page.evaluate(async () => {
    const found = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run()
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  })
  expect(faults, `${what}: accessibility`).toEqual([])
  const over = await page.evaluate(() => ({
    x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight,
  }))
  expect(over.x, `${what}: the frame scrolls sideways`).toBeLessThanOrEqual(0)
  expect(over.y, `${what}: the frame scrolls`).toBeLessThanOrEqual(0)
}

/** Keeps a picture of the page when asked to. */
export async function picture(page: Page, name: string) {
  const dir = process.env.YHT_PICTURES
  if (dir) await page.screenshot({ path: `${dir}/${name}.png` })
}

/** Has a line of a scene played; see integration/timeline. Throws what was wrong. */
export async function scene(line: string) {
  const answer = await fetch(process.env.YHT_STAGE!, { method: 'POST', body: line })
  if (!answer.ok) throw new Error(`${line}: ${await answer.text()}`)
}

/** Something is done now; something is true within so many seconds. */
export const does = (what: string) => scene(`at 0s ${what}`)
export const within = (seconds: number, what: string) => scene(`by ${seconds}s ${what}`)

export const voices = JSON.parse(process.env.YHT_VOICES ?? '{}') as Record<string, number>

/** A browser of somebody's own, whose microphone has the person's voice. */
export const browserOf = (number: string) => chromium.launch(launch(`${process.env.YHT_MICROPHONES}/${number}.wav`))

/** A window of a browser, with somebody logged in. */
export async function windowOf(browser: Browser, number: string): Promise<Page> {
  const { baseURL, locale, timezoneId, viewport, permissions } = config.use!
  const context = await browser.newContext({ baseURL, locale, timezoneId, viewport, permissions })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  await logIn(page, number)
  return page
}

/** Who is heard in a page: the voices in the last tenth of a second. */
export function heard(page: Page): Promise<string[]> {
  return page.evaluate(async (tones) => {
    const ear = window as unknown as { ear?: { of: MediaStream; ctx: AudioContext; tap: AnalyserNode } }
    const stream = document.querySelector('audio')?.srcObject as MediaStream | null
    if (!stream) return []
    if (ear.ear?.of !== stream) {
      await ear.ear?.ctx.close()
      const ctx = new AudioContext()
      const tap = ctx.createAnalyser()
      tap.fftSize = 4096
      ctx.createMediaStreamSource(stream).connect(tap)
      ear.ear = { of: stream, ctx, tap }
      await new Promise((r) => setTimeout(r, 100))
    }
    const { ctx, tap } = ear.ear
    const samples = new Float32Array(tap.fftSize)
    tap.getFloatTimeDomainData(samples)
    return Object.keys(tones).filter((who) => {
      const k = 2 * Math.cos((2 * Math.PI * tones[who]) / ctx.sampleRate)
      let a = 0, b = 0
      for (const x of samples) [a, b] = [x + k * a - b, a]
      return (2 * Math.sqrt(Math.max(0, a * a + b * b - k * a * b))) / samples.length > 0.015
    }).sort()
  }, voices)
}

/** Exactly these are heard in a page, at last. */
export async function hears(page: Page, ...who: string[]) {
  await expect.poll(() => heard(page), { timeout: 8000, intervals: [50] }).toEqual(who.sort())
}

/** Pictures of a page: Chinese in both sizes, English in the small one. */
export async function sizes(page: Page, name: string, english = false) {
  if (!process.env.YHT_PICTURES) return
  await page.waitForTimeout(400) // what slides in has come to rest
  await picture(page, `${name}-zh`)
  await page.setViewportSize({ width: 1920, height: 1080 })
  await page.waitForTimeout(400)
  await picture(page, `${name}-zh-1920`)
  await page.setViewportSize({ width: 1366, height: 768 })
  if (!english) return
  await page.getByTestId('lang-en').click()
  await page.waitForTimeout(300)
  await picture(page, `${name}-en`)
  await page.getByTestId('lang-zh').click()
}
