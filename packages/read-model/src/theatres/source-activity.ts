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

type LastTick = (theatre: string) => string | null
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
    const known = this.#gathered.get(name) ?? {
      ...{ key: [sourceId, theatre, day, handling] as const, last: reportedAt, count: 0 }
    }
    known.count++
    if (reportedAt > known.last) known.last = reportedAt
    this.#gathered.set(name, known)
  }

  #write(): void {
    for (const { key, count, last } of this.#gathered.values())
      this.#model.run(
        `insert into source_day values(?, ?, ?, ?, ?, ?)
         on conflict do update set count = count + excluded.count, last = max(last, excluded.last)`,
        ...[...key, count, last]
      )
    this.#gathered.clear()
  }

  /**
   * Where a source was heard, and whether it still reports, by the reports that readers of a level
   * may see. `lastTick`: a theatre's time, ISO 8601; null before its first.
   */
  of(source: SourceConfig, lastTick: LastTick, level: Handling): readonly SourceHeard[] {
    return this.#listHeard([source], lastTick, level).map(
      ({ theatre, lastReportedAt, isSilent }) => {
        const lastDay = computeDay(lastTick(theatre) ?? lastReportedAt)
        const first = lastDay - countedDays
        const reportsADay = new Array<number>(countedDays).fill(0)
        const days = this.#model.all<{ day: number; count: number }>(
          `select day, sum(count) as count from source_day
           where source_id = ? and theatre = ? and day > ? and day <= ? and ${isVisible} group by day`,
          ...[source.id, theatre, first, lastDay, listVisible(level)]
        )
        for (const { day, count } of days) reportsADay[day - first - 1] = count
        const state = source.archive ? 'archive' : isSilent ? 'silent' : 'live'
        return { theatre, lastReportedAt, state, reportsADay }
      }
    )
  }

  /** How long declared sources have been silent; archives are left out. */
  silence(
    sources: Iterable<SourceConfig>,
    lastTick: LastTick
  ): { readonly silent: number; readonly secondsBySource: ReadonlyMap<string, number> } {
    const live = [...sources].filter(({ archive }) => !archive)
    const heard = this.#listHeard(live, lastTick, 'restricted')
    const secondsBySource = new Map<string, number>()
    for (const { sourceId, quietMs } of heard)
      secondsBySource.set(sourceId, Math.max(secondsBySource.get(sourceId) ?? 0, quietMs / 1000))
    return { silent: heard.filter(({ isSilent }) => isSilent).length, secondsBySource }
  }

  /** Where sources were heard last. */
  #listHeard(sources: readonly SourceConfig[], lastTick: LastTick, level: Handling) {
    if (this.#gathered.size > 0) this.#model.extend(() => this.#write())
    const cadences = new Map(sources.map(({ id, cadenceDays }) => [id, cadenceDays]))
    const last = this.#model.all<{ sourceId: string; theatre: string; lastReportedAt: string }>(
      `select source_id as sourceId, theatre, max(last) as lastReportedAt from source_day
       where source_id in (select value from json_each(?)) and ${isVisible}
       group by source_id, theatre`,
      ...[JSON.stringify([...cadences.keys()]), listVisible(level)]
    )
    return last.map(heard => {
      const { sourceId, theatre, lastReportedAt } = heard
      const tick = lastTick(theatre) ?? lastReportedAt
      const quietMs = Math.max(0, Date.parse(tick) - Date.parse(lastReportedAt))
      return { ...heard, quietMs, isSilent: quietMs > (cadences.get(sourceId) as number) * dayMs }
    })
  }
}

const isVisible = 'handling in (select value from json_each(?))'
const listVisible = (level: Handling) =>
  JSON.stringify(handlings.filter(handling => maySee(level, handling)))
