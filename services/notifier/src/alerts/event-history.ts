// Past events, whole, for readers of the alerts log from any position: most records contain what changed
// since the alert's previous event, so that the events back to a whole one are read too.

import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import {
  isDifference,
  type KnownEvidence,
  restoreWhole
} from '@tocsin/contracts/record/alert-recording'
import { decodeAlertEvent, isVersion3 } from '@tocsin/contracts/record/records'
import type { EventLog, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { EventTable } from '@tocsin/read-model/alerts/event-table'
import { LRUCache } from 'lru-cache'
import { dropFold } from './alert-index.ts'
import type { AlertRecord, DecodedRecord } from './alert-record.ts'
import { addChange, addWhole, type SummedAlert } from './alert-sum.ts'
import type { Statements } from './statements.ts'

/** Pieces of evidence cached from events read before, for readers that continue. */
const piecesMax = 500_000

type Recorded = Exclude<
  DecodedRecord['recorded'],
  { readonly type: 'alert.action-refused' | 'alert.fold-began' }
>
/** An event about an alert. */
interface EventOfAlert extends DecodedRecord {
  readonly recorded: Recorded
}

/** An alert after an event. */
interface Known {
  readonly event: AlertRecord['event'] | null
  /** Null: not all events before it were read. */
  readonly summed: SummedAlert | null
  /** As events of version 2 need it; null: unknown. */
  readonly evidence: KnownEvidence | null
}

export class EventHistory {
  readonly #log: Pick<EventLog, 'read'>
  readonly #events: EventTable
  readonly #statements: Statements
  /** By partition and position of the event. */
  readonly #known = new LRUCache<string, Known>({
    maxSize: piecesMax,
    sizeCalculation: ({ summed, evidence }) =>
      (summed?.sum?.triggers.length ?? 0) + (evidence?.items.length ?? 0) + 1
  })

  constructor(log: Pick<EventLog, 'read'>, events: EventTable, statements: Statements) {
    this.#log = log
    this.#events = events
    this.#statements = statements
  }

  /** The whole event of a record that counts. Rejects with an EventLogError if the log can't be read. */
  async makeWhole({ recorded, ...at }: DecodedRecord): Promise<Pick<AlertRecord, 'event' | 'sum'>> {
    if (recorded.type === 'alert.fold-began') throw new Error('the beginning of a fold is no event')
    if (recorded.type === 'alert.action-refused') return { event: dropFold(recorded), sum: null }
    const { event, summed } = await this.#read({ ...at, recorded })
    if (event !== null) return { event, sum: null }
    const sum = summed?.sum as AlertSum
    const { type } = recorded
    return { event: { type, data: this.#statements.fold(sum, type) }, sum }
  }

  async #read(record: EventOfAlert): Promise<Known> {
    let known: Known | null = null
    const chain = beginsAlone(record) ? [] : await this.#readChain(record)
    for (const each of [...chain, record]) {
      const name = formatPlace(each)
      known = this.#known.get(name) ?? addEvent(known, each)
      this.#known.set(name, known)
    }
    return known as Known
  }

  /** The events of an alert before one, from the last on that needs none before it or is known. */
  async #readChain(record: EventOfAlert): Promise<readonly EventOfAlert[]> {
    const { recorded, position } = record
    const { alertId } = recorded.data
    // Events of earlier versions have one stream, which readers of everything get.
    const level = isChange(recorded) ? recorded.data.fold : 'restricted'
    const chain: EventOfAlert[] = []
    for (const at of this.#events.listBefore(alertId, level, position)) {
      const stored = await readAt(this.#log, topics.alerts, at)
      const event = stored === null ? null : readEvent(stored)
      if (event === null) break
      chain.unshift(event)
      const known = this.#known.get(formatPlace(event))
      const isEnough = isChange(recorded)
        ? event.recorded.data.revision === 1 || known?.summed != null
        : beginsAlone(event) || known !== undefined
      if (isEnough) return chain
    }
    // Some of them are no longer in the log: their content is lost.
    return isChange(recorded) ? chain : []
  }
}

/** Null for an undecodable record: it is in quarantine and does not count. */
export function decodeStored({ partition, position, value }: StoredRecord): DecodedRecord | null {
  const decoded = value === null ? null : decodeAlertEvent(value)
  if (decoded?.kind !== 'decoded') return null
  return { partition, position, envelope: decoded.envelope, recorded: decoded.record }
}

function readEvent(stored: StoredRecord): EventOfAlert | null {
  const decoded = decodeStored(stored)
  const recorded = decoded?.recorded
  if (decoded === null || recorded === undefined) return null
  if (recorded.type === 'alert.action-refused' || recorded.type === 'alert.fold-began') return null
  return { ...decoded, recorded }
}

function isChange(recorded: Recorded): recorded is Extract<Recorded, { data: { fold: unknown } }> {
  return isVersion3(recorded)
}

/** It needs no event before it. */
function beginsAlone({ recorded }: EventOfAlert): boolean {
  return recorded.data.revision === 1 || (!isChange(recorded) && !isDifference(recorded.data))
}

function addEvent(before: Known | null, { recorded, envelope }: EventOfAlert): Known {
  const summed = before?.summed ?? null
  if (isChange(recorded)) {
    const after = addChange(summed, recorded.type, envelope, recorded.data)
    return { event: null, summed: after, evidence: null }
  }
  const { event, known: evidence } = restoreWhole(recorded, before?.evidence ?? null)
  const isSummed = summed !== null || recorded.data.revision === 1
  return {
    event,
    summed: isSummed ? addWhole(summed, recorded.type, envelope, event.data) : null,
    evidence
  }
}

function formatPlace({ partition, position }: RecordPosition): string {
  return `${partition}/${position}`
}
