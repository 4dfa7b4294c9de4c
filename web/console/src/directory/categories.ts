import { computed, ref } from 'vue'
import { api } from '../api/api'
import type { Category } from '../api/types'
import { language } from '../i18n/i18n'

/** A choice of the category picker. */
export interface Choice {
  [other: string]: unknown
  value: string
  label: string
  children?: Choice[]
}

const tree = ref<Category[]>([])
let asked = false

/** Reads the category tree once; a failure is tried again at the next need. */
export async function needCategories(): Promise<void> {
  if (asked) return
  asked = true
  try {
    tree.value = (await api.categories()).tree
  } catch {
    asked = false
  }
}

/** The tree in the reader's language. */
export const categoryChoices = computed(() => tree.value.map(choice))

function choice(c: Category): Choice {
  const label = language.value === 'en' ? c.nameEn || c.name : c.name
  return { value: c.code, label, ...(c.children?.length ? { children: c.children.map(choice) } : {}) }
}

/** The way from the domain down to a code; empty when it is not known. */
export function pathTo(code: string, among: Category[] = tree.value): Category[] {
  for (const c of among) {
    if (c.code === code) return [c]
    const below = pathTo(code, c.children ?? [])
    if (below.length > 0) return [c, ...below]
  }
  return []
}

/** The domain that makes a category none of ours, if there is one. */
export function outOfScope(code: string): Category | undefined {
  return pathTo(code).find((c) => c.inScope === false)
}

/** 城市客运/出租汽车 */
export function categoryName(code: string): string {
  return pathTo(code).map((c) => (language.value === 'en' ? c.nameEn || c.name : c.name)).join('/')
}
