import { expect, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const password = 'Yht-12328-demo'

/** Logs somebody of the demo city in. plainaudio keeps the browser from cleaning the tone away. */
export async function logIn(page: Page, number: string) {
  await page.goto('/?plainaudio=1')
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
