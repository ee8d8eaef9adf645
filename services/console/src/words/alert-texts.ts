// The words of an alert's statement in the officer's language, as the suite wrote them.

import type { ShownAlert } from '../shown/shown-alert.ts'
import { language, words } from './words.ts'

export interface AlertTexts {
  readonly language: string
  readonly headline: string
  readonly explanation: string
  /** Name of the measure. */
  readonly measure: string
  /** Causes of the levels, in their order. */
  readonly levels: readonly string[]
}

interface Headlined {
  readonly headline: string
  readonly inLanguages?: { readonly fr: { readonly headline: string } } | undefined
}

/** In the suite's language where it did not write them in the officer's. */
export function readTexts(alert: ShownAlert): AlertTexts {
  return {
    ...{ explanation: alert.explanation, measure: alert.measure.name, levels: readReasons(alert) },
    ...findOwnTexts(alert),
    ...readHeadlineIn(alert)
  }
}

/** With the language that it is in. */
export function readHeadlineIn(alert: Headlined): Pick<AlertTexts, 'headline' | 'language'> {
  const own = findOwnTexts(alert)
  return own === undefined
    ? { headline: alert.headline, language: words.suiteLanguage }
    : { headline: own.headline, language: language.value }
}

export function readHeadline(alert: Headlined): string {
  return readHeadlineIn(alert).headline
}

/** Causes of the levels, in their order. */
export function readReasons(alert: Pick<ShownAlert, 'levels' | 'inLanguages'>): readonly string[] {
  return findOwnTexts(alert)?.levels ?? alert.levels.map(({ reason }) => reason)
}

function findOwnTexts<T>({
  inLanguages
}: {
  readonly inLanguages?: { readonly fr: T } | undefined
}): T | undefined {
  return language.value === 'en' ? undefined : inLanguages?.[language.value]
}
