// When each source was last heard in each theatre, from the incidents log, for the reports that a
// level of readers may see. The watermark is computed by the rules.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { SourceConfig } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { ReadModel } from '../read-model.ts'

/** Number of days with counted reports; the last is the day of the theatre's last tick. */
export const countedDays = 90

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

type Heard = Pick<ReportRevision, 'sourceId' | 'reportedAt' | 'handling' | 'drill'>

const computeDay = (iso: string): number => Math.floor(Date.parse(iso) / dayMs)

export class SourceActivity {
  readonly #putLast
  readonly #count
  readonly #last
  readonly #days

  constructor(model: ReadModel) {
    this.#putLast = model.prepare(`
      insert into source_heard values(?, ?, ?, ?)
      on conflict do update set last = excluded.last where last < excluded.last`)
    this.#count = model.prepare(`
      insert into source_day values(?, ?, ?, ?, 1) on conflict do update set count = count + 1`)
    this.#last = model.prepare(`
      select theatre, max(last) as last from source_heard
      where source_id = ? and handling in (select value from json_each(?)) group by theatre`)
    this.#days = model.prepare(`
      select day, sum(count) as count from source_day
      where source_id = ? and theatre = ? and day > ? and day <= ?
        and handling in (select value from json_each(?)) group by day`)
  }

  /** Indexes a report in a theatre. Whoever only plays is not heard. */
  took(theatre: string, { sourceId, reportedAt, handling, drill }: Heard): void {
    if (drill) return
    this.#putLast.run(sourceId, theatre, handling, reportedAt)
    this.#count.run(sourceId, theatre, computeDay(reportedAt), handling)
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
    const visible = JSON.stringify(handlings.filter(handling => maySee(level, handling)))
    return this.#last.all(id, visible).map(row => {
      const [theatre, lastReportedAt] = [String(row.theatre), String(row.last)]
      const tick = lastTick(theatre)
      const quietMs = tick === null ? 0 : Date.parse(tick) - Date.parse(lastReportedAt)
      const state = archive ? 'archive' : quietMs <= cadenceDays * dayMs ? 'live' : 'silent'
      const lastDay = computeDay(tick ?? lastReportedAt)
      const reportsADay = new Array<number>(countedDays).fill(0)
      const first = lastDay - countedDays
      for (const { day, count } of this.#days.all(id, theatre, first, lastDay, visible))
        reportsADay[Number(day) - first - 1] = Number(count)
      return { theatre, lastReportedAt, state, reportsADay }
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
}
