// Times from a call to its answers, summarised. Whole seconds; the median and the 90th percentile
// are times that occurred (nearest rank). Drills are summarised separately. Pure.

import { compareText } from '@tocsin/domain/compare-text'
import type { Answers, CallSum } from '@tocsin/read-model/alerts/call-table'
import type { Call } from './alert-calls.ts'

/** 7-1-7, as outbreaks are measured: detect within 7 days, notify within 1, respond within 7. */
export const responseTargets = {
  detectionS: 7 * 86_400,
  acknowledgementS: 86_400,
  responseS: 7 * 86_400
} as const

/**
 * The name of a row in its parts: `['severe']`, or the name of an officer and the id of the key.
 */
export type RowName = readonly (string | null)[]

/** Seconds from the call to the first acknowledgement; null without one. */
export function computeAcknowledgementSeconds({ pagedAtMs, taken }: Call): number | null {
  return taken === null ? null : secondsBetween(pagedAtMs, taken.atMs)
}

/**
 * Seconds from the call to its first deed; null if none was recorded. A deed from before the call
 * counts as 0.
 */
export function computeResponseSeconds({ pagedAtMs, done }: Call): number | null {
  return done === null ? null : secondsBetween(pagedAtMs, done.atMs)
}

/** Whole seconds from one time to another, 0 if it was earlier. */
export function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, Math.floor((toMs - fromMs) / 1000))
}

export function sumCall(
  { acknowledgedS, respondedS, detectedS, isUnacknowledged }: Answers,
  drill: boolean
): CallSum {
  const isInTime =
    isWithin(detectedS, responseTargets.detectionS) &&
    isWithin(acknowledgedS, responseTargets.acknowledgementS) &&
    isWithin(respondedS, responseTargets.responseS)
  const list = (seconds: number | null) => (seconds === null ? [] : [seconds])
  return {
    ...{ drill, called: 1, unanswered: Number(isUnacknowledged), allInTime: Number(isInTime) },
    acknowledgedS: list(acknowledgedS),
    respondedS: list(respondedS),
    detectedS: list(detectedS)
  }
}

/** Gathers calls into rows. Their order has no effect. */
export class ResponseTimes {
  /** By drill and the id of the name. */
  readonly #rows = new Map<string, { readonly name: RowName; readonly sums: CallSum[] }>()

  /** Counts calls in a row. `id`: the same for the same name, and for no other. */
  add(calls: CallSum, id: string, name: RowName): void {
    const key = `${Number(calls.drill)}${id}`
    const row = this.#rows.get(key) ?? { name, sums: [] }
    row.sums.push(calls)
    this.#rows.set(key, row)
  }

  /** In the order of their ids, drills after the others. O(n log n). */
  rows() {
    return [...this.#rows]
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { name, sums }]) => makeRow(name, sums))
  }
}

export type TimesRow = ReturnType<typeof makeRow>

function makeRow(name: RowName, sums: readonly CallSum[]) {
  const count = (of: 'called' | 'allInTime' | 'unanswered') =>
    sums.reduce((total, sum) => total + sum[of], 0)
  const { detectionS, acknowledgementS, responseS } = responseTargets
  const acknowledged = summarize(sums, 'acknowledgedS', acknowledgementS)
  const responded = summarize(sums, 'respondedS', responseS)
  const detected = summarize(sums, 'detectedS', detectionS)
  return {
    name,
    drill: sums[0]?.drill === true,
    called: count('called'),
    acknowledged: acknowledged.count,
    acknowledgementMedianS: acknowledged.median,
    acknowledgementP90S: acknowledged.p90,
    responded: responded.count,
    responseMedianS: responded.median,
    responseP90S: responded.p90,
    // First pages of alerts: those with a time since the alert's subject began.
    detected: detected.count,
    detectionMedianS: detected.median,
    detectionP90S: detected.p90,
    detectedInTime: detected.inTime,
    acknowledgedInTime: acknowledged.inTime,
    respondedInTime: responded.inTime,
    // Of `detected`: those that met all three targets.
    allInTime: count('allInTime'),
    unanswered: count('unanswered')
  }
}

function summarize(
  sums: readonly CallSum[],
  of: 'acknowledgedS' | 'respondedS' | 'detectedS',
  most: number
) {
  const values = new Float64Array(sums.reduce((total, sum) => total + sum[of].length, 0))
  let [count, inTime] = [0, 0]
  for (const sum of sums)
    for (const seconds of sum[of]) {
      values[count++] = seconds
      if (seconds <= most) inTime++
    }
  return { count, inTime, median: rankIn(values, 0.5), p90: rankIn(values, 0.9) }
}

const isWithin = (seconds: number | null, most: number) => seconds !== null && seconds <= most

/**
 * The least of the values such that a share of them does not exceed it; null for none. Reorders them.
 * O(n) on average, by Hoare's selection: a report over years has more values than it can sort.
 */
function rankIn(values: Float64Array, share: number): number | null {
  const rank = Math.ceil(values.length * share) - 1
  for (let [low, high] = [0, values.length - 1]; low < high; ) {
    const pivot = values[(low + high) >>> 1] as number
    let [i, j] = [low, high]
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i > j) break
      const moved = values[i] as number
      values[i++] = values[j] as number
      values[j--] = moved
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else break
  }
  return values[rank] ?? null
}
