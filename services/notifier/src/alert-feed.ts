// The pull feed: the same events, in the same order and with the same cursors as on the stream, a page at a time.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { matchesFilter } from '@tocsin/domain/alert-filter'
import type { EventLog } from '@tocsin/event-log/port'
import { type AlertCursors, isHeld } from './alert-cursors.ts'
import type { AlertIndex, AlertRecord } from './alert-index.ts'
import type { AlertJournal } from './alert-journal.ts'
import type { Audience, Standing } from './audience.ts'
import type { Stale } from './liveness.ts'
import { behind, furthest, hasPassed, type Positions } from './positions.ts'
import type { VisibleAlert, VisibleEvent } from './reader-view.ts'
import { judgeRecord, renderFor, shownTo, standingBefore, stateInView } from './record-judging.ts'

export interface FeedRow {
  readonly event: VisibleEvent
  readonly cursor: string
  readonly prev: string
}

export interface FeedPage {
  /** False: the position can't be gone on from; the snapshot is the state to begin anew from, at `next`. */
  readonly recovered: boolean
  readonly items: readonly FeedRow[]
  readonly next: string
  readonly snapshot?: readonly VisibleAlert[]
}

export type FeedStart =
  | { readonly kind: 'from'; readonly positions: Positions }
  | { readonly kind: 'lost' }
  | { readonly kind: 'foreign' }

/** Records that one request looks at; what is left is for the next. */
const scannedMax = 5_000
const stepMax = 500

export interface AlertFeedDeps {
  readonly log: EventLog
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly cursors: AlertCursors
  /** Since when what is known here may be out of date; null while it is not. */
  readonly stale: () => Stale | null
}

export class AlertFeed {
  readonly #deps: AlertFeedDeps

  constructor(deps: AlertFeedDeps) {
    this.#deps = deps
  }

  /** Where a cursor leads; without one, or with `earliest`, to the beginning; with `latest` behind what there is. */
  async startAt(cursor: string | undefined, audience: Audience): Promise<FeedStart> {
    const { log, cursors } = this.#deps
    const journal = this.#deps.journal()
    if (cursor === undefined || cursor === 'earliest') return { kind: 'from', positions: journal.start }
    if (cursor === 'latest') return { kind: 'from', positions: journal.endInView(audience.view) }
    const opened = cursors.open(cursor)
    if (opened.kind === 'foreign') return opened.reason === 'other-log' ? { kind: 'lost' } : { kind: 'foreign' }
    return (await isHeld(log, journal, opened.positions)) ? { kind: 'from', positions: opened.positions } : { kind: 'lost' }
  }

  /** True when something after these positions might concern the audience. */
  hasMore(positions: Positions, audience: Audience): boolean {
    const journal = this.#deps.journal()
    return !hasPassed(positions, journal.endInView(audience.view)) && !hasPassed(positions, journal.end)
  }

  /**
   * Up to `limit` rows from these positions on. Rejects with an EventLogError when the log can't be read, and with `projection-behind` while this
   * instance is cut off from it: an empty page says that there is nothing new.
   */
  async page(from: Positions, audience: Audience, limit: number): Promise<FeedPage> {
    this.#refuseWhileStale()
    const { cursors } = this.#deps
    const items: FeedRow[] = []
    const standings = new Map<string, Standing>()
    let [scanned, at, prev, looked] = [from, from, cursors.seal(from), 0]
    while (items.length < limit && looked < scannedMax && this.hasMore(scanned, audience)) {
      const page = await this.#deps.journal().read(scanned, Math.min(stepMax, limit - items.length))
      for (const record of page.records) {
        const event = this.#judge(record, audience, standings)
        if (event === null) continue
        at = behind(furthest(at, [...scanned]), record.partition, record.position)
        const cursor = cursors.seal(at)
        items.push({ event, cursor, prev })
        prev = cursor
      }
      looked += Math.max(1, page.records.length)
      scanned = page.next
    }
    // Level with what it may see, a reader stands where its view ends; on the way, where the reading stopped.
    const end = this.#deps.journal().endInView(audience.view)
    const next = this.hasMore(scanned, audience) ? furthest(at, scanned) : furthest(at, end)
    return { recovered: true, items, next: cursors.seal(next) }
  }

  /** The open alerts that pass, and the position of that state. Throws `projection-behind` as `page` does. */
  restart({ view, filter }: Audience): FeedPage {
    this.#refuseWhileStale()
    const { alerts, cursors } = this.#deps
    const snapshot: VisibleAlert[] = []
    for (const entry of alerts.openAlerts()) {
      const shown = shownTo(view, entry)
      if (shown !== null && matchesFilter(filter, shown.outline)) snapshot.push(stateInView(alerts, view, shown))
    }
    return { recovered: false, items: [], next: cursors.seal(this.#deps.journal().endInView(view)), snapshot }
  }

  #refuseWhileStale(): void {
    const stale = this.#deps.stale()
    if (stale === null) return
    throw new ProblemError(
      'projection-behind',
      `Not live since ${stale.since}: ${stale.detail}. Ask again, or another instance.`,
      {
        retryAfterS: 5,
        members: { staleSince: stale.since }
      }
    )
  }

  #judge(record: AlertRecord, audience: Audience, standings: Map<string, Standing>): VisibleEvent | null {
    const { alertId } = record.event.data
    const before = standings.get(alertId) ?? standingBefore(this.#deps.alerts, audience, record)
    const judged = judgeRecord(this.#deps.alerts, before, record, audience)
    standings.set(alertId, judged.standing)
    return judged.verdict === 'nothing' ? null : renderFor(this.#deps.alerts, audience, judged.verdict, record)
  }
}
