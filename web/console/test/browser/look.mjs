// Drives the built console against the mock: the whole way of a call, pictures
// of every page in both languages and sizes, axe-core on each. Writes into
// test/shots (or the folder given); ends with 1 when anything is wrong.
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { checkSystem } from './system.mjs'
import { startMock } from '../mock/server.mjs'
import { checkDesk, checkReload } from './desk.mjs'
import { checkFaults } from './faults.mjs'
import { checkFlow } from './flow.mjs'
import { checkQuality } from './quality.mjs'
import { checkWorkforce } from './workforce.mjs'
import { checkSupervise } from './supervise.mjs'
import { checkWork } from './work.mjs'

const out = process.argv[2] ?? path.join(import.meta.dirname, '../shots')
mkdirSync(out, { recursive: true })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const mock = await startMock()
const base = `http://127.0.0.1:${mock.port}`
const browser = await chromium.launch({
  executablePath: process.env.YHT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required'],
})
let wrong = 0
const complain = (s) => { wrong++; process.stdout.write(`WRONG ${s}\n`) }

/** A picture and the findings of axe-core for what is on the screen. */
async function look(page, name, lang) {
  const frame = await page.evaluate(() => ({ x: document.documentElement.scrollWidth > innerWidth, y: document.documentElement.scrollHeight > innerHeight }))
  if (frame.x || frame.y) complain(`${name}: the frame scrolls`)
  await page.screenshot({ path: path.join(out, `${name}.png`) })
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  for (const v of violations) complain(`${name} axe ${v.impact} ${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? n.all[0]?.message ?? ''}`).slice(0, 4).join(' | ')}`)
  if (lang === 'en') {
    const mixed = await page.evaluate(() => [...document.querySelectorAll('button, label, th, h1, h2, dt, legend')].map((e) => e.textContent).filter((s) => /[\u4e00-\u9fff]/.test(s) && !/\u4e2d\u6587|[\u738b\u674e]/.test(s)))
    if (mixed.length) process.stdout.write(`mixed? ${name}: ${mixed.slice(0, 6).join(' | ')}\n`)
  }
}

const quick = process.argv.includes('--quick')
const only = process.argv.find((a) => a.startsWith('--only='))?.slice(7)
for (const lang of quick ? ['zh'] : ['zh', 'en']) {
  for (const [w, h] of quick ? [[1366, 768]] : [[1366, 768], [1920, 1080]]) {
    const newPage = async () => {
      const context = await browser.newContext({ viewport: { width: w, height: h }, permissions: ['microphone'], locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
      const page = await context.newPage()
      page.setDefaultTimeout(8000)
      page.on('pageerror', (e) => complain(`${lang} ${w}: ${e.message}`))
      page.on('console', (m) => { if (m.type() === 'error' && !/status of 4|WebSocket|status of 503/.test(m.text())) complain(`${lang} ${w} console: ${m.text()}`) })
      return page
    }
    const page = await newPage()
    try {
      if (lang === 'zh' && w === 1366 && !only && !process.argv.includes('--flow')) {
        const first = await newPage()
        await checkFaults({ page: first, base, mock, look: (name) => look(first, `${name}-${w}-${lang}`, lang), complain })
        await first.context().close()
      }
      if (!only || only === 'desk') {
        const desk = await newPage()
        await checkDesk({ page: desk, base, mock, lang, look: (name) => look(desk, `${name}-${w}-${lang}`, lang), complain }).catch(async (e) => {
          await desk.screenshot({ path: path.join(out, `failed-desk-${w}-${lang}.png`) })
          throw e
        }).finally(() => desk.context().close())
      }
      if (!only || only === 'supervise') {
        const board = await newPage()
        await checkSupervise({ page: board, base, mock, lang, look: (name) => look(board, `${name}-${w}-${lang}`, lang), complain }).catch(async (e) => {
          await board.screenshot({ path: path.join(out, `failed-supervise-${w}-${lang}.png`) })
          throw e
        }).finally(() => board.context().close())
      }
      if (!only || only === 'work') {
        const work = await newPage()
        await checkWork({ page: work, base, mock, lang, look: (name) => look(work, `${name}-${w}-${lang}`, lang), complain }).catch(async (e) => {
          await work.screenshot({ path: path.join(out, `failed-work-${w}-${lang}.png`) })
          throw e
        }).finally(() => work.context().close())
      }
      if (!only || only === 'workforce') {
        const force = await newPage()
        await checkWorkforce({ page: force, base, mock, lang, look: (name) => look(force, `${name}-${w}-${lang}`, lang), complain }).catch(async (e) => {
          await force.screenshot({ path: path.join(out, `failed-workforce-${w}-${lang}.png`) })
          throw e
        }).finally(() => force.context().close())
      }
      if (!only || only === 'quality') {
        const heard = await newPage()
        await checkQuality({ page: heard, base, mock, lang, look: (name) => look(heard, `${name}-${w}-${lang}`, lang), complain }).catch(async (e) => {
          await heard.screenshot({ path: path.join(out, `failed-quality-${w}-${lang}.png`) })
          throw e
        }).finally(() => heard.context().close())
      }
      if (!only || only === 'system') {
        const system = await newPage()
        await checkSystem({ page: system, base, mock, look: (name) => look(system, `${name}-${w}-${lang}`, lang), complain, lang }).catch(async (e) => {
          await system.screenshot({ path: path.join(out, `failed-system-${w}-${lang}.png`) })
          throw e
        }).finally(() => system.context().close())
      }
      if (!only || only === 'flow') await checkFlow({ page, base, mock, lang, look: (name) => look(page, `${name}-${w}-${lang}`, lang), complain })
    } catch (e) {
      complain(`${lang} ${w}: ${e.message}`)
      await page.screenshot({ path: path.join(out, `failed-${w}-${lang}.png`) })
    }
    await page.context().close()
  }
}
if (!only || only === 'desk' || only === 'reload') {
  const usual = await chromium.launch({ executablePath: process.env.YHT_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'], ignoreDefaultArgs: ['--mute-audio'] })
  const page = await (await usual.newContext({ viewport: { width: 1366, height: 768 }, permissions: ['microphone'], locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage()
  page.setDefaultTimeout(8000)
  await checkReload({ page, base, mock, shot: (name) => path.join(out, `${name}-1366-zh.png`), look: (name) => look(page, `${name}-1366-zh`, 'zh'), complain }).catch((e) => complain(`reload: ${e.message}`))
  await usual.close()
}
await browser.close()
mock.stop()
process.stdout.write(`${wrong} wrong\n`)
process.exitCode = wrong ? 1 : 0
