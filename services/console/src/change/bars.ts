// Bars over time: of days, weeks or 30 days, up to the day of now. Pure.

export const dayMs = 86_400_000
export type BucketDays = 1 | 7 | 30

export interface Bars {
  readonly fromMs: number
  readonly toMs: number
  /** Days of one bar. */
  readonly bucketDays: BucketDays
  readonly count: number
  /** The index of the bar of a moment. */
  readonly at: (ms: number) => number
}

export function barsOver(beginMs: number, nowMs: number): Bars {
  const days = (nowMs - beginMs) / dayMs
  const bucketDays = days <= 92 ? 1 : days <= 400 ? 7 : 30
  const toMs = Math.floor(nowMs / dayMs) * dayMs + dayMs
  const count = Math.ceil((toMs - Math.floor(beginMs / dayMs) * dayMs) / (bucketDays * dayMs))
  const fromMs = toMs - count * bucketDays * dayMs
  const at = (ms: number) => Math.floor((ms - fromMs) / (bucketDays * dayMs))
  return { fromMs, toMs, bucketDays, count, at }
}
