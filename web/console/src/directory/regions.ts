import { computed, reactive, ref } from 'vue'
import { api } from '../api/api'
import { asProblem } from '../api/problem'
import type { Region } from '../api/types'

const again = 5000 // until what could not be read is asked for once more

const names = reactive(new Map<string, string>()) // by code; '': there is no such region
const near = ref<Region[]>([])
const asked = new Set<string>()
let nearOf = ''

/** A site's own region, those below it and those beside it: what a form offers first. */
export const regionChoices = computed(() => near.value)

/** Reads the regions of a site once. */
export function needRegions(site: string): void {
  if (!site || nearOf === site) return
  nearOf = site
  void persist(async () => {
    const [own, below, beside] = await Promise.all([api.region(site), api.regions(site), api.regions(`${site.slice(0, 2)}0000`)])
    const all = new Map([...own, ...below, ...beside].map((r) => [r.code, r]))
    near.value = [...all.values()]
    for (const r of all.values()) names.set(r.code, r.name)
  }, () => (nearOf = ''))
}

/** Finds out what a code is called that may be far from the site. */
export function needRegion(code: string): void {
  if (!isCode(code) || names.has(code) || asked.has(code)) return
  asked.add(code)
  void persist(async () => {
    const [found] = await api.region(code)
    names.set(code, found?.name ?? '')
  }, () => asked.delete(code))
}

/** Whether a text is a code; anything else is a place in somebody's own words. */
export function isCode(region: string): boolean {
  return /^\d{6}$/.test(region)
}

/** What a code is called: undefined while nobody has said, empty when there is no such region. */
export function nameOf(code: string): string | undefined {
  return names.get(code)
}

/** A region for the eye: its name, or the place as it was written. */
export function regionName(region: string): string {
  return names.get(region) || region
}

/** Reads until the server has answered. When it refuses, that is forgotten: the next need asks again. */
async function persist(read: () => Promise<void>, forget: () => void): Promise<void> {
  for (;;) {
    try {
      return await read()
    } catch (thrown) {
      if (!asProblem(thrown).passing) return void forget()
      await new Promise((r) => setTimeout(r, again))
    }
  }
}
