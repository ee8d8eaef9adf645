// A moment that list and map show instead of now: what was known by then, and the steps between
// such moments. Pure.

import {
  isOpen,
  knownFromMs,
  type Severity,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'

/** The moment in an address; null: now. */
export function momentIn(query: URLSearchParams): string | null {
  const ms = Date.parse(query.get('until') ?? '')
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** `untilMs`: null for now, by which all is known. */
export function isKnownBy(alert: ShownAlert, untilMs: number | null): boolean {
  return untilMs === null || knownFromMs(alert) <= untilMs
}

/** Ids of alerts that are known by one of two moments and not by the other. O(alerts). */
export function idsBetween(
  alerts: Iterable<ShownAlert>,
  one: number | null,
  other: number | null
): readonly string[] {
  if (one === other) return []
  const [first, last] = [one ?? Number.POSITIVE_INFINITY, other ?? Number.POSITIVE_INFINITY].sort(
    (a, b) => a - b
  )
  const ids: string[] = []
  for (const alert of alerts) {
    const ms = knownFromMs(alert)
    if (ms > (first as number) && ms <= (last as number)) ids.push(alert.alertId)
  }
  return ids
}

/**
 * The last of the revisions, oldest first, that was there by then; -1 for now, and for an alert
 * that was not there yet.
 */
export function revisionBy(
  revisions: readonly { readonly time: string }[],
  untilMs: number | null
): number {
  return untilMs === null ? -1 : revisions.findLastIndex(({ time }) => Date.parse(time) <= untilMs)
}

/**
 * Where a revision stands by its id: those that are loaded lose their first ones when more come. -1
 * for none, and for one that is lost.
 */
export function placeOfRevision(
  revisions: readonly { readonly id: string }[],
  revisionId: string | null
): number {
  return revisionId === null ? -1 : revisions.findIndex(({ id }) => id === revisionId)
}

export const stepSizes = ['alert', 'hour', 'day', 'week'] as const
export type StepSize = (typeof stepSizes)[number]

const hourMs = 3_600_000
const sizesMs: Readonly<Record<Exclude<StepSize, 'alert'>, number>> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 168 * hourMs
}

/**
 * The moment one step on or back from one; null is now, beyond the last alert. `times`: when alerts
 * came, ms, in order. The same where there is no step further.
 */
export function stepFrom(
  times: readonly number[],
  at: number | null,
  size: StepSize,
  by: 1 | -1
): number | null {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return at
  if (at === null) return by === 1 ? null : before(times, last, size, first)
  if (by === -1) return before(times, at, size, first)
  const next = size === 'alert' ? times.find(time => time > at) : at + sizesMs[size]
  return next === undefined || next > last ? null : next
}

function before(times: readonly number[], at: number, size: StepSize, first: number): number {
  const to = size === 'alert' ? (times.findLast(time => time < at) ?? first) : at - sizesMs[size]
  return Math.max(to, first)
}

/**
 * How many came in each of as many equal parts of the time from the first to the last. O(times).
 */
export function countsOverTime(times: readonly number[], parts: number): readonly number[] {
  const counts = new Array<number>(parts).fill(0)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return counts
  const part = (last - first) / parts
  for (const time of times) {
    const at = part === 0 ? 0 : Math.min(parts - 1, Math.floor((time - first) / part))
    counts[at] = (counts[at] as number) + 1
  }
  return counts
}

/**
 * Open alerts that came while another moment than now was shown: they wait, whatever moment that
 * is.
 */
export class Arrivals {
  #seen: Set<string> | null = null
  #hasBegun = false
  readonly #arrived = new Map<string, ShownAlert>()

  /** `isWhole`: all that is open has come; until it first has, nothing is new. */
  take(
    alerts: ReadonlyMap<string, ShownAlert>,
    touched: Iterable<string>,
    untilMs: number | null,
    isWhole: boolean
  ): void {
    if (untilMs === null) {
      this.#seen = null
      this.#hasBegun = false
      this.#arrived.clear()
      return
    }
    this.#seen ??= new Set(alerts.keys())
    for (const id of touched) {
      const alert = alerts.get(id)
      if (!this.#hasBegun) this.#seen.add(id)
      else if (alert !== undefined && isOpen(alert) && !this.#seen.has(id))
        this.#arrived.set(id, alert)
      else this.#arrived.delete(id)
    }
    this.#hasBegun ||= isWhole
  }

  /** Those that are asked for and not shown at the moment. */
  waiting(isAsked: (alert: ShownAlert) => boolean, untilMs: number | null) {
    const all = [...this.#arrived.values()].filter(
      alert => isAsked(alert) && !isKnownBy(alert, untilMs)
    )
    const worst = all.reduce<Severity | null>(
      (grave, { severity }) => graver(grave, severity),
      null
    )
    return { count: all.length, worst }
  }
}

/** Of two severities. */
export function graver(one: Severity | null, other: Severity | null): Severity | null {
  if (one === null || other === null) return one ?? other
  return severityRank(one) >= severityRank(other) ? one : other
}
