// Times from a call to its answers, summarised. Whole seconds; the median and the 90th percentile
// are times that occurred (nearest rank). Drills are summarised separately. Pure.

import { compareText } from '@tocsin/domain/compare-text'
import type { CallSum } from '@tocsin/read-model/alerts/call-table'
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

export interface TimesRow {
  readonly name: RowName
  readonly drill: boolean
  readonly called: number
  readonly acknowledged: number
  readonly acknowledgementMedianS: number | null
  readonly acknowledgementP90S: number | null
  readonly responded: number
  readonly responseMedianS: number | null
  readonly responseP90S: number | null
  /** First pages of alerts: those with a time since the alert's subject began. */
  readonly detected: number
  readonly detectionMedianS: number | null
  readonly detectionP90S: number | null
  readonly detectedInTime: number
  readonly acknowledgedInTime: number
  readonly respondedInTime: number
  /** Of `detected`: those that met all three targets. */
  readonly allInTime: number
  readonly unanswered: number
}

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

export interface Answers {
  /** Seconds from the call to the first acknowledgement; null without one. */
  readonly acknowledgedS: number | null
  /** Seconds from the call to its first deed; null if none was recorded. */
  readonly respondedS: number | null
  /** Seconds from the beginning of the alert's subject; null: not the alert's first page. */
  readonly detectedS: number | null
  readonly isUnacknowledged: boolean
}

export function measureAnswers(
  call: Call,
  { detectedS, isUnacknowledged }: Pick<Answers, 'detectedS' | 'isUnacknowledged'>
): Answers {
  return {
    acknowledgedS: computeAcknowledgementSeconds(call),
    respondedS: computeResponseSeconds(call),
    detectedS,
    isUnacknowledged
  }
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
  rows(): TimesRow[] {
    return [...this.#rows]
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { name, sums }]) => makeRow(name, sums))
  }
}

function makeRow(name: RowName, sums: readonly CallSum[]): TimesRow {
  const acknowledged = sortAll(sums.map(sum => sum.acknowledgedS))
  const responded = sortAll(sums.map(sum => sum.respondedS))
  const detected = sortAll(sums.map(sum => sum.detectedS))
  const count = (of: 'called' | 'allInTime' | 'unanswered') =>
    sums.reduce((total, sum) => total + sum[of], 0)
  const { detectionS, acknowledgementS, responseS } = responseTargets
  return {
    name,
    drill: sums[0]?.drill === true,
    called: count('called'),
    acknowledged: acknowledged.length,
    acknowledgementMedianS: rankIn(acknowledged, 0.5),
    acknowledgementP90S: rankIn(acknowledged, 0.9),
    responded: responded.length,
    responseMedianS: rankIn(responded, 0.5),
    responseP90S: rankIn(responded, 0.9),
    detected: detected.length,
    detectionMedianS: rankIn(detected, 0.5),
    detectionP90S: rankIn(detected, 0.9),
    detectedInTime: countWithin(detected, detectionS),
    acknowledgedInTime: countWithin(acknowledged, acknowledgementS),
    respondedInTime: countWithin(responded, responseS),
    allInTime: count('allInTime'),
    unanswered: count('unanswered')
  }
}

function sortAll(lists: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(lists.flat()).sort()
}

const isWithin = (seconds: number | null, most: number) => seconds !== null && seconds <= most

const countWithin = (sorted: Float64Array, most: number) =>
  sorted.findLastIndex(seconds => seconds <= most) + 1

/**
 * The least of the sorted values such that a share of the values does not exceed it; null for none.
 */
function rankIn(sorted: Float64Array, share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null
}
