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

/** Reports of a source in a theatre, of one day and handling, that are in no table yet. */
interface Gathered {
  readonly key: readonly [sourceId: string, theatre: string, day: number, handling: Handling]
  last: string
  count: number
}

const computeDay = (iso: string): number => Math.floor(Date.parse(iso) / dayMs)

export class SourceActivity {
  readonly #model: ReadModel
  /** Written once a commit: a source reports many times between two. */
  readonly #gathered = new Map<string, Gathered>()

  constructor(model: ReadModel) {
    this.#model = model
    model.onCommit(() => this.#write())
  }

  /** Indexes a report in a theatre. Whoever only plays is not heard. */
  took(theatre: string, { sourceId, reportedAt, handling, drill }: Heard): void {
    if (drill) return
    const day = computeDay(reportedAt)
    const name = `${day} ${handling} ${theatre} ${sourceId}`
    const known = this.#gathered.get(name)
    if (known === undefined) {
      const key = [sourceId, theatre, day, handling] as const
      this.#gathered.set(name, { key, last: reportedAt, count: 1 })
      return
    }
    known.count++
    if (reportedAt > known.last) known.last = reportedAt
  }

  #write(): void {
    for (const { key, last, count } of this.#gathered.values()) {
      const [sourceId, theatre, , handling] = key
      this.#model.run(
        `insert into source_heard values(?, ?, ?, ?)
         on conflict do update set last = excluded.last where last < excluded.last`,
        ...[sourceId, theatre, handling, last]
      )
      this.#model.run(
        `insert into source_day values(?, ?, ?, ?, ?)
         on conflict do update set count = count + excluded.count`,
        ...[...key, count]
      )
    }
    this.#gathered.clear()
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
    if (this.#gathered.size > 0) this.#model.extend(() => this.#write())
    const visible = JSON.stringify(handlings.filter(handling => maySee(level, handling)))
    const last = this.#model.all<{ theatre: string; lastReportedAt: string }>(
      `select theatre, max(last) as lastReportedAt from source_heard
       where source_id = ? and handling in (select value from json_each(?)) group by theatre`,
      ...[id, visible]
    )
    return last.map(({ theatre, lastReportedAt }) => {
      const tick = lastTick(theatre)
      const quietMs = tick === null ? 0 : Date.parse(tick) - Date.parse(lastReportedAt)
      const state = archive ? 'archive' : quietMs <= cadenceDays * dayMs ? 'live' : 'silent'
      const lastDay = computeDay(tick ?? lastReportedAt)
      const first = lastDay - countedDays
      const reportsADay = new Array<number>(countedDays).fill(0)
      const days = this.#model.all<{ day: number; count: number }>(
        `select day, sum(count) as count from source_day
         where source_id = ? and theatre = ? and day > ? and day <= ?
           and handling in (select value from json_each(?)) group by day`,
        ...[id, theatre, first, lastDay, visible]
      )
      for (const { day, count } of days) reportsADay[day - first - 1] = count
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
