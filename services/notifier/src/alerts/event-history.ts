// Past events, for readers of the alerts log from any position: most records contain what changed
// since the alert's previous event, so that the events back to a whole one are read too.

import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import {
  isDifference,
  type KnownEvidence,
  restoreWhole
} from '@tocsin/contracts/record/alert-recording'
import { decodeAlertEvent, isVersion3 } from '@tocsin/contracts/record/records'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { LRUCache } from 'lru-cache'
import type { AlertMoment, AlertRecord, DecodedRecord } from './alert-entry.ts'
import { type AlertIndex, dropFold } from './alert-index.ts'
import { addChange, addWhole, type SummedAlert } from './alert-sum.ts'
import type { Statements } from './statements.ts'

/** Pieces of evidence cached from events read before, for readers that continue. */
const piecesMax = 500_000
/** The index of the records read here. */
export interface IndexedEvents {
  readonly alerts: Pick<AlertIndex, 'get'>
  readonly statements: Pick<Statements, 'fold'>
}

type Recorded = Exclude<
  DecodedRecord['recorded'],
  { readonly type: 'alert.action-refused' | 'alert.fold-began' }
>
/** An event about an alert. */
interface EventOfAlert extends DecodedRecord {
  readonly recorded: Recorded
}
type Difference = Exclude<Recorded, { readonly data: { readonly fold: unknown } }>
type Change = Extract<Recorded, { readonly data: { readonly fold: unknown } }>

export class EventHistory {
  readonly #log: Pick<EventLog, 'read'>
  readonly #index: IndexedEvents
  readonly #evidence = new LRUCache<string, KnownEvidence>({
    maxSize: piecesMax,
    sizeCalculation: ({ items }) => items.length + 1
  })
  /** By partition and position of the event. */
  readonly #sums = new LRUCache<string, SummedAlert>({
    maxSize: piecesMax,
    sizeCalculation: ({ sum }) => (sum?.triggers.length ?? 0) + 1
  })

  constructor(log: Pick<EventLog, 'read'>, index: IndexedEvents) {
    this.#log = log
    this.#index = index
  }

  /**
   * The whole events of ordered records from one partition. Rejects with an EventLogError if the
   * log can't be read.
   */
  async whole(
    records: readonly (DecodedRecord & Pick<AlertRecord, 'readers'>)[]
  ): Promise<AlertRecord[]> {
    const whole: AlertRecord[] = []
    for (const { recorded, ...at } of records) {
      if (recorded.type === 'alert.fold-began') continue
      if (recorded.type === 'alert.action-refused')
        whole.push({ ...at, event: dropFold(recorded), sum: null })
      else whole.push({ ...at, ...(await this.#readEvent({ ...at, recorded })) })
    }
    return whole
  }

  async #readEvent(record: EventOfAlert): Promise<Pick<AlertRecord, 'event' | 'sum'>> {
    const { recorded } = record
    if (isChange(recorded)) {
      const sum = await this.#sumUp({ ...record, recorded })
      const data = this.#index.statements.fold(sum, recorded.type)
      return { event: { type: recorded.type, data }, sum }
    }
    const before = isDifference(recorded.data)
      ? await this.#findEvidence({ ...record, recorded })
      : null
    return { event: this.#makeWhole(recorded, before).event, sum: null }
  }

  #makeWhole(recorded: Difference, before: KnownEvidence | null) {
    const whole = restoreWhole(recorded, before)
    if (whole.known !== null) this.#evidence.set(makeKey(whole.event.data), whole.known)
    return whole
  }

  /** The evidence after the event before this one; null if the log no longer has it. */
  async #findEvidence(
    record: EventOfAlert & { readonly recorded: Difference }
  ): Promise<KnownEvidence | null> {
    const { alertId, revision } = record.recorded.data
    const held = this.#evidence.get(makeKey({ alertId, revision: revision - 1 }))
    if (held !== undefined) return held
    let known: KnownEvidence | null = null
    const isWhole = ({ recorded }: EventOfAlert) =>
      isChange(recorded) || !isDifference(recorded.data)
    for (const { recorded } of await this.#readChain(record, isWhole)) {
      if (isChange(recorded)) continue
      const isRepeated = known !== null && recorded.data.revision <= known.revision
      if (!isRepeated) known = this.#makeWhole(recorded, known).known
    }
    return known
  }

  /** The sum of the events of an alert up to this one. */
  async #sumUp(record: EventOfAlert & { readonly recorded: Change }): Promise<AlertSum> {
    const isKnown = (each: EventOfAlert) =>
      each.recorded.data.revision === 1 || this.#sums.has(makePlace(each))
    const chain = record.recorded.data.revision === 1 ? [] : await this.#readChain(record, isKnown)
    let alert: SummedAlert | null = null
    for (const each of [...chain, record]) {
      alert = this.#sums.get(makePlace(each)) ?? addEvent(alert, each)
      this.#sums.set(makePlace(each), alert)
    }
    return alert?.sum as AlertSum
  }

  /** The events of an alert before one, from the last that `begins` on. */
  async #readChain(
    { partition, position, recorded }: EventOfAlert,
    begins: (each: EventOfAlert) => boolean
  ): Promise<readonly EventOfAlert[]> {
    const { alertId } = recorded.data
    const entry = this.#index.alerts.get(alertId)
    const alert = isChange(recorded) ? entry?.at(recorded.data.fold) : entry?.top
    const moments = alert?.moments ?? []
    const chain: EventOfAlert[] = []
    for (let i = moments.findLastIndex(moment => moment.position < position); i >= 0; i--) {
      const moment = moments[i] as AlertMoment
      const at = { partition, position: moment.position }
      const stored = await readAt(this.#log, topics.alerts, at)
      const event = stored === null ? null : readEvent(stored, alertId)
      if (event === null) break
      chain.unshift(event)
      if (begins(event)) return chain
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

/** The event of an alert, if the record is one. */
function readEvent(stored: StoredRecord, alertId: string): EventOfAlert | null {
  const { value } = stored
  if (
    value === null ||
    !Buffer.from(value.buffer, value.byteOffset, value.length).includes(alertId)
  )
    return null
  const decoded = decodeStored(stored)
  const recorded = decoded?.recorded
  if (decoded === null || recorded === undefined) return null
  if (recorded.type === 'alert.action-refused' || recorded.type === 'alert.fold-began') return null
  return recorded.data.alertId === alertId ? { ...decoded, recorded } : null
}

function addEvent(before: SummedAlert | null, { recorded, envelope }: EventOfAlert): SummedAlert {
  return isChange(recorded)
    ? addChange(before, recorded.type, envelope, recorded.data)
    : addWhole(before, recorded.type, envelope, recorded.data)
}

function isChange(recorded: Recorded): recorded is Change {
  return isVersion3(recorded)
}

function makePlace({ partition, position }: Pick<DecodedRecord, 'partition' | 'position'>): string {
  return `${partition}/${position}`
}

function makeKey({
  alertId,
  revision
}: {
  readonly alertId: string
  readonly revision: number
}): string {
  return `${alertId}@${revision}`
}
