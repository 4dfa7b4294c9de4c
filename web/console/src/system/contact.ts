import type { Contact, ContactFields } from '../api/system'
import { numbersOf } from './guard'

/** A contact as it stands in the form. */
export interface ContactDraft extends Omit<ContactFields, 'numbers'> {
  code: string
  /** As typed. */
  numbers: string
}

export function draftOf(c: Contact | null): ContactDraft {
  if (!c) {
    return { code: '', name: '', nameEn: '', kind: 'referral', numbers: '', trunk: '', emergency: false, told: true, transfer: true, words: '', wordsEn: '', category: '', position: 500 }
  }
  return { ...bare(c), code: c.code, numbers: c.numbers.join(' ') }
}

/** What people write about a contact, without the rest. */
export function bare(c: ContactFields): ContactFields {
  const { name, nameEn, kind, numbers, trunk, emergency, told, transfer, words, wordsEn, category, position } = c
  return { name, nameEn, kind, numbers, trunk, emergency, told, transfer, words, wordsEn, category, position }
}

/** A contact's fields for the server. */
export function fieldsOf(d: ContactDraft): ContactFields {
  return bare({ ...d, name: d.name.trim(), nameEn: d.nameEn.trim(), words: d.words.trim(), wordsEn: d.wordsEn.trim(), numbers: telephones(d.numbers) })
}

/** Telephone numbers out of what somebody typed; hyphens are theirs to write. */
export const telephones = (typed: string): string[] => numbersOf(typed).map((n) => n.replace(/[-()（）]/g, ''))

/** What is wrong with a draft, as keys of the messages by field. */
export function faultsOf(d: ContactDraft): Partial<Record<'code' | 'name' | 'numbers' | 'told', string>> {
  const numbers = telephones(d.numbers)
  return {
    ...(!/^[a-z0-9][a-z0-9_-]{0,31}$/.test(d.code) && { code: 'system.contact.badCode' }),
    ...(!d.name.trim() && { name: 'system.contact.needName' }),
    ...(!numbers.length ? { numbers: 'system.contact.needNumber' } : (numbers.length > 5 || numbers.some((n) => !/^[0-9]{3,20}$/.test(n))) && { numbers: 'system.contact.badNumber' }),
    ...(d.kind === 'referral' && !d.told && !d.transfer && { told: 'system.contact.useless' }),
  }
}
