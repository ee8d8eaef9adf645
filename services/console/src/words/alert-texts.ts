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

/** In the suite's language where it did not write them in the officer's. */
export function readTexts(alert: ShownAlert): AlertTexts {
  const own = findOwnTexts(alert)
  if (own !== undefined) return { ...own, language: language.value }
  return {
    language: words.suiteLanguage,
    headline: alert.headline,
    explanation: alert.explanation,
    measure: alert.measure.name,
    levels: readReasons(alert)
  }
}

export function readHeadline(alert: Pick<ShownAlert, 'headline' | 'inLanguages'>): string {
  return findOwnTexts(alert)?.headline ?? alert.headline
}

/** Causes of the levels, in their order. */
export function readReasons(alert: Pick<ShownAlert, 'levels' | 'inLanguages'>): readonly string[] {
  return findOwnTexts(alert)?.levels ?? alert.levels.map(({ reason }) => reason)
}

function findOwnTexts({ inLanguages }: Pick<ShownAlert, 'inLanguages'>) {
  return language.value === 'en' ? undefined : inLanguages?.[language.value]
}
