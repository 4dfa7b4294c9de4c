import { ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message-box/style/css'
import { i18n } from '../i18n/i18n'

/** Asks a yes-or-no question; false for no, and for closing it. */
export async function ask(title: string, text: string, yes: string, no: string, params: Record<string, string> = {}): Promise<boolean> {
  const t = i18n.global.t as (key: string, params?: Record<string, string>) => string
  return ElMessageBox.confirm(t(text, params), t(title, params), { confirmButtonText: t(yes), cancelButtonText: t(no), autofocus: true })
    .then(() => true, () => false)
}
