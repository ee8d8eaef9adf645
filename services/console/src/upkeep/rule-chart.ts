// What a rule counts, over time, against its threshold: alerts of a preview, and what nearly fired.
// Pure.

import type { AlertSketch, NearMiss, RulePreview } from '../shown/answers.ts'
import type { Severity } from '../shown/shown-alert.ts'
import { computeSketches } from './preview-sketches.ts'

export interface ChartPoint {
  readonly id: string
  readonly ms: number
  readonly value: number
  readonly threshold: number
  /** `vanish`: it would be retracted; `near`: it did not reach the threshold. */
  readonly kind: 'alert' | 'vanish' | 'near'
  /** Null for what nearly fired. */
  readonly severity: Severity | null
  readonly what: string
}

export interface RuleChart {
  /** In order of time. */
  readonly points: readonly ChartPoint[]
  readonly measure: string
  /** Null: each alert has a separate threshold, such as a multiple of the usual value. */
  readonly threshold: number | null
}

/** Null: no data to draw. `near`: what nearly fired by the rule in force. */
export function makeChart(
  preview: Pick<RulePreview, 'theatres'> | null,
  near: readonly NearMiss[]
): RuleChart | null {
  const listed =
    preview === null
      ? []
      : [
          ...(['appear', 'change'] as const).flatMap(kind => computeSketches(preview, kind)),
          ...computeSketches(preview, 'vanish')
        ]
  const points = [
    ...listed.map(({ id, sketch }) => computePoint(id, sketch)),
    ...near.map(({ group, measure, lastAt }, i) => ({
      ...{ id: `near-${i}`, ms: Date.parse(lastAt), severity: null, kind: 'near' as const },
      ...{ value: measure.value, threshold: measure.threshold },
      what: Object.values(group).join(', ')
    }))
  ].sort((a, b) => a.ms - b.ms)
  const measure = listed[0]?.sketch.measure ?? near[0]?.measure
  if (measure === undefined) return null
  const threshold = points.every(each => each.threshold === measure.threshold)
    ? measure.threshold
    : null
  return { points, measure: measure.name, threshold }
}

function computePoint(
  id: string,
  { measure, window, severity, headline }: AlertSketch
): ChartPoint {
  return {
    ...{ id, ms: Date.parse(window.from), value: measure.value, threshold: measure.threshold },
    ...{ severity, what: headline, kind: id.startsWith('vanish') ? 'vanish' : 'alert' }
  }
}
