import { expect, test } from '@playwright/test'
import { inspect, logIn, picture, sitDown } from './console'

// The Go test calls as soon as the agent is ready, and afterwards checks the
// recording by its tones. What it must know it reads from the last line.
test('an agent answers in the browser and writes the ticket', async ({ page }) => {
  await logIn(page, '1001')
  await inspect(page, 'desk, signed out')
  await picture(page, 'desk-signed-out-zh')
  await sitDown(page)
  await inspect(page, 'desk, ready')
  await picture(page, 'desk-ready-zh')

  await expect(page.getByTestId('call-answer')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('call-caller')).toContainText('138****2345')
  await picture(page, 'desk-ringing-zh')
  await page.keyboard.press('Alt+a')
  await expect(page.getByTestId('call-state')).toContainText('通话')

  await page.getByTestId('ticket-type-complaint').click()
  const category = page.getByTestId('ticket-category').locator('input').first()
  await category.fill('出租')
  await page.locator('.el-cascader__suggestion-item', { hasText: '出租' }).first().click()
  await page.getByTestId('ticket-title').fill('出租车拒载')
  await page.getByTestId('ticket-content').fill('乘客反映11月21日20时许，在长沙火车站东广场，湘A12345出租车以路近为由拒载。')
  await page.getByTestId('ticket-plate').fill('湘A12345')
  await expect(page.getByTestId('ticket-saved')).toContainText('已保存')
  await inspect(page, 'desk, in a call')
  await picture(page, 'desk-call-zh')

  // What was typed survives a reload of nothing but the form's server copy:
  // the draft is listed among the tickets.
  await page.keyboard.press('Alt+h')
  await expect(page.getByTestId('call-state')).toContainText('话后')
  await picture(page, 'desk-wrapup-zh')
  await page.getByTestId('ticket-submit').first().click()
  const number = page.getByTestId('ticket-number').first()
  await expect(number).toContainText(/\d{22}/)
  const written = (await number.textContent())!.match(/\d{22}/)![0]

  await page.goto('/calls')
  const row = page.getByTestId('call-row').first()
  await expect(row).toContainText('138****2345')
  await row.click()
  await expect(page.getByTestId('recording-load').or(page.getByTestId('recording-play')).first()).toBeVisible({ timeout: 60_000 })
  const load = page.getByTestId('recording-load').first()
  if (await load.isVisible()) await load.click()
  await expect(page.getByTestId('recording-waveform').first()).toBeVisible()
  await page.getByTestId('recording-play').first().click()
  await expect(page.getByTestId('recording-time').first()).not.toContainText(/^\s*00:00/)
  await inspect(page, 'my calls')
  await picture(page, 'calls-zh')

  await page.goto('/tickets')
  await page.getByTestId('tickets-query').fill(written)
  await page.getByTestId('tickets-search').click()
  await expect(page.getByTestId('ticket-row').first()).toContainText('出租车拒载')
  await inspect(page, 'tickets')
  await picture(page, 'tickets-zh')
  await page.getByTestId('ticket-row').first().click()
  await expect(page.getByTestId('ticket-number').first()).toContainText(written)
  await inspect(page, 'ticket')
  await picture(page, 'ticket-zh')

  for (const [language, width, height] of [['zh', 1920, 1080], ['en', 1366, 768]] as const) {
    await page.setViewportSize({ width, height })
    await page.getByTestId(`lang-${language}`).click()
    for (const [name, path] of [['desk', '/desk'], ['calls', '/calls'], ['tickets', '/tickets'], ['ticket', `/tickets/${written}`]]) {
      await page.goto(`${path}`)
      await expect(page.getByTestId('call-state')).toBeVisible()
      await page.waitForLoadState('networkidle')
      await inspect(page, `${name}, ${language} at ${width}`)
      await picture(page, `${name}-${language}-${width}`)
    }
  }
  console.log(`ticket=${written}`)
})
