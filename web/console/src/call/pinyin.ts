// First letters of the Pinyin of Chinese names, by the browser's own sorting:
// the Unicode collation for Pinyin keeps a mark (U+FDD0 and a Latin letter)
// before the first character of each letter, made for indexes like this one.

const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')
const marks = [...'ABCDEFGHJKLMNOPQRSTWXYZ'].map((letter) => ({ letter: letter.toLowerCase(), mark: `\uFDD0${letter}` }))

/** Surnames that are read in another way than the character alone. */
const surnames: Record<string, string> = { 曾: 'z', 单: 's', 解: 'x', 查: 'z', 区: 'o', 翟: 'z', 覃: 'q', 乐: 'y', 缪: 'm', 尉: 'y' }

/** wxy for 王秀英; what is not Chinese stays, in small letters. */
export function initials(name: string): string {
  return [...name].map(letterOf).join('')
}

/** Whether the letters typed begin the initials, with the surname in either reading. */
export function startsWithInitials(name: string, typed: string): boolean {
  const q = typed.toLowerCase()
  const plain = initials(name)
  const first = [...name][0] ?? ''
  return plain.startsWith(q) || (first in surnames && (surnames[first] + plain.slice(1)).startsWith(q))
}

function letterOf(c: string): string {
  if (!/\p{Script=Han}/u.test(c)) return c.toLowerCase()
  return marks.filter((m) => collator.compare(m.mark, c) <= 0).pop()?.letter ?? ''
}
