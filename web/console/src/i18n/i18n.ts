import { createI18n } from 'vue-i18n'
import { speak } from '../api/http'
import { en, zh } from './messages'

export type Language = 'zh' | 'en'
const remembered = 'yht.language'

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: { zh, en } })

/** Switches every word of the console, and of the server’s answers. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language
  const tag = language === 'zh' ? 'zh-CN' : 'en'
  document.documentElement.lang = tag
  speak(tag)
  try {
    localStorage.setItem(remembered, language)
  } catch {
    // The choice lasts as long as the page.
  }
}

/** The language chosen before; Chinese unless somebody chose. `?lang=en` chooses. */
export function startLanguage(): void {
  let chosen: string | null = new URLSearchParams(location.search).get('lang')
  try {
    chosen ??= localStorage.getItem(remembered)
  } catch {
    // No memory here: Chinese.
  }
  setLanguage(chosen === 'en' ? 'en' : 'zh')
}

export const language = i18n.global.locale
