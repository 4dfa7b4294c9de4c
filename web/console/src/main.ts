import { createApp } from 'vue'
import App from './App.vue'
import { recoverEarly } from './desk/phone'
import { i18n, startLanguage } from './i18n/i18n'
import { router } from './router'
import { resume } from './session/session'
import { listenForShortcuts } from './shortcuts/shortcuts'
import './theme.css'

startLanguage()
listenForShortcuts()
void recoverEarly()
void begin()

/** Waits for the server, saying so, and shows the first page. */
async function begin(): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await resume()
      break
    } catch {
      document.getElementById('app')!.textContent = (i18n.global.t as (k: string) => string)('login.unreachable')
      await new Promise((r) => setTimeout(r, Math.min(5000, 500 * 2 ** tries)))
    }
  }
  createApp(App).use(i18n).use(router).mount('#app')
}
