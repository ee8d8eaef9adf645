// The texts in use, in the language in use. Each part loads together with the view that shows it. A
// component that reads one while drawing redraws when the language changes.

import { computed, signal } from '@preact/signals'
import type { part as alert } from './en/alert.ts'
import type { part as area } from './en/area.ts'
import type { part as digest } from './en/digest.ts'
import type { part as importing } from './en/import.ts'
import type { part as map } from './en/map.ts'
import type { part as pastBoard } from './en/past-board.ts'
import type { part as report } from './en/report.ts'
import type { part as responseTimes } from './en/response-times.ts'
import type { part as rules } from './en/rules.ts'
import type { part as shell } from './en/shell.ts'
import type { part as shiftReport } from './en/shift-report.ts'
import type { part as silences } from './en/silences.ts'
import type { part as sources } from './en/sources.ts'
import type { part as subscriptions } from './en/subscriptions.ts'
import type { part as watches } from './en/watches.ts'
import {
  type Catalogue,
  chooseLanguage,
  type Language,
  timesAs,
  writeTime
} from './language/language.ts'

/** By the names of their files; each language has one. */
interface English {
  readonly alert: typeof alert
  readonly area: typeof area
  readonly digest: typeof digest
  readonly import: typeof importing
  readonly map: typeof map
  readonly 'past-board': typeof pastBoard
  readonly report: typeof report
  readonly 'response-times': typeof responseTimes
  readonly rules: typeof rules
  readonly shell: typeof shell
  readonly 'shift-report': typeof shiftReport
  readonly silences: typeof silences
  readonly sources: typeof sources
  readonly subscriptions: typeof subscriptions
  readonly watches: typeof watches
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
