// The watermark: the day up to which all reports are assumed to have arrived. It is the least over
// the live sources of the latest day reported minus the source's usual lateness. While no source is
// live it does not move.

import { type SourceConfig, undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import { convertToDay, never } from '../data/time.ts'

type SourceTimes = Pick<SourceConfig, 'latenessDays' | 'cadenceDays' | 'archive'>

interface Activity {
  latestDay: number
  reportedDay: number
}

export class Watermark {
  day = 0
  readonly #times = new Map<number, SourceTimes>()
  readonly #activity = new Map<number, Activity>()

  configure(source: number, times: SourceTimes): void {
    this.#times.set(source, times)
  }

  /** A later withdrawal of the report does not matter: the source was heard. */
  recordReport(source: number, toMs: number, reportedMs: number): void {
    const latestDay = convertToDay(toMs)
    const reportedDay = convertToDay(reportedMs)
    const activity = this.#activity.get(source)
    if (activity === undefined) this.#activity.set(source, { latestDay, reportedDay })
    else {
      activity.latestDay = Math.max(activity.latestDay, latestDay)
      activity.reportedDay = Math.max(activity.reportedDay, reportedDay)
    }
  }

  /** Moves to what is known on the day of a tick; never back. */
  advance(today: number): void {
    const least = this.#computeLeast(today)
    if (least !== never && least > this.day) this.day = least
  }

  /** `never` if no source is live. */
  #computeLeast(today: number): number {
    let least = never
    for (const [source, { latestDay, reportedDay }] of this.#activity) {
      const { latenessDays, cadenceDays, archive } = this.#readTimes(source)
      if (!archive && today - reportedDay <= cadenceDays)
        least = Math.min(least, latestDay - Math.ceil(latenessDays))
    }
    return least
  }

  #readTimes(source: number): SourceTimes {
    return this.#times.get(source) ?? undeclaredSource
  }

  /** The first day on which a tick may move it to `day`, if no report comes; `never` without one. */
  findNextMove(day: number, today: number): number {
    const least = this.#computeLeast(today + 1)
    if (least !== never && least >= day) return today + 1
    // Once a source is no longer live, the others decide.
    let next = never
    for (const [source, { reportedDay }] of this.#activity) {
      const { cadenceDays, archive } = this.#readTimes(source)
      const endDay = reportedDay + Math.floor(cadenceDays) + 1
      if (!archive && endDay > today) next = Math.min(next, endDay)
    }
    return next
  }

  exportState(): WatermarkState {
    return { day: this.day, times: [...this.#times], activity: [...this.#activity] }
  }

  restore({ day, times, activity }: WatermarkState): void {
    this.day = day
    for (const [source, one] of times) this.#times.set(source, one)
    for (const [source, one] of activity) this.#activity.set(source, { ...one })
  }
}

export interface WatermarkState {
  readonly day: number
  readonly times: readonly (readonly [source: number, times: SourceTimes])[]
  readonly activity: readonly (readonly [source: number, activity: Activity])[]
}

export type UnheardSpans = readonly (readonly [from: number, to: number])[]

/** Days of our own downtime: the silence of a source on them means little. */
export class UnheardDays {
  spans: UnheardSpans = []

  /** Adds the days between two ticks with a gap between them. */
  add(from: number, to: number): void {
    if (from > 0 && to > from) this.spans = [...this.spans, [from, to]]
  }

  /** Counts the unheard days from one day to before another. */
  count(from: number, to: number): number {
    let days = 0
    for (const [start, end] of this.spans)
      days += Math.max(0, Math.min(end, to) - Math.max(start, from))
    return days
  }
}
