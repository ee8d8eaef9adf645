// CAP documents for one reader: each event of an alert under the reader's own numbers, with
// references to the reader's earlier documents. They are the events of the feed in another form.
// HTTP is in cap-routes.ts.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import {
  type CapPublisher,
  type CapReference,
  renderCapDocument
} from '@tocsin/contracts/cap/cap-document'
import {
  type CapMessageType,
  type CapStep,
  findCapMessage,
  isRecordOnly
} from '@tocsin/contracts/cap/cap-message'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { EventLog } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { LRUCache } from 'lru-cache'
import type { AlertAtLevel } from '../alerts/alert-at-level.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import type { AlertMoment } from '../alerts/alert-record.ts'
import { type Audience, judgeMoment } from '../alerts/audience.ts'
import { decodeStored } from '../alerts/event-history.ts'
import { statementIn } from '../alerts/reader-view.ts'
import { renderFor } from '../alerts/record-judging.ts'

/** Ids and times of events cached, for references to them. */
const headsKept = 20_000

type EventHead = Pick<Envelope, 'id' | 'time'>

export interface CapDocumentsDeps {
  readonly log: EventLog
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly publisherOf: (event: AlertMoment) => CapPublisher
  /** Alerts of a replay are no warning. */
  readonly isReplay: (theatre: string) => boolean
}

export class CapDocuments {
  readonly #deps: CapDocumentsDeps
  readonly #heads = new LRUCache<string, EventHead>({
    maxSize: headsKept,
    sizeCalculation: () => 1
  })

  constructor(deps: CapDocumentsDeps) {
    this.#deps = deps
  }

  /**
   * The message of this name; undefined if the reader gets none. Reads no log: a hidden message
   * takes as long as a missing one.
   */
  find(view: ReaderView, alertId: string, name: string): FoundMessage | undefined {
    const { alerts } = this.#deps
    const entry = alerts.get(alertId)
    const alert = entry?.at(view.level) ?? null
    if (entry === undefined || alert === null) return undefined
    const told = toldMessages(alert, computeAudience(view))
    const at = told.findIndex(message => message.name === name)
    const message = at < 0 ? null : findCapMessage(told, at)
    if (message === null) return undefined
    return {
      entry,
      type: message.type,
      told: told[at] as ToldMessage,
      before: message.references.map(i => told[i] as ToldMessage)
    }
  }

  /**
   * The document of a found message. Rejects with an EventLogError if the log can't be read; null
   * if the message is no longer in the log.
   */
  async write(
    view: ReaderView,
    { entry, type, told, before }: FoundMessage
  ): Promise<string | null> {
    const { alerts, publisherOf, isReplay } = this.#deps
    const record = await this.#deps.journal().at(told.moment.partition, told.moment.position)
    if (record === null) return null
    const references: CapReference[] = []
    for (const earlier of before) {
      const head = await this.#makeHead(earlier.moment)
      if (head === null) return null
      references.push({
        sender: publisherOf(earlier.moment).sender,
        identifier: head.id,
        sent: head.time
      })
    }
    const event = renderFor(alerts, computeAudience(view), 'event', record)
    const { drill, handling } = told.moment.facts
    return renderCapDocument(
      {
        identifier: event.id,
        sent: event.time,
        type,
        isOfRecordAlone: isRecordOnly(told),
        alertId: entry.alertId,
        status: isReplay(entry.theatre) ? 'Test' : 'Actual',
        ...{ drill, handling, references },
        alert: statementIn(event)
      },
      publisherOf(told.moment)
    )
  }

  async #makeHead({ partition, position }: AlertMoment): Promise<EventHead | null> {
    const key = `${partition}/${position}`
    const known = this.#heads.get(key)
    if (known !== undefined) return known
    const stored = await readAt(this.#deps.log, topics.alerts, { partition, position })
    const envelope = stored === null ? undefined : decodeStored(stored)?.envelope
    if (envelope === undefined) return null
    const head = { id: envelope.id, time: envelope.time }
    this.#heads.set(key, head)
    return head
  }
}

export interface FoundMessage {
  readonly entry: AlertEntry
  readonly type: CapMessageType
  readonly told: ToldMessage
  readonly before: readonly ToldMessage[]
}

/** All that a reader may see: filters select documents, and change none. */
function computeAudience(view: ReaderView): Audience {
  return { view, filter: {}, holdsQuiet: false }
}

/** An event that an audience gets, under the name that its document has. */
export interface ToldMessage extends CapStep {
  readonly moment: AlertMoment
  /** Of the document, unique within the alert. */
  readonly name: string
}

/** The events of an alert that an audience gets, in order. */
export function toldMessages(
  { moments }: Pick<AlertAtLevel, 'moments'>,
  audience: Audience
): readonly ToldMessage[] {
  const list: ToldMessage[] = []
  for (const moment of moments) {
    const { type, facts, revision } = moment
    if (judgeMoment(list.length > 0, moment, audience) !== null)
      list.push({ type, status: facts.status, moment, name: String(revision) })
  }
  return list
}
