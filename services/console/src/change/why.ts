// Why an alert was raised, in parts: what was found, how the rule counts, and what ends the alert.
// Pure.

import type { ShownAlert } from '../shown/shown-alert.ts'

export interface Why {
  readonly found: string
  readonly ends: string | null
  /** Of sentences that are read once: thresholds, definitions. */
  readonly rest: readonly string[]
}

/** Its last sentence, as the suite writes it in each language. */
const endsAt = /^(?:End of the alert:|Fin de l’alerte :)\s/u

/** The suite writes it in sentences. The last one is what ends the alert. */
export function explainAlert(explanation: string): Why {
  const [found = '', ...others] = explanation.split(
    /(?<=[.:])\s+(?=End of the alert: |Fin de l’alerte : )|(?<=\.)\s+(?!\d{4}\b)(?=\p{Lu}|\d)/u
  )
  const ends = others.find(text => endsAt.test(text))
  return {
    found,
    ends: ends === undefined ? null : ends.replace(endsAt, ''),
    rest: others.filter(text => text !== ends)
  }
}

export interface Gauge {
  readonly value: number
  readonly max: number
  /** In order, without duplicate values. */
  readonly marks: readonly { readonly at: number; readonly kind: 'threshold' | 'level' | 'usual' }[]
}

/** Below that a sentence is better than a bar. */
const leastMax = 3

/**
 * The measure on a scale with its threshold, the usual value, and the levels that are numbers on
 * the same scale: `25 deaths in 30 days`. Null: it is too small to draw.
 */
export function readGauge({
  measure,
  levels
}: Pick<ShownAlert, 'measure' | 'levels'>): Gauge | null {
  const { value, threshold, baseline } = measure
  const reached = levels.flatMap(({ reason }) => {
    const number = Number(/^(\d+(?:\.\d+)?) (?!days?\b)/.exec(reason)?.[1] ?? Number.NaN)
    return number > 0 && number <= value ? [number] : []
  })
  const greatest = Math.max(value, threshold, baseline ?? 0, ...reached)
  if (!(greatest >= leastMax)) return null
  const marks = [
    { at: threshold, kind: 'threshold' as const },
    ...(baseline === null || baseline < greatest / 100
      ? []
      : [{ at: baseline, kind: 'usual' as const }]),
    ...reached.map(at => ({ at, kind: 'level' as const }))
  ]
  return {
    value,
    max: greatest * 1.15,
    marks: marks
      .filter(({ at }, i) => marks.findIndex(each => each.at === at) === i)
      .sort((a, b) => a.at - b.at)
  }
}
