// Part of the bench `rules`: thousands of reports about one village and day. Each case is folded
// several times and the minimum per record counts, which reduces the effect of other load. The
// amount of work is counted too.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { ticked } from '@tocsin/testing/report/record-builder'
import { quantilesOf } from '../measure/quantiles.ts'
import { type DenseCase, denseCases, denseDay, earlier } from './dense-load.ts'
import { theatre } from './rules-load.ts'

/**
 * Targets: cost of one record, and of the second half of the records relative to the first, where
 * each should cost the same.
 */
const reach = { foldP99Ms: 5, growthMax: 2 } as const
/** Number of runs of each case. */
const runsMade = 3
const dayMs = 86_400_000

export interface DensePart {
  readonly what: string
  readonly records: number
  readonly spentMs: number
  readonly foldP50Ms: number
  readonly foldP99Ms: number
  readonly foldMaxMs: number
  /** Cost of the second half of the records relative to the first. */
  readonly growth: number
  /** Incidents folded into the state of some rule, per record. */
  readonly stepsPerRecord: number
  /** The first tick of the next day, which completes the day, ms. */
  readonly tickMs: number
  /** A report from ten days before, after which the whole day is folded again, ms. */
  readonly earlierMs: number
  readonly alerts: number
  readonly alertEvents: number
  readonly reached: boolean
}

/** Measures each case on a separate theatre, which `begun` creates with more rules. */
export function* measureDense(
  begun: (more: readonly RuleVersion[]) => TheatreFold
): Generator<DensePart> {
  for (const dense of denseCases) yield measure(dense, () => begun(dense.more ?? []))
}

interface Run {
  readonly foldsMs: readonly number[]
  readonly tickMs: number
  readonly earlierMs: number
  readonly steps: number
  readonly alerts: number
  readonly alertEvents: number
}

function run({ count, record }: DenseCase, fold: TheatreFold): Run {
  fold.apply(ticked(at(1), { theatre }))
  const foldsMs: number[] = []
  let alertEvents = 0
  const stepsBefore = fold.work.steps
  for (let i = 0; i < count; i++) {
    const next = record(i)
    foldsMs.push(spentMs(() => (alertEvents += fold.apply(next).alerts.length)))
  }
  const steps = fold.work.steps - stepsBefore
  const tickMs = spentMs(() => fold.apply(ticked(at(2), { theatre })))
  const earlierMs = spentMs(() => fold.apply(earlier))
  return { foldsMs, tickMs, earlierMs, steps, alerts: fold.alerts.size, alertEvents }
}

function measure(dense: DenseCase, begun: () => TheatreFold): DensePart {
  const { what, count } = dense
  const runs = Array.from({ length: runsMade }, () => run(dense, begun()))
  const [{ steps, alerts, alertEvents }] = runs as [Run, ...Run[]]
  const foldsMs = Array.from({ length: count }, (_, i) =>
    Math.min(...runs.map(one => one.foldsMs[i] as number))
  )
  const tickMs = Math.min(...runs.map(one => one.tickMs))
  const earlierMs = Math.min(...runs.map(one => one.earlierMs))
  const [first, second] = [sumOf(foldsMs.slice(0, count / 2)), sumOf(foldsMs.slice(count / 2))]
  const { p50Ms, p99Ms, maxMs } = quantilesOf(foldsMs)
  const growth = round(second / first)
  return {
    what,
    records: count,
    spentMs: Math.round(first + second),
    foldP50Ms: round(p50Ms),
    foldP99Ms: round(p99Ms),
    foldMaxMs: round(maxMs),
    growth,
    stepsPerRecord: Math.round(steps / count),
    tickMs: round(tickMs),
    earlierMs: round(earlierMs),
    alerts,
    alertEvents,
    reached: p99Ms < reach.foldP99Ms && growth < reach.growthMax
  }
}

function at(days: number): string {
  return new Date(Date.parse(denseDay) + days * dayMs).toISOString()
}

function spentMs(work: () => void): number {
  const beganMs = performance.now()
  work()
  return performance.now() - beganMs
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function round(value: number): number {
  return Number(value.toFixed(2))
}

export function renderedDense(part: DensePart): string {
  const {
    what,
    records,
    spentMs,
    foldP50Ms,
    foldP99Ms,
    foldMaxMs,
    growth,
    stepsPerRecord,
    tickMs,
    earlierMs,
    alertEvents
  } = part
  return [
    `${what}: ${records.toLocaleString('en')} records of one day in ${spentMs} ms (target p99 < ${reach.foldP99Ms} ms, second half < ${reach.growthMax} × the first)`,
    `  one fold: p50 ${foldP50Ms}, p99 ${foldP99Ms}, longest ${foldMaxMs} ms; second half ${growth} × the first; ${stepsPerRecord} steps each; the next day's tick ${tickMs} ms; a report from ten days before ${earlierMs} ms; ${alertEvents} events`
  ].join('\n')
}
