import { expect, test } from '@playwright/test'
import { inspect, logIn, picture, sizes } from './console'

// The Go test has an agent talking, an agent who declined, and callers who wait.
for (const [language, reading, width, height] of [['zh', '通话', 1366, 768], ['en', 'Talking', 1366, 768], ['zh', '通话', 1920, 1080]] as const) {
  test(`the board shows the floor live, ${language} at ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await logIn(page, '2001')
    if (language === 'en') await page.getByTestId('lang-en').click()
    await page.goto('/board')
    const seat = page.locator('[data-testid=board-seat][data-agent="1001"]').first()
    await expect(seat).toHaveAttribute('data-state', 'talking')
    await expect(seat).toContainText(reading)
    await expect(page.getByTestId('kpi-waiting')).toContainText('1')
    await expect(page.getByTestId('board-waiting').first()).toContainText('139****0000')
    await expect(page.getByTestId('board-trend')).toBeVisible()
    await inspect(page, `board, ${language} at ${width}`)
    await picture(page, width === 1366 ? `board-${language}` : `board-wide-${language}`)
  })
}

test('the bell and the wallboard', async ({ page }) => {
  await logIn(page, '2001')
  await page.goto('/board')
  await expect(page.getByTestId('board-seat')).toHaveCount(4)
  await page.getByTestId('alarm-bell').click()
  await expect(page.getByTestId('alarm-all')).toBeVisible()
  await sizes(page, 'board-alarms')
  await page.goto('/wall')
  await expect(page.getByTestId('wall-seat')).toHaveCount(4)
  await sizes(page, 'wall')
})
