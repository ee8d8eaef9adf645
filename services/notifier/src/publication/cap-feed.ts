// The Atom feed of CAP documents: the newest that a reader may see and asks for, and older ones
// page by page.

import { makeScopeKey, type ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { type AtomEntry, renderAtomFeed } from '@tocsin/contracts/cap/atom-feed'
import type { CapPublisher } from '@tocsin/contracts/cap/cap-document'
import { findCapMessage } from '@tocsin/contracts/cap/cap-message'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import type { Audience } from '../alerts/audience.ts'
import { makePlace, sealPlace } from '../alerts/list-places.ts'
import { PageSearch } from '../alerts/page-search.ts'
import type { Positions } from '../alerts/positions.ts'
import { statementIn } from '../alerts/reader-view.ts'
import { renderFor } from '../alerts/record-judging.ts'
import type { ScanScheduler } from '../alerts/scan-scheduler.ts'
import { type ToldMessage, toldMessages } from './cap-documents.ts'

/** Records read before others have their turn. */
const stepMax = 100

export interface CapFeedDeps {
  readonly clock: Clock
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly scans: ScanScheduler
  readonly cursorKey: Buffer
  /** The first publisher names the feed, even if the settings have changed. */
  readonly publishers: () => { readonly first: CapPublisher; readonly now: CapPublisher }
  /** `https://tocsin.example.org`, or empty: then links are relative. */
  readonly publicUrl: string
}

export interface CapFeedAsk {
  readonly view: ReaderView
  readonly filter: AlertFilter
  readonly limit: number
  readonly cursor: string | undefined
  /** Path and query of the request, and its query without `cursor`, as `?…` or empty. */
  readonly url: string
  readonly query: string
  /** Before the path of a document and of the feed, such as `/v1`. */
  readonly base: string
}

/** Where a page ended: before these positions, in this epoch of the log. */
interface CapPlace {
  readonly epoch: string
  readonly before: readonly string[]
}

export class CapFeed {
  readonly #deps: CapFeedDeps

  constructor(deps: CapFeedDeps) {
    this.#deps = deps
  }

  /**
   * A page as XML. Throws ProblemError `cursor-invalid`; rejects with an EventLogError if the log
   * can't be read.
   */
  async page(ask: CapFeedAsk): Promise<string> {
    const { publishers, publicUrl } = this.#deps
    const { first, now } = publishers()
    const { entries, next } = await this.#newest(
      { view: ask.view, filter: ask.filter, holdsQuiet: false },
      ask
    )
    const path = `${publicUrl}${ask.base}/cap.atom`
    return renderAtomFeed({
      identity: [first.sender, makeScopeKey(ask.view), ask.query],
      author: now.senderName,
      self: `${publicUrl}${ask.url}`,
      first: `${path}${ask.query}`,
      next:
        next === null ? null : `${path}${ask.query === '' ? '?' : `${ask.query}&`}cursor=${next}`,
      entries
    })
  }

  async #newest(
    audience: Audience,
    { limit, cursor, base }: CapFeedAsk
  ): Promise<{ entries: AtomEntry[]; next: string | null }> {
    const { scans } = this.#deps
    const journal = this.#deps.journal()
    const search = new PageSearch(this.#deps.clock)
    const told = new ToldByPosition(this.#deps.alerts, audience)
    const entries: AtomEntry[] = []
    let at: Positions =
      cursor === undefined ? journal.endInView(audience.view) : this.#makePlace(cursor, journal)
    let last: Positions = at
    while (search.goesOn(entries.length) && hasOlder(journal, at)) {
      if (search.looked > 0) await scans.next()
      const page = await journal.readBack(at, stepMax, audience.view)
      for (const record of page.records) {
        const message = told.of(record)
        if (message !== undefined && entries.length === limit)
          return { entries, next: this.#seal(journal, last) }
        at = at.with(record.partition, record.position)
        if (message === undefined) continue
        entries.push(this.#makeEntry(audience, record, message, base))
        last = at
      }
      at = page.before
      search.looked += Math.max(1, page.records.length)
    }
    return { entries, next: hasOlder(journal, at) ? this.#seal(journal, at) : null }
  }

  #makeEntry(
    { view }: Audience,
    record: AlertRecord,
    { name }: ToldMessage,
    base: string
  ): AtomEntry {
    const { alertId } = record.event.data
    const event = renderFor(
      this.#deps.alerts,
      { view, filter: {}, holdsQuiet: false },
      'event',
      record
    )
    return {
      identifier: event.id,
      sent: event.time,
      href: `${this.#deps.publicUrl}${base}/cap/${encodeURIComponent(alertId)}/${name}.xml`,
      alertId,
      alert: statementIn(event)
    }
  }

  #seal(journal: AlertJournal, before: Positions): string {
    const place: CapPlace = { epoch: journal.epoch, before: before.map(String) }
    return sealPlace(this.#deps, 'cap', place)
  }

  #makePlace(cursor: string, journal: AlertJournal): Positions {
    const { epoch, before } = makePlace<CapPlace>(this.#deps, 'cap', cursor)
    if (epoch !== journal.epoch || before.length !== journal.end.length)
      throw new ProblemError('cursor-invalid', 'The cursor is of another log.')
    return before.map(BigInt)
  }
}

function hasOlder(journal: AlertJournal, before: Positions): boolean {
  return before.some((position, i) => position > (journal.start[i] ?? 0n))
}

/** The messages for an audience from a record; each alert is judged once. */
class ToldByPosition {
  readonly #alerts: AlertIndex
  readonly #audience: Audience
  readonly #byAlert = new Map<string, ReadonlyMap<bigint, ToldMessage>>()

  constructor(alerts: AlertIndex, audience: Audience) {
    this.#alerts = alerts
    this.#audience = audience
  }

  of({ event, position }: AlertRecord): ToldMessage | undefined {
    if (event.type === 'alert.action-refused') return undefined
    const { alertId } = event.data
    const known = this.#byAlert.get(alertId) ?? this.#judged(alertId)
    this.#byAlert.set(alertId, known)
    return known.get(position)
  }

  #judged(alertId: string): ReadonlyMap<bigint, ToldMessage> {
    const alert = this.#alerts.get(alertId)?.at(this.#audience.view.level) ?? null
    if (alert === null) return new Map()
    const list = toldMessages(alert, this.#audience)
    // Without a document there is no target for a link: the referenced event is no longer indexed.
    const written = list.filter((_, i) => findCapMessage(list, i) !== null)
    return new Map(written.map(message => [message.moment.position, message]))
  }
}
