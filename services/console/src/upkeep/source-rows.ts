// Sources by how badly each is missed. Pure: the time of a theatre is passed in.

import type { Source } from '../shown/answers.ts'

export type SourceState = 'silent' | 'live' | 'unheard' | 'archive'

export interface SourceRow {
  readonly source: Source
  /** Null: heard nowhere yet, or not visible to this caller. */
  readonly theatre: string | null
  readonly state: SourceState
  /** Time of its latest report, ISO 8601. */
  readonly lastAt: string | null
  /** How long it has been quiet by the theatre's time, ms. */
  readonly quietMs: number | null
  /** How far that is beyond its usual rhythm, ms; 0 within it. */
  readonly overdueMs: number
  /** For the last days, today's last; none where they are not visible. */
  readonly reportsADay: readonly number[]
}

const dayMs = 86_400_000
const order: readonly SourceState[] = ['silent', 'live', 'unheard', 'archive']

/**
 * One row for each theatre in which a source was heard. Who is silent beyond its rhythm comes
 * first, longest first.
 */
export function sourceRows(
  sources: readonly Source[],
  nowIn: (theatre: string) => number
): readonly SourceRow[] {
  return sources
    .flatMap(source => listRows(source, nowIn))
    .sort(
      (a, b) =>
        order.indexOf(a.state) - order.indexOf(b.state) ||
        b.overdueMs - a.overdueMs ||
        (a.source.id < b.source.id ? -1 : a.source.id > b.source.id ? 1 : 0)
    )
}

function listRows(source: Source, nowIn: (theatre: string) => number): readonly SourceRow[] {
  const { heard = [], archive, cadenceDays = 0 } = source
  if (heard.length === 0) {
    const state = archive ? 'archive' : 'unheard'
    const none = { theatre: null, lastAt: null, quietMs: null, overdueMs: 0, reportsADay: [] }
    return [{ source, state, ...none }]
  }
  return heard.map(({ theatre, lastReportedAt, state, reportsADay }) => {
    const quietMs = Math.max(0, nowIn(theatre) - Date.parse(lastReportedAt))
    const overdueMs = state === 'archive' ? 0 : Math.max(0, quietMs - cadenceDays * dayMs)
    return { source, theatre, state, lastAt: lastReportedAt, quietMs, overdueMs, reportsADay }
  })
}

/**
 * How many are silent, live, never heard, and archives, by source: one that is silent anywhere is
 * silent.
 */
export function sourceCounts(sources: readonly Source[]): Readonly<Record<SourceState, number>> {
  const counts = { silent: 0, live: 0, unheard: 0, archive: 0 }
  for (const { archive, heard = [] } of sources) {
    if (archive) counts.archive += 1
    else if (heard.length === 0) counts.unheard += 1
    else if (heard.every(({ state }) => state === 'live')) counts.live += 1
    else counts.silent += 1
  }
  return counts
}
