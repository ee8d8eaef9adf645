// The pull feed: the same events in the same order and with the same cursors as on the stream, in
// pages.

import type { Clock } from '@tocsin/domain/ports'
import type { AlertCursors, ResumePlace } from './alert-cursors.ts'
import type { Audience } from './audience.ts'
import { type Detail, eventIn, headlineBytesBeside, prevIn } from './detail.ts'
import type { GravePlace } from './list-queries.ts'
import type { Stale } from './liveness.ts'
import { refuseWhileStale } from './liveness.ts'
import { listCandidates, makePart, type SnapshotPart } from './open-alerts.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import type { Projection } from './projection.ts'
import { AudienceJudge, renderFor } from './record-judging.ts'
import type { ScanScheduler } from './scan-scheduler.ts'
import { PageSearch } from './scan-scheduler.ts'

interface FeedRow {
  readonly event: ReturnType<typeof eventIn>
  readonly cursor: string
  readonly prev: string
}

export interface FeedPage {
  /**
   * False: the position can't be resumed. The snapshot is then the first part of the state to start
   * from, at `next`.
   */
  readonly recovered: boolean
  readonly items: readonly FeedRow[]
  readonly next: string
  /**
   * Open alerts as of `next`, after all items. With `recovered: true`, a further part of the
   * snapshot in progress.
   */
  readonly snapshot?: SnapshotPart['alerts']
  readonly more?: true
}

/** Records read before others have their turn. */
const stepMax = 100
const partAlertsMax = 500
export const pageBytesMax = 1_048_576

export interface FeedReader {
  readonly audience: Audience
  readonly detail: Detail
}

/**
 * Limits of one page. The first row, or first alert of a snapshot, is included whatever its size.
 */
export interface PageSize {
  readonly limit: number
  /**
   * Bytes of its rows, and of its part of a snapshot; omitted: a part has its own limit, rows have
   * none.
   */
  readonly bytes?: number | undefined
}

export interface AlertFeedDeps {
  readonly clock: Clock
  readonly projection: Projection
  readonly cursors: AlertCursors
  readonly scans: ScanScheduler
  readonly stale: () => Stale | null
}

export class AlertFeed {
  readonly #deps: AlertFeedDeps

  constructor(deps: AlertFeedDeps) {
    this.#deps = deps
  }

  /**
   * The cursor of a place: what its reader gave, which the first row names as the one before it.
   */
  makeCursor({ cursor, positions, rest }: ResumePlace): string {
    return cursor ?? this.#deps.cursors.seal(positions, rest)
  }

  /** Whether no event and no part of a snapshot follows a page. */
  isAtEnd({ next, more }: FeedPage, audience: Audience): boolean {
    const opened = this.#deps.cursors.open(next)
    return more !== true && opened.kind === 'from' && !this.hasMore(opened.positions, audience)
  }

  /** True if an event after these positions might concern the audience. */
  hasMore(positions: Positions, { view }: Audience): boolean {
    const { journal } = this.#deps.projection
    return !hasPassed(positions, journal.endInView(view)) && !hasPassed(positions, journal.end)
  }

  /**
   * As many rows from a place as fit, then the next missing part of the snapshot. Rejects with an
   * EventLogError if the log can't be read, and with `projection-behind` while this instance is cut
   * off from it: an empty page would claim that there is no news.
   */
  async page(
    place: ResumePlace,
    reader: FeedReader,
    { limit, bytes }: PageSize
  ): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    const { positions: from, rest } = place
    const { audience, detail } = reader
    const { cursors, scans, clock, projection } = this.#deps
    const { alerts, journal } = projection
    const items: FeedRow[] = []
    const judge = new AudienceJudge(alerts, audience)
    const search = new PageSearch(clock)
    let [scanned, at, prev] = [from, from, this.makeCursor(place)]
    let [room, isFull] = [bytes ?? Number.POSITIVE_INFINITY, false]
    while (!isFull && search.goesOn(items.length) && this.hasMore(scanned, audience)) {
      if (search.looked > 0) await scans.next()
      // Steps grow while no row is found: the next row may be thousands of records away.
      const step = Math.min(stepMax, Math.max(limit - items.length, search.looked))
      const page = await journal.read(scanned, step, audience.view)
      for (const record of page.records) {
        const verdict = judge.judge(record)
        if (verdict === null) continue
        const next = behind(furthest(at, scanned), record.partition, record.position)
        const event = renderFor(alerts, audience, verdict, record)
        const row = {
          event: eventIn(event, detail, this.#headlineBytes),
          cursor: cursors.seal(next, rest),
          prev: prevIn(detail, prev)
        }
        room -= bytes === undefined ? 0 : Buffer.byteLength(JSON.stringify(row))
        isFull = room < 0 && items.length > 0
        if (isFull) break
        items.push(row)
        at = next
        prev = row.cursor
        isFull = items.length === limit
        if (isFull) break
      }
      search.looked += Math.max(1, page.records.length)
      scanned = isFull ? furthest(scanned, at) : page.next
    }
    // A part shows the state after all earlier events were sent: rows that arrived meanwhile go
    // first, on the next page.
    if (rest !== null && !this.hasMore(scanned, audience)) await scans.next()
    const hasMore = this.hasMore(scanned, audience)
    // For a reader that is up to date the end of its view, for others where the reading stopped.
    const next = furthest(at, hasMore ? scanned : journal.endInView(audience.view))
    if (rest === null || hasMore) return { recovered: true, items, next: cursors.seal(next, rest) }
    return { recovered: true, items, ...this.#makePart(reader, rest, bytes, next) }
  }

  /**
   * The first matching open alerts, gravest first, and the position of that state. Rejects with
   * `projection-behind` as `page` does.
   */
  async restart(reader: FeedReader, { bytes }: Pick<PageSize, 'bytes'>): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    await this.#deps.scans.next()
    const end = this.#deps.projection.journal.endInView(reader.audience.view)
    return { recovered: false, items: [], ...this.#makePart(reader, null, bytes, end) }
  }

  #makePart(
    reader: FeedReader,
    after: GravePlace | null,
    bytesMax = pageBytesMax,
    positions: Positions
  ): Pick<FeedPage, 'next' | 'snapshot' | 'more'> {
    const { alerts } = this.#deps.projection
    const candidates = listCandidates(alerts, reader.audience, after, partAlertsMax)
    const limits = { countMax: partAlertsMax, bytesMax, headlineBytes: this.#headlineBytes }
    const { alerts: snapshot, next } = makePart(alerts, reader, candidates, limits)
    const more = next === null ? {} : { more: true as const }
    return { next: this.#deps.cursors.seal(positions, next), snapshot, ...more }
  }

  get #headlineBytes(): number {
    return headlineBytesBeside(this.#deps.cursors.length)
  }
}
