// Drives the built console against the mock: the whole way of a call, pictures
// of every page in both languages and sizes, axe-core on each. Writes into
// test/shots (or the folder given); ends with 1 when anything is wrong.
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { startMock } from '../mock/server.mjs'
import { checkFaults } from './faults.mjs'
import { checkFlow } from './flow.mjs'

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
      if (lang === 'zh' && w === 1366 && !process.argv.includes('--flow')) {
        const first = await newPage()
        await checkFaults({ page: first, base, mock, look: (name) => look(first, `${name}-${w}-${lang}`, lang), complain })
        await first.context().close()
      }
      await checkFlow({ page, base, mock, lang, look: (name) => look(page, `${name}-${w}-${lang}`, lang), complain })
    } catch (e) {
      complain(`${lang} ${w}: ${e.message}`)
      await page.screenshot({ path: path.join(out, `failed-${w}-${lang}.png`) })
    }
    await page.context().close()
  }
}
await browser.close()
mock.stop()
process.stdout.write(`${wrong} wrong\n`)
process.exitCode = wrong ? 1 : 0
