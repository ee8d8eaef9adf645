// The texts in use, in the language in use. Each part loads together with the view that shows it. A
// component that reads one while drawing redraws when the language changes.

import { computed, signal } from '@preact/signals'
import {
  type Catalogue,
  chooseLanguage,
  type Language,
  timesAs,
  writeTime
} from './language/language.ts'

/** By the names of their files; each language has one. */
interface English {
  readonly alert: typeof import('./en/alert.ts').part
  readonly area: typeof import('./en/area.ts').part
  readonly digest: typeof import('./en/digest.ts').part
  readonly import: typeof import('./en/import.ts').part
  readonly map: typeof import('./en/map.ts').part
  readonly 'past-board': typeof import('./en/past-board.ts').part
  readonly report: typeof import('./en/report.ts').part
  readonly 'response-times': typeof import('./en/response-times.ts').part
  readonly rules: typeof import('./en/rules.ts').part
  readonly shell: typeof import('./en/shell.ts').part
  readonly 'shift-report': typeof import('./en/shift-report.ts').part
  readonly silences: typeof import('./en/silences.ts').part
  readonly sources: typeof import('./en/sources.ts').part
  readonly subscriptions: typeof import('./en/subscriptions.ts').part
  readonly watches: typeof import('./en/watches.ts').part
}
export type Part = keyof English
type All<T> = (T extends unknown ? (each: T) => void : never) extends (all: infer A) => void
  ? A
  : never
export type Words = Catalogue<All<English[Part]>>

const wanted = new Set<Part>()
const loaded = new Map<Language, Map<Part, Partial<Words>>>()
/** The requested language, in use once all its parts are loaded. */
let chosen = chooseLanguage(navigator.languages)
const inUse = signal({ language: chosen, words: {} as Words })

export const words = new Proxy({} as Words, {
  get: (_, name) => inUse.value.words[name as keyof Words]
})
export const language = computed(() => inUse.value.language)

/** Writes instants in the language in use. Cached: a format costs more than drawing a row. */
export function timeFormat(options: Intl.DateTimeFormatOptions): (atMs: number) => string {
  const made = new Map<Language, Intl.DateTimeFormat>()
  return atMs => {
    const format =
      made.get(language.value) ?? new Intl.DateTimeFormat(timesAs[language.value], options)
    made.set(language.value, format)
    return writeTime(format.format(atMs), language.value)
  }
}

/** Loads parts in the language in use. Rejects where the link is down. */
export async function loadWords(...parts: readonly Part[]): Promise<void> {
  for (const part of parts) wanted.add(part)
  await Promise.all([...new Set([chosen, inUse.peek().language])].map(bring))
}

/** Changes the language of all that is shown. Null: the browser's. */
export async function speak(asked: string | null): Promise<void> {
  chosen = chooseLanguage(asked === null ? navigator.languages : [asked])
  await bring(chosen)
}

async function bring(of: Language): Promise<void> {
  const parts = loaded.get(of) ?? new Map<Part, Partial<Words>>()
  loaded.set(of, parts)
  const missing = [...wanted].filter(part => !parts.has(part))
  await Promise.all(
    missing.map(async part => {
      const file = (await import(`./${of}/${part}.ts`)) as { readonly part: Partial<Words> }
      parts.set(part, file.part)
    })
  )
  const isInUse = of === inUse.peek().language
  if (!isInUse && (of !== chosen || [...wanted].some(part => !parts.has(part)))) return
  inUse.value = { language: of, words: Object.assign({}, ...parts.values()) }
}
