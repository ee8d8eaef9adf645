// How late previewed alerts could be told.

import type { AlertSketch } from './rule-preview.ts'

/** Seconds, rounded; of a list by the nearest rank. */
export interface PreviewedLateness {
  readonly medianSeconds: number
  readonly p90Seconds: number
  readonly maxSeconds: number
}

/** Null without alerts. O(n log n). Pure. */
export function latenessOf(
  sketches: readonly Pick<AlertSketch, 'lateMs'>[]
): PreviewedLateness | null {
  if (sketches.length === 0) return null
  const sorted = sketches.map(lateSecondsOf).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number
  return { medianSeconds: at(0.5), p90Seconds: at(0.9), maxSeconds: at(1) }
}

export function lateSecondsOf({ lateMs }: Pick<AlertSketch, 'lateMs'>): number {
  return Math.round(lateMs / 1000)
}
