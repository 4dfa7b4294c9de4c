import type { CallRecord } from '../api/types'
import { i18n } from '../i18n/i18n'

/** Whether a record will still change: the call goes on, or its recording is being stored. */
export function goingOn(c: CallRecord): boolean {
  return c.endedAt === null || c.recording === 'pending'
}

/** The steps of a flow in words; a step we have no word for keeps its own name. */
export function pathWords(path: string[] | null | undefined): string {
  const { t, te } = i18n.global
  return (path ?? []).map((walked) => {
    const [step, key] = walked.split(':')
    const word = te(`calls.steps.${step}`) ? t(`calls.steps.${step}`) : step
    return key ? t('calls.pressed', { step: word, key }) : word
  }).join(' › ')
}
