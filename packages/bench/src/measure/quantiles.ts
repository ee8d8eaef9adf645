// Quantiles of latencies, and their text form.

export interface Quantiles {
  readonly samples: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** p50, p99 and maximum by the nearest rank. Throws for an empty sample. */
export function quantilesOf(samplesMs: readonly number[]): Quantiles {
  if (samplesMs.length === 0) throw new Error('nothing was measured')
  const sorted = samplesMs.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
  return { samples: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted.at(-1)! }
}

/** `p50 1.23  p99 4.56  max 7.89 ms  (1000)` */
export function quantilesText({ samples, p50Ms, p99Ms, maxMs }: Quantiles): string {
  const ms = (value: number) => value.toFixed(2).padStart(7)
  return `p50 ${ms(p50Ms)}  p99 ${ms(p99Ms)}  max ${ms(maxMs)} ms  (${samples})`
}
