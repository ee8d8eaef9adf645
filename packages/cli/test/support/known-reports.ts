// What became known over some years in several theatres, for replays of it: reports that are
// corrected, moved and withdrawn.

import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { aReport, places } from '@tocsin/testing/report/report-builder'
import type { AlertSink } from '../../src/backtest/alert-sink.ts'
import type { BacktestPlan } from '../../src/backtest/backtest-records.ts'
import { type KnownItem, sortByKnowledge } from '../../src/backtest/known-items.ts'

/** One item: which report, where, when it happened and how much later it was known. */
export interface ItemSketch {
  readonly report: number
  readonly theatre: number
  readonly day: number
  readonly lateDays: number
  readonly deaths: number
  readonly isWithdrawn: boolean
}

const startMs = Date.parse('2019-01-01T00:00:00Z')
const sites = [places.dioura, places.djibo, places.diffa, places.boulkessi] as const

export function planOf(sketches: readonly ItemSketch[]): BacktestPlan {
  const items = sketches.map(itemOf)
  sortByKnowledge(items)
  return {
    items,
    theatres: 'country',
    rules: defaultRules,
    sources: ['wire-1'],
    reliability: 'B'
  }
}

function itemOf(
  { report, theatre, day, lateDays, deaths, isWithdrawn }: ItemSketch,
  i: number
): KnownItem {
  const knownMs = startMs + (day + lateDays) * dayMs + i
  const occurred = formatTime(startMs + day * dayMs).slice(0, 10)
  const site = sites[theatre % sites.length] as (typeof sites)[number]
  const revision = aReport({
    externalId: `R-${report}`,
    reportedAt: formatTime(knownMs),
    occurred: { from: occurred, to: occurred },
    category: 'attack-on-civilians',
    fatalities: { low: deaths, best: deaths, high: deaths },
    place: site,
    theatre: `backtest-${theatre}`
  })
  const base = { knownMs, row: i + 2, recordId: `item-${i}` }
  if (isWithdrawn)
    return { ...base, kind: 'withdrawal', reportId: revision.reportId, reason: 'never happened' }
  return { ...base, kind: 'report', revision }
}

/** A sink that keeps what it is given. */
export class KeptAlerts implements AlertSink {
  readonly isFull = false
  readonly bytesMax: number
  readonly #kept: Buffer[] = []

  constructor(bytesMax = Number.POSITIVE_INFINITY) {
    this.bytesMax = bytesMax
  }

  get text(): string {
    return this.#kept.map(events => `${events}\n`).join('')
  }

  add(events: Uint8Array): void {
    this.#kept.push(Buffer.from(events))
  }

  async written(): Promise<void> {}
}
