// When each source was last heard in each theatre, from the incidents log, for the reports that a
// level of readers may see. The watermark is computed by the rules.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { SourceConfig, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'

/** Number of days with counted reports; the last is the day of the theatre's last tick. */
export const countedDays = 90

/**
 * Maximum pairs of source and theatre stored; beyond that the source first heard longest ago is
 * evicted.
 */
const sourcePairsMax = 100_000

export interface SourceHeard {
  readonly theatre: string
  /** The greatest one, ISO 8601. */
  readonly lastReportedAt: string
  /**
   * `silent`: quiet for longer than its cadence, by the theatre's last tick. An `archive` is never
   * silent.
   */
  readonly state: 'live' | 'silent' | 'archive'
  /** Reports and corrections of each of the counted days, by when they were reported. */
  readonly reportsADay: readonly number[]
}

type Heard = Pick<ReportRevision, 'sourceId' | 'reportedAt' | 'handling'>

/** Of the reports of each handling. */
type LastHeard = Map<Handling, { last: string; readonly days: Map<number, number> }>

const computeDay = (iso: string): number => Math.floor(Date.parse(iso) / dayMs)

export class SourceActivity implements SnapshotPart {
  readonly #max: number
  readonly #heard = new Map<string, Map<string, LastHeard>>()
  #pairs = 0

  constructor(max = sourcePairsMax) {
    this.#max = max
  }

  capture(): Captured {
    const rows = [...this.#heard].flatMap(([sourceId, theatres]) =>
      [...theatres].map(([theatre, heard]) => {
        const of = [...heard].map(([handling, { last, days }]) => [handling, last, [...days]])
        return [sourceId, theatre, of] as const
      })
    )
    return { rows }
  }

  restore(row: unknown): void {
    const [sourceId, theatre, heard] = row as readonly [
      string,
      string,
      readonly (readonly [Handling, string, readonly (readonly [number, number])[]])[]
    ]
    for (const [handling, last, days] of heard)
      this.#of(theatre, sourceId).set(handling, { last, days: new Map(days) })
  }

  /** Indexes a record of the incidents log; other records than reports are ignored. */
  apply(record: TheatreRecord): void {
    if (record.type === 'report.received') this.took(record.theatre, record.data)
  }

  /** Indexes a report in a theatre. Whoever only plays is not heard. */
  took(theatre: string, report: Heard & Pick<ReportRevision, 'drill'>): void {
    if (!report.drill) this.#hear(theatre, report)
  }

  #hear(theatre: string, { sourceId, reportedAt, handling }: Heard): void {
    const of = this.#of(theatre, sourceId)
    const known = of.get(handling) ?? { last: reportedAt, days: new Map<number, number>() }
    of.set(handling, known)
    if (known.last < reportedAt) known.last = reportedAt
    const day = computeDay(reportedAt)
    known.days.set(day, (known.days.get(day) ?? 0) + 1)
    if (known.days.size > countedDays) dropOld(known.days)
  }

  #of(theatre: string, sourceId: string): LastHeard {
    const theatres = this.#heard.get(sourceId) ?? this.#begin(sourceId)
    let heard = theatres.get(theatre)
    if (heard === undefined) {
      this.#pairs++
      heard = new Map()
      theatres.set(theatre, heard)
    }
    while (this.#pairs > this.#max && this.#heard.size > 1) this.#forgetFirst()
    return heard
  }

  /**
   * Where a source was heard, and whether it still reports, by the reports that readers of a level
   * may see. `lastTick`: a theatre's time, ISO 8601; null before its first.
   */
  of(
    { id, cadenceDays, archive }: SourceConfig,
    lastTick: (theatre: string) => string | null,
    level: Handling
  ): readonly SourceHeard[] {
    return [...(this.#heard.get(id) ?? [])].flatMap(([theatre, of]) => {
      const lastReportedAt = lastIn(of, level)
      if (lastReportedAt === null) return []
      const tick = lastTick(theatre)
      const quietMs = tick === null ? 0 : Date.parse(tick) - Date.parse(lastReportedAt)
      const state = archive ? 'archive' : quietMs <= cadenceDays * dayMs ? 'live' : 'silent'
      const reportsADay = listCounts(of, level, computeDay(tick ?? lastReportedAt))
      return [{ theatre, lastReportedAt, state, reportsADay }]
    })
  }

  /** How long declared sources have been silent; archives are left out. */
  silence(
    sources: Iterable<SourceConfig>,
    lastTick: (theatre: string) => string | null
  ): { readonly silent: number; readonly secondsBySource: ReadonlyMap<string, number> } {
    const live = [...sources].filter(({ archive }) => !archive)
    const all = live.flatMap(source =>
      this.of(source, lastTick, 'restricted').map(heard => ({ source, heard }))
    )
    const secondsBySource = new Map<string, number>()
    for (const { source, heard } of all) {
      const tick = lastTick(heard.theatre) ?? heard.lastReportedAt
      const quietMs = Math.max(0, Date.parse(tick) - Date.parse(heard.lastReportedAt))
      const longest = Math.max(secondsBySource.get(source.id) ?? 0, quietMs / 1000)
      secondsBySource.set(source.id, longest)
    }
    return { silent: all.filter(({ heard }) => heard.state === 'silent').length, secondsBySource }
  }

  #begin(sourceId: string): Map<string, LastHeard> {
    const theatres = new Map<string, LastHeard>()
    this.#heard.set(sourceId, theatres)
    return theatres
  }

  #forgetFirst(): void {
    const [sourceId, theatres] = this.#heard.entries().next().value!
    this.#heard.delete(sourceId)
    this.#pairs -= theatres.size
  }
}

/** The greatest time of the reports that a level may see; null without one. */
function lastIn(heard: LastHeard, level: Handling): string | null {
  let greatest: string | null = null
  for (const handling of handlings) {
    const at = maySee(level, handling) ? heard.get(handling)?.last : undefined
    if (at !== undefined && (greatest === null || at > greatest)) greatest = at
  }
  return greatest
}

/** Reports of the counted days that a level may see, the last day last. */
function listCounts(heard: LastHeard, level: Handling, lastDay: number): readonly number[] {
  const counts = new Array<number>(countedDays).fill(0)
  for (const [handling, { days }] of heard) {
    if (!maySee(level, handling)) continue
    for (const [day, count] of days) {
      const place = day - lastDay + countedDays - 1
      if (place >= 0 && place < countedDays) counts[place] = (counts[place] ?? 0) + count
    }
  }
  return counts
}

function dropOld(days: Map<number, number>): void {
  const newest = Math.max(...days.keys())
  for (const day of days.keys()) if (day <= newest - countedDays) days.delete(day)
}
