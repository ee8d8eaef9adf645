// Quantiles of latencies, and the figures that a bench states of them. Pure.

import type { Figure, Target } from './figures.ts'

export interface Quantiles {
  readonly samples: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** p50, p99 and maximum by the nearest rank. Throws for an empty sample. */
export function computeQuantiles(samplesMs: readonly number[]): Quantiles {
  if (samplesMs.length === 0) throw new Error('no samples were taken')
  const sorted = samplesMs.toSorted((a, b) => a - b)
  const getRank = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
  return {
    samples: sorted.length,
    p50Ms: getRank(0.5),
    p99Ms: getRank(0.99),
    maxMs: sorted.at(-1)!
  }
}

/** The middle value, or the mean of the two in the middle. Throws for an empty list. */
export function computeMedian(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no values to take the median of')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

export interface LatencyTerms {
  readonly p99?: Target | undefined
  readonly longest?: Target | undefined
  /** Latencies of the ceiling, ms. */
  readonly ceiling?: readonly number[]
  /** Limit of the p99 divided by the p99 of the ceiling. */
  readonly ratio?: Target | undefined
}

/** Figures of p50, p99 and the longest. */
export function describeLatency(
  what: string,
  samplesMs: readonly number[],
  { p99, longest, ceiling, ratio }: LatencyTerms = {}
): readonly Figure[] {
  const own = computeQuantiles(samplesMs)
  const best = ceiling === undefined ? undefined : computeQuantiles(ceiling)
  const unit = 'ms'
  return [
    { what: `${what}, p50`, value: own.p50Ms, unit, ceiling: best?.p50Ms },
    {
      what: `${what}, p99`,
      value: own.p99Ms,
      unit,
      ceiling: best?.p99Ms,
      target: p99,
      ratioTarget: ratio
    },
    { what: `${what}, longest of ${own.samples}`, value: own.maxMs, unit, target: longest }
  ]
}
