// The supervisor's way through board, alarms, broadcast and wallboard.
import { call } from '../mock/data.mjs'
import { supervision } from '../mock/supervise.mjs'

export async function checkSupervise({ page, base, mock, lang, look, complain }) {
  const { world } = mock
  Object.assign(world, { who: '8100', mustChange: false, quiet: false, down: false, mute: false }, supervision())
  world.seat.reset()
  const id = (s) => page.getByTestId(s)
  const word = (zh, en) => (lang === 'en' ? en : zh)
  const did = async (what) => { for (let i = 0; i < 40; i++) { if (world.done.some((d) => d.startsWith(what))) return; await page.waitForTimeout(50) } complain(`not done: ${what}; done ${world.done.join(', ')}`) }

  await page.goto(`${base}/board?lang=${lang}`)
  await id('board-seat').first().waitFor()
  await page.locator('[data-testid=board-trend] canvas').waitFor()
  await id('board-roster').waitFor()
  if (await id('board-seat').first().getAttribute('data-agent') !== '8010') complain('who asks for help does not come first')
  if (await id('alarm-bell').getAttribute('data-count') !== '2') complain('the bell counts wrongly')
  await page.waitForTimeout(500)
  await look('sup-board')

  // The menu of a seat, by the button and its keys, and by the right mouse button.
  const card = (agent) => page.locator(`[data-testid=board-seat][data-agent="${agent}"]`)
  await card('8001').getByTestId('seat-more').focus()
  await page.keyboard.press('Enter')
  await id('seat-menu').waitFor()
  await page.keyboard.press('ArrowDown')
  await look('sup-seat-menu')
  await page.keyboard.press('Enter')
  await did('POST /seats/8001/listen {"mode":"whisper"}')
  await page.locator('.notice.good').first().waitFor()
  await card('8002').click({ button: 'right' })
  await id('seat-act-not-ready').click()
  await id('seat-reason-rest').click()
  await did('POST /seats/8002/not-ready {"reason":"rest"}')
  await page.locator('[data-testid=board-seat][data-agent="8002"][data-state=not_ready]').waitFor()
  // What takes something away is asked first, and a refusal says the server's sentence.
  await card('8006').click({ button: 'right' })
  await id('seat-act-take-over').click()
  const box = page.locator('.el-message-box')
  await box.waitFor()
  await look('sup-take-over')
  await box.locator('button').filter({ hasText: word('取消', 'Cancel') }).click()
  await box.waitFor({ state: 'hidden' })
  if (world.done.some((d) => d.includes('take-over'))) complain('taken over in spite of the refusal')
  world.refuse = ['您还没有签入话机，请先在工作台签入再监听。', 'Your phone is not signed in. Sign in at your desk first, then listen.']
  await card('8006').click({ button: 'right' })
  await id('seat-act-listen').click()
  await page.locator('.notice.bad').filter({ hasText: word('请先在工作台签入', 'Sign in at your desk') }).waitFor()
  await look('sup-refused')
  world.refuse = null
  await page.locator('.notice.bad .x').click()
  await card('8006').click({ button: 'right' })
  await page.keyboard.press('Escape')
  await id('seat-menu').waitFor({ state: 'detached' })

  await card('8003').getByTestId('seat-more').click()
  await id('seat-act-skills').click()
  await id('skill-truck').waitFor()
  await look('sup-skills')
  await id('skill-truck').locator('.el-input-number__increase').click()
  await id('skills-save').click()
  await did('PUT /seats/8003/skills {"skills":{"general":4,"taxi":2,"truck":1}}')

  await id('waiting-more').first().click()
  await id('move-to-queue').click()
  await page.locator('.el-select-dropdown__item:visible').first().click()
  await look('sup-move')
  await id('move-send').click()
  await did('POST /waiting/w0/move {"queue":"truck"}')

  await id('board-find').fill('800')
  if (await id('board-seat').count() !== 9) complain('the search finds others')
  await id('board-find').fill('')
  await id('board-view-table').click()
  await look('sup-board-table')
  await id('board-view-grid').click()

  await id('broadcast-open').click()
  await id('broadcast-text').fill('京港澳高速湘潭段因大雾封闭，来电请告知绕行长潭西线。')
  await look('sup-broadcast')
  await id('broadcast-send').click()
  await id('notice').waitFor()
  await look('sup-notice')
  await id('notice-close').click()
  await id('notice').waitFor({ state: 'detached' })

  await id('alarm-bell').click()
  await look('sup-bell')
  await id('alarm-all').click()
  await id('alarm-line').first().waitFor()
  await look('sup-alarms')
  await id('alarm-ack').first().click()
  await id('alarm-note').fill('已报修，运营商处理中')
  await id('alarm-ack-send').click()
  await page.locator('[data-testid=alarm-bell][data-count="1"]').waitFor()
  await id('alarms-history').click()
  await id('alarm-past').first().waitFor()
  await look('sup-alarm-history')
  await id('alarms-rules').click()
  await id('rule-row').first().waitFor()
  await look('sup-alarm-rules')
  await id('rule-edit').first().click()
  await id('rule-clear').locator('input').fill('99')
  await id('rule-save').click()
  await id('rule-clear-problem').waitFor()
  await look('sup-rule')
  await id('rule-clear').locator('input').fill('20')
  await id('rule-save').click()
  await page.locator('.el-dialog').waitFor({ state: 'hidden' })

  // Two hundred seats.
  world.who = '8101'
  world.seat.go('talking', { phone: { kind: 'browser', id: '8101', online: true, nailed: false, lineUp: false }, call: { ...call('talking'), id: 'call-8006', role: 'listener', listening: 'whisper' } })
  await page.goto(`${base}/board`)
  await id('listen-strip').waitFor()
  await look('sup-listening')
  world.seat.reset()
  world.who = '8100'

  await page.goto(`${base}/wall`)
  await id('wall-seat').first().waitFor()
  await page.waitForTimeout(300)
  const over = await page.evaluate(() => [...document.querySelectorAll('.wall *')].filter((e) => !(e instanceof SVGElement) && e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).overflowX === 'visible' && e.clientWidth > 0).map((e) => `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`))
  if (over.length) complain(`wallboard runs over: ${over.slice(0, 4).join(' | ')}`)
  if (/1[3-9]\d?\*{2,}/.test(await page.locator('.wall').textContent())) complain('the wallboard shows numbers')
  await look('wall')
  world.mute = true
  await id('wall-trouble').waitFor()
  await look('wall-stale')
  world.mute = false
  await id('wall-trouble').waitFor({ state: 'detached' })
  if (page.viewportSize().width === 1920 && lang === 'zh') {
    await page.setViewportSize({ width: 3840, height: 2160 })
    await page.waitForTimeout(300)
    await look('wall-4k')
    await page.setViewportSize({ width: 1920, height: 1080 })
  }
  world.quiet = true
  await page.goto(`${base}/wall`)
  await page.locator('.wall .none').last().waitFor()
  await look('wall-quiet')
  await page.goto(`${base}/alarms`)
  await page.waitForTimeout(300)
  await look('sup-alarms-none')
  world.quiet = false
}
