// CAP documents for one reader, and the Atom feed of them: the events of the feed in another form.
// Each has the reader's own number and refers to the reader's earlier documents. Who publishes them is
// recorded with the place from which it applies: a changed setting rewrites no document that somebody
// has read.

import { makeScopeKey, type ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { type AtomEntry, renderAtomFeed } from '@tocsin/contracts/cap/atom-feed'
import {
  type CapPublisher,
  type CapReference,
  renderCapDocument
} from '@tocsin/contracts/cap/cap-document'
import { type CapStep, findCapMessage, isRecordOnly } from '@tocsin/contracts/cap/cap-message'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { CapPublisherSet } from '@tocsin/service/control/control-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { AlertJournal, Positions } from '../alerts/alert-journal.ts'
import type { AlertMoment } from '../alerts/alert-record.ts'
import { makePlace, sealPlace } from '../alerts/list-queries.ts'
import type { ReadDeps } from '../alerts/position-headers.ts'
import { statementIn } from '../alerts/reader-view.ts'
import { type Audience, judgeMoment, renderFor } from '../alerts/record-judging.ts'
import { PageSearch } from '../alerts/scan-scheduler.ts'

export interface CapDeps extends ReadDeps {
  /** Of the settings. */
  readonly publisher: CapPublisher
  /** Of the addresses; null: no key has one. */
  readonly addressSecret: Buffer | null
}

/** All that a reader may see: filters select documents, and change none. */
const makeAudience = (view: ReaderView): Audience => ({ view, filter: {}, holdsQuiet: false })

/** The events of an alert that an audience gets; the revision of each is the name of its document. */
function listEvents({ projection }: CapDeps, alertId: string, audience: Audience): AlertMoment[] {
  const { moments = [] } = projection.alerts.get(alertId)?.at(audience.view.level) ?? {}
  const list: AlertMoment[] = []
  for (const moment of moments)
    if (judgeMoment(list.length > 0, moment, audience) !== null) list.push(moment)
  return list
}

function makeStep({ type, facts: { status } }: AlertMoment): CapStep {
  return { type, status }
}

/**
 * The message of this name; undefined if the reader gets none. Reads no log: a hidden message takes
 * as long as a missing one.
 */
export function findMessage(deps: CapDeps, view: ReaderView, id: string, name: string) {
  const events = listEvents(deps, id, makeAudience(view))
  const at = events.findIndex(({ revision }) => String(revision) === name)
  const moment = events[at]
  if (moment === undefined) return undefined
  const { type, references } = findCapMessage(events.map(makeStep), at)
  return { type, moment, before: references.map(i => events[i] as AlertMoment) }
}

/**
 * The document of a found message. Rejects with an EventLogError if the log can't be read; null if
 * the message is no longer in the log.
 */
export async function writeDocument(
  deps: CapDeps,
  view: ReaderView,
  { type, moment, before }: NonNullable<ReturnType<typeof findMessage>>
): Promise<string | null> {
  const { alerts, journal } = deps.projection
  const publisherOf = (of: AlertMoment) =>
    findPublisher(deps.control.state.capPublishers, of, deps.publisher)
  const record = await journal.at(moment.partition, moment.position)
  if (record === null) return null
  const references: CapReference[] = []
  for (const earlier of before) {
    const envelope = (await journal.at(earlier.partition, earlier.position))?.envelope
    if (envelope === undefined) return null
    const { sender } = publisherOf(earlier)
    references.push({ sender, identifier: envelope.id, sent: envelope.time })
  }
  const event = renderFor(alerts, makeAudience(view), 'event', record)
  const { drill, handling, theatre } = moment.facts
  return renderCapDocument(
    {
      identifier: event.id,
      sent: event.time,
      type,
      isOfRecordAlone: isRecordOnly(makeStep(moment)),
      alertId: event.subject,
      // Alerts of a replay are no warning.
      status: deps.isReplay(theatre) ? 'Test' : 'Actual',
      ...{ drill, handling, references },
      alert: statementIn(event)
    },
    publisherOf(moment)
  )
}

const stepMax = 100

interface FeedQuestion {
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

/**
 * A page of the feed as XML: the newest documents that a reader may see and asks for, and older ones
 * page by page. Throws ProblemError `cursor-invalid`; rejects with an EventLogError if the log can't
 * be read.
 */
export async function readCapFeed(deps: CapDeps, question: FeedQuestion): Promise<string> {
  const { publisher, publicUrl } = deps
  const { view, query } = question
  const { entries, next } = await findNewest(deps, question)
  const path = `${publicUrl}${question.base}/cap.atom`
  // The first publisher names the feed, even if the settings have changed.
  const { sender } = deps.control.state.capPublishers[0] ?? publisher
  return renderAtomFeed({
    identity: [sender, makeScopeKey(view), query],
    author: publisher.senderName,
    self: `${publicUrl}${question.url}`,
    first: `${path}${query}`,
    next: next === null ? null : `${path}${query === '' ? '?' : `${query}&`}cursor=${next}`,
    entries
  })
}

async function findNewest(
  deps: CapDeps,
  { view, filter, limit, cursor, base }: FeedQuestion
): Promise<{ entries: AtomEntry[]; next: string | null }> {
  const { alerts, journal } = deps.projection
  const search = new PageSearch(deps.clock)
  const audience = { view, filter, holdsQuiet: false }
  /** By alert, each judged once: its events by their positions. */
  const judged = new Map<string, ReadonlyMap<bigint, AlertMoment>>()
  const hasOlder = () => at.some((position, i) => position > (journal.start[i] ?? 0n))
  const entries: AtomEntry[] = []
  let at = cursor === undefined ? journal.endInView(view) : openPlace(deps, cursor, journal)
  for (let isFull = false; !isFull && search.goesOn(entries.length) && hasOlder(); ) {
    if (search.looked > 0) await deps.scans.next()
    const page = await journal.readBack(at, stepMax, view)
    for (const record of page.records) {
      const { alertId } = record.event.data
      const events =
        judged.get(alertId) ??
        new Map(listEvents(deps, alertId, audience).map(each => [each.position, each]))
      judged.set(alertId, events)
      const event = events.get(record.position)
      isFull = event !== undefined && entries.length === limit
      if (isFull) break
      at = at.with(record.partition, record.position)
      if (event === undefined) continue
      const shown = renderFor(alerts, makeAudience(view), 'event', record)
      const href = `${deps.publicUrl}${base}/cap/${encodeURIComponent(alertId)}/${event.revision}.xml`
      const { id: identifier, time: sent } = shown
      entries.push({ identifier, sent, href, alertId, alert: statementIn(shown) })
    }
    if (!isFull) at = page.next
    search.looked += Math.max(1, page.records.length)
  }
  if (!hasOlder()) return { entries, next: null }
  const place: CapPlace = { epoch: journal.epoch, before: at.map(String) }
  return { entries, next: sealPlace(deps, 'cap', place) }
}

/** Where a page ended: before these positions, in this epoch of the log. */
interface CapPlace {
  readonly epoch: string
  readonly before: readonly string[]
}

function openPlace(deps: CapDeps, cursor: string, journal: AlertJournal): Positions {
  const { epoch, before } = makePlace<CapPlace>(deps, 'cap', cursor)
  if (epoch !== journal.epoch || before.length !== journal.end.length)
    throw new ProblemError('cursor-invalid', 'The cursor is of another log.')
  return before.map(BigInt)
}

export function readPublisher({
  cap: { sender, senderName, contact },
  publicUrl
}: {
  readonly cap: Readonly<Record<'sender' | 'senderName' | 'contact', string>>
  readonly publicUrl: string
}): CapPublisher {
  return {
    sender: sender || (publicUrl === '' ? 'tocsin' : new URL(publicUrl).hostname),
    senderName,
    contact: contact === '' ? null : contact,
    web: publicUrl === '' ? null : publicUrl
  }
}

/** The publisher of an event of the alerts log: the first one, before any record. Pure. */
function findPublisher(
  sets: readonly CapPublisherSet[],
  { partition, position }: RecordPosition,
  settings: CapPublisher
): CapPublisher {
  const set = sets.findLast(({ from }) => BigInt(from[partition] ?? 0) <= position) ?? sets[0]
  return set ?? settings
}

/**
 * Records the publisher of the settings unless it is the last one recorded; the first one publishes
 * all events of the log. `append` resolves when the record is folded. Rejects with an EventLogError.
 */
export async function recordPublisher(
  publisher: CapPublisher,
  { log, control }: ServiceDeps,
  append: (payload: ControlPayload, id: string) => Promise<unknown>
): Promise<void> {
  const sets = control.state.capPublishers
  const last = sets.at(-1)
  if (last !== undefined && toText(last) === toText(publisher)) return
  const { positions } = await log.cursorAt(topics.alerts, 'latest')
  const from = positions.map(position => String(last === undefined ? 0n : position))
  // If instances start together, one record counts.
  const id = digest('cap-publisher', String(sets.length), toText(publisher))
  await append({ type: 'cap.publisher-set', data: { ...publisher, from } }, id)
}

function toText({ sender, senderName, contact, web }: CapPublisher): string {
  return JSON.stringify([sender, senderName, contact, web])
}
