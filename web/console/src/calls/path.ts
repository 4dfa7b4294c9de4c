import { i18n } from '../i18n/i18n'

/** The steps of a flow in words; a step we have no word for keeps its own name. */
export function pathWords(path: string[] | null | undefined): string {
  const { t, te } = i18n.global
  return (path ?? []).map((walked) => {
    const [step, key] = walked.split(':')
    const word = te(`calls.steps.${step}`) ? t(`calls.steps.${step}`) : step
    return key ? t('calls.pressed', { step: word, key }) : word
  }).join(' › ')
}
