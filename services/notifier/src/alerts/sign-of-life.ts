// What a sign of life says to a reader: how current this instance is, up to where the reader has
// all, and how old the last report of the canary is that became an alert.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { makeScopeKey, type ReaderView } from '@tocsin/auth/access/reader-view'
import { type AlertState, isOpen } from '@tocsin/contracts/alert/alert'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import { readPublicEpoch } from '@tocsin/service/projection/epochs'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Projection } from './projection.ts'

/** The rule that raises the canary's alerts. Source: operations.md#canary. */
const canaryRule = 'canary'

export function isCanary({ ruleId, drill }: Pick<AlertState, 'ruleId' | 'drill'>): boolean {
  return drill && ruleId === canaryRule
}

export type SignOfLife = ReturnType<SignsOfLife['make']>

interface SignsDeps extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly projection: Projection
  readonly ageSeconds: () => number
}

/** Of a theatre's canary: when its newest report was made, and whether its alert is open. */
type CanaryTime = { readonly ms: number; readonly isOpen: boolean }

export class SignsOfLife {
  readonly #deps: SignsDeps
  /** By reach: of each theatre's canary. */
  readonly #canaries = new Map<string, ReadonlyMap<string, CanaryTime>>()

  constructor(deps: SignsDeps) {
    this.#deps = deps
    deps.projection.subscribe({
      take: ({ event: { data } }) => {
        if ('ruleId' in data && data.ruleId === canaryRule) this.#canaries.clear()
      }
    })
  }

  make(view: ReaderView) {
    const { control, projection } = this.#deps
    // How long ago, at most, this instance and the rules had folded all.
    const ageSeconds = this.#deps.ageSeconds()
    return {
      ...{ ageSeconds, epoch: readPublicEpoch(control.state) },
      canaryAgeSeconds: this.#computeCanaryAge(view),
      /** The reader was given all events up to here: so many of its level and theatres, by this time. */
      complete: {
        record: projection.alerts.events.countAll(view),
        time: this.#findTime(view, ageSeconds)
      }
    }
  }

  /**
   * All that was accepted by this time in any of the theatres counts, ISO 8601; null: unknown. The
   * earliest of the theatres' times: a replay has its own.
   */
  #findTime(view: ReaderView, ageSeconds: number): string | null {
    const { clock, control, projection } = this.#deps
    const onWallClock = new Date(clock.nowMs() - ageSeconds * 1000).toISOString()
    const times = [...control.state.theatres]
      .filter(([theatre]) => mayReadTheatre(view, theatre))
      .map(([theatre, config]) =>
        config.clock === 'replay' ? projection.clocks.nowIn(theatre) : onWallClock
      )
    return times.includes(null) ? null : (times.sort()[0] ?? null)
  }

  /**
   * The oldest canary counts, so that a working theatre does not hide a stopped one. Theatres that
   * were removed do not count, nor those that the canary has left. It grows on once no alert of a
   * canary is open; null: there was never one.
   */
  #computeCanaryAge(view: ReaderView): number | null {
    const key = makeScopeKey(view)
    const known = this.#canaries.get(key) ?? this.#findCanaries(view)
    this.#canaries.set(key, known)
    const { theatres } = this.#deps.control.state
    const canaries = [...known].filter(([theatre]) => theatres.has(theatre)).map(([, each]) => each)
    if (canaries.length === 0) return null
    const open = canaries.filter(each => each.isOpen).map(each => each.ms)
    const ms = open.length > 0 ? Math.min(...open) : Math.max(...canaries.map(each => each.ms))
    return Math.max(0, Math.floor((this.#deps.clock.nowMs() - ms) / 1000))
  }

  #findCanaries(view: ReaderView): ReadonlyMap<string, CanaryTime> {
    const newest = new Map<string, CanaryTime>()
    const wantsKind = ({ facts }: AlertKind) => isCanary(facts)
    const found = this.#deps.projection.alerts.search(view, { wantsKind })
    for (const { alertId, kind } of [...found].flat()) {
      const { theatre } = kind.facts
      const before = newest.get(theatre)
      const isNowOpen = isOpen(kind.facts)
      // Of those that ended the newest is enough: there is one a day.
      if (before !== undefined && !isNowOpen) continue
      const ms = this.#findReportTime(alertId, view)
      if (ms !== null && !(before?.isOpen === true && before.ms >= ms))
        newest.set(theatre, { ms, isOpen: isNowOpen })
    }
    return newest
  }

  /** When the newest report of an alert was made, ms. */
  #findReportTime(alertId: string, { level }: ReaderView): number | null {
    const { alerts, numbers, reports } = this.#deps.projection
    const sum = alerts.get(alertId)?.at(level)?.sum
    if (sum === null || sum === undefined) return null
    // The last trigger is the newest report.
    const reportId = numbers.find(sum.theatre, sum.fold, sum.triggers.at(-1) ?? 0)
    const ms = Date.parse(reports.get(reportId ?? '')?.winner?.reportedAt ?? '')
    return Number.isNaN(ms) ? null : ms
  }
}
