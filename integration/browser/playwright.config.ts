import { defineConfig, type LaunchOptions } from '@playwright/test'

// Run by the Go tests of integration/, which start the whole system first and
// tell where it is. The microphone is a file with a tone.
export const launch = (mic: string): LaunchOptions => ({
  executablePath: process.env.YHT_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${mic}`,
    '--allow-loopback-in-peer-connection',
  ],
})

export default defineConfig({
  testDir: '.',
  outputDir: process.env.YHT_BROWSER_OUTPUT ?? 'test-results',
  reporter: 'list',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 10_000,
    baseURL: process.env.YHT_URL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1366, height: 768 },
    permissions: ['microphone'],
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: launch(process.env.YHT_MICROPHONE ?? ''),
  },
})
