// The work that calls leave behind, and the story of a call.

const by = (id) => `[data-testid="${id}"]`

/** An agent works through items; a supervisor gives them and looks at a call. */
export async function checkWork({ page, base, mock, lang, look, complain }) {
  const enter = async (number) => {
    await page.context().clearCookies()
    mock.world.who = null
    await page.goto(`${base}/login?lang=${lang}`)
    await page.fill(by('login-number'), number)
    await page.fill(by('login-password'), 'Demo-12328')
    await page.click(by('login-submit'))
    await page.waitForSelector(by('person-menu'))
  }
  await enter('8001')
  await page.click(by('menu-tasks'))
  await page.waitForSelector(by('task-row'))
  await look('tasks')
  if (!(await page.textContent(by('tasks-badge')))?.trim()) complain('tasks: no badge')
  // The message: listen, write down, take, done.
  await page.locator(by('task-row')).nth(1).locator('button').click()
  await page.waitForSelector(by('task-transcript'))
  await page.click(by('recording-load'))
  await page.waitForSelector(by('recording-waveform'))
  await page.fill(by('task-transcript'), '司机绕路，请回电。')
  await page.click(by('task-transcript-save'))
  await page.click(by('task-take'))
  await page.waitForSelector(by('task-release'))
  await look('task-message')
  await page.click(by('task-done'))
  await page.click(by('task-outcome-answered'))
  await page.fill(by('task-words'), '已解释')
  await look('task-closing')
  await page.click(by('task-confirm'))
  await page.waitForFunction((s) => document.querySelector(s)?.textContent?.includes('已解释'), by('task-log'))
  mock.world.work.all.length = 0
  await page.click(by('tasks-search'))
  await page.waitForFunction((s) => !document.querySelector(s), by('task-row'))
  await look('tasks-empty')
  mock.world.work = new mock.world.work.constructor()

  await enter('8100')
  await page.click(by('menu-tasks'))
  await page.waitForSelector(by('task-row'))
  for (const i of [0, 2]) await page.locator(`${by('task-row')} input[type=checkbox]`).nth(i).check()
  await page.waitForSelector(by('task-assign'))
  await look('tasks-bulk')
  await page.click(by('tasks-settings'))
  await page.waitForSelector(by('tasks-settings-save'))
  await look('tasks-settings')
  await page.keyboard.press('Escape')

  await page.goto(`${base}/calls?call=0199b3a2-rec-1&lang=${lang}`)
  await page.waitForSelector(by('story-list'))
  await look('call-story')
  await page.click(by('story-wide'))
  await page.waitForSelector(by('story-lanes'))
  await page.click(by('recording-load'))
  await page.waitForSelector(by('recording-waveform'))
  // A click on an entry leads the sound there, and the red line with it.
  const line = page.locator(`${by('story-list')} button`).filter({ hasText: lang === 'en' ? 'Mute' : '静音' })
  await line.click()
  await page.waitForFunction((s) => document.querySelector(s)?.textContent?.startsWith('01:10'), by('recording-time')).catch(async () => complain(`story: the sound is at ${await page.textContent(by('recording-time'))}`))
  if (!(await page.locator(by('story-cursor')).count())) complain('story: no line shows where the sound is')
  await look('call-story-wide')
  // Agents are not told who listened.
  await enter('8001')
  await page.goto(`${base}/calls?call=0199b3a2-rec-1&story=1&lang=${lang}`)
  await page.waitForSelector(by('story-lanes'))
  if (/密语|Whisper/.test(await page.textContent(by('story-list')))) complain('story: an agent is told of a whisper')
}
