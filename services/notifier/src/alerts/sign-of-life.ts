// What a sign of life says to a reader: how current this instance is, up to where the reader has
// all, and how old the last report of the canary is that became an alert.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { makeScopeKey, type ReaderView } from '@tocsin/auth/access/reader-view'
import { type AlertState, isOpen } from '@tocsin/contracts/alert/alert'
import type { Clock } from '@tocsin/domain/ports'
import type { Projection } from './projection.ts'

/** The rule that raises the canary's alerts. Source: operations.md#canary. */
const canaryRule = 'canary'

export function isCanary({ ruleId, drill }: Pick<AlertState, 'ruleId' | 'drill'>): boolean {
  return drill && ruleId === canaryRule
}

export interface SignOfLife {
  /** How long ago, at most, this instance and the rules had folded all. */
  readonly ageSeconds: number
  /** The identity of the log. */
  readonly epoch: string
  /** In the theatre where it is oldest; null: there is no canary. */
  readonly canaryAgeSeconds: number | null
  readonly complete: Completeness
}

/** The reader was given all events up to here. */
export interface Completeness {
  /** The number of events of alerts that readers of this level and these theatres have. */
  readonly record: number
  /** All that was accepted by this time in any of the theatres counts, ISO 8601; null: unknown. */
  readonly time: string | null
}

export interface SignsDeps {
  readonly projection: Projection
  readonly clock: Pick<Clock, 'nowMs'>
  readonly ageSeconds: () => number
  readonly epoch: () => string
  /** Those that exist, each with its clock. */
  readonly theatres: () => ReadonlyMap<string, { readonly clock: 'wall' | 'replay' }>
}

export class SignsOfLife {
  readonly #deps: SignsDeps
  /** By reach: when the newest report of each theatre's canary was made, ms. */
  readonly #canaries = new Map<string, ReadonlyMap<string, number>>()

  constructor(deps: SignsDeps) {
    this.#deps = deps
    deps.projection.subscribe({
      take: ({ event: { data } }) => {
        if ('ruleId' in data && data.ruleId === canaryRule) this.#canaries.clear()
      }
    })
  }

  make(view: ReaderView): SignOfLife {
    const ageSeconds = this.#deps.ageSeconds()
    return {
      ...{ ageSeconds, epoch: this.#deps.epoch() },
      canaryAgeSeconds: this.#computeCanaryAge(view),
      complete: {
        record: this.#deps.projection.alerts.events.countAll(view.level, theatre =>
          mayReadTheatre(view, theatre)
        ),
        time: this.#findTime(view, ageSeconds)
      }
    }
  }

  /** The earliest of the theatres' times: a replay has its own. */
  #findTime(view: ReaderView, ageSeconds: number): string | null {
    const { clock, theatres, projection } = this.#deps
    let earliest: string | null = null
    for (const [theatre, config] of theatres()) {
      if (!mayReadTheatre(view, theatre)) continue
      const time =
        config.clock === 'replay'
          ? projection.clocks.nowIn(theatre)
          : new Date(clock.nowMs() - ageSeconds * 1000).toISOString()
      if (time === null) return null
      if (earliest === null || time < earliest) earliest = time
    }
    return earliest
  }

  /** A stopped theatre is not well because another is. One that was removed is not waited for. */
  #computeCanaryAge(view: ReaderView): number | null {
    const key = makeScopeKey(view)
    const newest = this.#canaries.get(key) ?? this.#findCanaries(view)
    this.#canaries.set(key, newest)
    const theatres = this.#deps.theatres()
    const times = [...newest].flatMap(([theatre, ms]) => (theatres.has(theatre) ? [ms] : []))
    if (times.length === 0) return null
    return Math.max(0, Math.floor((this.#deps.clock.nowMs() - Math.min(...times)) / 1000))
  }

  #findCanaries(view: ReaderView): ReadonlyMap<string, number> {
    const { alerts, numbers, reports } = this.#deps.projection
    const newest = new Map<string, number>()
    const found = alerts.search({
      ...{ level: view.level, direction: 'newest', after: null, from: null, to: null },
      ...{ area: {}, words: [] },
      wantsKind: ({ facts }) =>
        isCanary(facts) && isOpen(facts) && mayReadTheatre(view, facts.theatre)
    })
    for (const { alertId } of [...found].flat()) {
      const sum = alerts.get(alertId)?.at(view.level)?.sum
      if (sum === null || sum === undefined) continue
      const { theatre, fold, triggers } = sum
      // The last trigger is the newest report.
      const reportId = numbers.find(theatre, fold, triggers.at(-1) ?? 0)
      const ms = Date.parse(reports.get(reportId ?? '')?.reportedAt ?? '')
      if (ms > (newest.get(theatre) ?? Number.NEGATIVE_INFINITY)) newest.set(theatre, ms)
    }
    return newest
  }
}
