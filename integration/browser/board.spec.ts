import { expect, test } from '@playwright/test'
import { inspect, logIn, picture } from './console'

// The Go test has an agent talking, an agent who declined, and callers who wait.
for (const [language, reading] of [['zh', '通话'], ['en', 'Talking']] as const) {
  for (const [width, height] of [[1366, 768], [1920, 1080]] as const) {
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
}
