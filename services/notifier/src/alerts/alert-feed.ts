// The pull feed: the same events in the same order and with the same cursors as on the stream, in
// pages.

import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import { type AlertCursors, isHeld, type OpenedPosition } from './alert-cursors.ts'
import type { AlertIndex } from './alert-index.ts'
import type { AlertJournal } from './alert-journal.ts'
import type { Audience } from './audience.ts'
import { type Detail, eventIn, headlineBytesBeside, prevIn } from './detail.ts'
import type { Stale } from './liveness.ts'
import {
  type Candidates,
  makePart,
  nextOpen,
  type SnapshotPart,
  type SnapshotPlace
} from './open-alerts.ts'
import { PageSearch } from './page-search.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import { AudienceJudge, renderFor } from './record-judging.ts'
import type { ScanScheduler } from './scan-scheduler.ts'
import { refuseWhileStale } from './stale-answers.ts'

export interface FeedRow {
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
  /** Further parts of the snapshot follow after `next`. */
  readonly more?: true
}

/**
 * Where a reader resumes; `rest` is the missing part of a snapshot, `cursor` what the reader gave.
 */
export interface FeedPlace {
  readonly positions: Positions
  readonly rest: SnapshotPlace | null
  readonly cursor: string | null
}

export type FeedStart =
  | ({ readonly kind: 'from' } & FeedPlace)
  | { readonly kind: 'lost' }
  | Extract<OpenedPosition, { kind: 'forged' }>

/** Records read before others have their turn. */
const stepMax = 100
/** Limits of one snapshot part. */
const partAlertsMax = 500
export const pageBytesMax = 1_048_576

/** Who reads the feed, and how much of each event. */
export interface FeedReader {
  readonly audience: Audience
  readonly detail: Detail
}

/**
 * Limits of one page. The first row, or first alert of a snapshot, is included whatever its size.
 */
export interface PageSize {
  /** Rows. */
  readonly limit: number
  /**
   * Bytes of its rows, and of its part of a snapshot; omitted: a part has its own limit, rows have
   * none.
   */
  readonly bytes?: number | undefined
}

export interface AlertFeedDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly cursors: AlertCursors
  readonly scans: ScanScheduler
  /** Since when the state here may be out of date; null while it is current. */
  readonly stale: () => Stale | null
}

export class AlertFeed {
  readonly #deps: AlertFeedDeps

  constructor(deps: AlertFeedDeps) {
    this.#deps = deps
  }

  /**
   * The place that a cursor denotes. Without one, or with `earliest`, the beginning; with `latest`
   * the end.
   */
  async startAt(cursor: string | undefined, audience: Audience): Promise<FeedStart> {
    const { log, cursors } = this.#deps
    const journal = this.#deps.journal()
    if (cursor === undefined || cursor === 'earliest')
      return { kind: 'from', positions: journal.start, rest: null, cursor: null }
    if (cursor === 'latest')
      return { kind: 'from', positions: journal.endInView(audience.view), rest: null, cursor: null }
    const opened = cursors.open(cursor)
    if (opened.kind !== 'position') return opened
    const { positions, rest } = opened
    return (await isHeld(log, journal, positions))
      ? { kind: 'from', positions, rest, cursor }
      : { kind: 'lost' }
  }

  /**
   * The cursor of a place: what its reader gave, which the first row names as the one before it.
   */
  makeCursor({ cursor, positions, rest }: FeedPlace): string {
    return cursor ?? this.#deps.cursors.seal(positions, rest)
  }

  /** Whether no event and no part of a snapshot follows a page. */
  isAtEnd({ next, more }: FeedPage, audience: Audience): boolean {
    const opened = this.#deps.cursors.open(next)
    return more !== true && opened.kind === 'position' && !this.hasMore(opened.positions, audience)
  }

  /** True if an event after these positions might concern the audience. */
  hasMore(positions: Positions, audience: Audience): boolean {
    const journal = this.#deps.journal()
    return (
      !hasPassed(positions, journal.endInView(audience.view)) && !hasPassed(positions, journal.end)
    )
  }

  /**
   * As many rows from a place as fit, then the next missing part of the snapshot. Rejects with an
   * EventLogError if the log can't be read, and with `projection-behind` while this instance is cut
   * off from it: an empty page would claim that there is no news.
   */
  async page(place: FeedPlace, reader: FeedReader, { limit, bytes }: PageSize): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    const { positions: from, rest } = place
    const { audience, detail } = reader
    const { cursors, scans } = this.#deps
    const items: FeedRow[] = []
    const { alerts } = this.#deps
    const judge = new AudienceJudge(alerts, audience)
    const search = new PageSearch(this.#deps.clock)
    const journal = this.#deps.journal()
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
        const next = behind(furthest(at, [...scanned]), record.partition, record.position)
        const row = {
          event: eventIn(renderFor(alerts, audience, verdict, record), detail, this.#headlineBytes),
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
    const candidates =
      rest === null || this.hasMore(scanned, audience)
        ? null
        : await this.#candidates(audience, rest)
    if (candidates === null || this.hasMore(scanned, audience))
      return {
        recovered: true,
        items,
        next: cursors.seal(this.#findNext(scanned, at, audience), rest)
      }
    const part = this.#makePart(reader, candidates, bytes)
    return { recovered: true, items, ...this.#told(part, this.#findNext(scanned, at, audience)) }
  }

  /**
   * The first matching open alerts, gravest first, and the position of that state. Rejects with
   * `projection-behind` as `page` does.
   */
  async restart(reader: FeedReader, { bytes }: Pick<PageSize, 'bytes'>): Promise<FeedPage> {
    refuseWhileStale(this.#deps.stale())
    const { audience } = reader
    const part = this.#makePart(reader, await this.#candidates(audience, null), bytes)
    return {
      recovered: false,
      items: [],
      ...this.#told(part, this.#deps.journal().endInView(audience.view))
    }
  }

  /**
   * For a reader that is up to date: the end of its view. For others: where the reading stopped.
   */
  #findNext(scanned: Positions, at: Positions, audience: Audience): Positions {
    return furthest(
      at,
      this.hasMore(scanned, audience) ? scanned : this.#deps.journal().endInView(audience.view)
    )
  }

  async #candidates(audience: Audience, after: SnapshotPlace | null): Promise<Candidates> {
    return (
      (await nextOpen(this.#deps, audience, after, partAlertsMax, () => false)) ?? {
        list: [],
        isAll: true
      }
    )
  }

  #makePart(reader: FeedReader, candidates: Candidates, bytesMax = pageBytesMax): SnapshotPart {
    return makePart(this.#deps.alerts, reader, candidates, {
      countMax: partAlertsMax,
      bytesMax,
      headlineBytes: this.#headlineBytes
    })
  }

  get #headlineBytes(): number {
    return headlineBytesBeside(this.#deps.cursors.length)
  }

  #told(
    { alerts, next }: SnapshotPart,
    positions: Positions
  ): Pick<FeedPage, 'next' | 'snapshot' | 'more'> {
    const more = next === null ? {} : { more: true as const }
    return { next: this.#deps.cursors.seal(positions, next), snapshot: alerts, ...more }
  }
}
