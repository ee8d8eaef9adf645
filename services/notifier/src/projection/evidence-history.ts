// The evidence of past events, for readers of the alerts log from any position: most records hold
// the difference from the alert's previous event, so that the events back to one that states its
// evidence whole are read too.

import { decodeAlertRecord } from '@tocsin/contracts/record/records'
import { isDifference, type KnownEvidence, wholeOf } from '@tocsin/domain/evidence/alert-recording'
import { handlings } from '@tocsin/domain/report/handling'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import { LRUCache } from 'lru-cache'
import type { AlertMoment, AlertRecord, DecodedRecord } from './alert-entry.ts'

/** Pieces of evidence held of events read before, for who reads on. */
const piecesMax = 500_000
/**
 * Records of the log that are searched for the events of an alert that is no longer in the index;
 * then its evidence is lost.
 */
const searchedMax = 200_000
const searchStep = 2_000
const searchBytes = 4 * 1024 * 1024

/** What counts of the log: from a position on, all records but those that lost at their seq. */
export interface CountedLog {
  readonly start: bigint
  readonly counts: (stored: StoredRecord) => boolean
}

type OfState = Exclude<DecodedRecord['recorded'], { readonly type: 'alert.action-refused' }>

export class EvidenceHistory {
  readonly #log: Pick<EventLog, 'read'>
  readonly #momentsOf: (alertId: string) => readonly AlertMoment[]
  readonly #held = new LRUCache<string, KnownEvidence>({
    maxSize: piecesMax,
    sizeCalculation: ({ items }) => items.length + 1
  })

  /** `momentsOf`: the events of an alert as far as they are indexed. */
  constructor(log: Pick<EventLog, 'read'>, momentsOf: (alertId: string) => readonly AlertMoment[]) {
    this.#log = log
    this.#momentsOf = momentsOf
  }

  /**
   * The whole events of records of one partition that are in order. Rejects with an EventLogError
   * if the log can't be read.
   */
  async whole(records: readonly DecodedRecord[], counted: CountedLog): Promise<AlertRecord[]> {
    const whole: AlertRecord[] = []
    for (const { recorded, ...at } of records) {
      if (recorded.type === 'alert.action-refused') {
        whole.push({ ...at, event: recorded, levels: handlings })
        continue
      }
      const before = isDifference(recorded.data)
        ? await this.#before({ ...at, recorded }, counted)
        : null
      whole.push({ ...at, event: this.#wholeOf(recorded, before).event, levels: handlings })
    }
    return whole
  }

  #wholeOf(recorded: OfState, before: KnownEvidence | null) {
    const whole = wholeOf(recorded, before)
    if (whole.known !== null) this.#held.set(keyOf(whole.event.data), whole.known)
    return whole
  }

  /** The evidence after the event before this one; null if the log does not tell. */
  async #before(record: DecodedRecord, counted: CountedLog): Promise<KnownEvidence | null> {
    const { alertId, revision } = record.recorded.data as OfState['data']
    const held = this.#held.get(keyOf({ alertId, revision: revision - 1 }))
    if (held !== undefined) return held
    const chain =
      (await this.#indexed(record, alertId)) ?? (await this.#searched(record, alertId, counted))
    let known: KnownEvidence | null = null
    for (const recorded of chain) {
      const isRepeated = known !== null && recorded.data.revision <= known.revision
      if (!isRepeated) known = this.#wholeOf(recorded, known).known
    }
    return known
  }

  /**
   * The events before one, from the last that states its evidence whole; null if they are not all
   * in the index.
   */
  async #indexed(
    { partition, position }: DecodedRecord,
    alertId: string
  ): Promise<OfState[] | null> {
    const moments = this.#momentsOf(alertId)
    const chain: OfState[] = []
    for (let i = moments.findLastIndex(moment => moment.position < position); i >= 0; i--) {
      const moment = moments[i] as AlertMoment
      const stored = await readAt(this.#log, topics.alerts, {
        partition,
        position: moment.position
      })
      const recorded = stored === null ? null : stateIn(stored, alertId)
      if (recorded === null) return null
      const follows = chain[0]
      if (follows !== undefined && recorded.data.revision !== follows.data.revision - 1) return null
      chain.unshift(recorded)
      if (!isDifference(recorded.data)) return chain
    }
    return null
  }

  /** The same by a search of the log, backwards. Empty if no whole statement is found. */
  async #searched(
    { partition, position }: DecodedRecord,
    alertId: string,
    { start, counts }: CountedLog
  ): Promise<OfState[]> {
    const chain: OfState[] = []
    for (
      let [to, searched] = [position, 0];
      to > start && searched < searchedMax;
      searched += searchStep
    ) {
      const from = to - start > BigInt(searchStep) ? to - BigInt(searchStep) : start
      const found = await this.#eventsIn(partition, { from, to }, alertId, counts)
      const begins = found.findLastIndex(({ data }) => !isDifference(data))
      chain.unshift(...(begins < 0 ? found : found.slice(begins)))
      if (begins >= 0) return chain
      to = from
    }
    return []
  }

  async #eventsIn(
    partition: number,
    { from, to }: { readonly from: bigint; readonly to: bigint },
    alertId: string,
    counts: CountedLog['counts']
  ): Promise<OfState[]> {
    const found: OfState[] = []
    for (let next = from; next < to; ) {
      const page = await this.#log.read(topics.alerts, partition, next, {
        recordsMax: searchStep,
        bytesMax: searchBytes
      })
      for (const stored of page.records) {
        const recorded = stored.position < to && counts(stored) ? stateIn(stored, alertId) : null
        if (recorded !== null) found.push(recorded)
      }
      if (page.next <= next) break
      next = page.next
    }
    return found
  }
}

/** Null for an undecodable record: it is in quarantine and counts for nobody. */
export function decodeStored({ partition, position, value }: StoredRecord): DecodedRecord | null {
  const decoded = value === null ? null : decodeAlertRecord(value)
  if (decoded?.kind !== 'decoded') return null
  return { partition, position, envelope: decoded.envelope, recorded: decoded.record }
}

/** The event of an alert, if the record is one. */
function stateIn(stored: StoredRecord, alertId: string): OfState | null {
  if (
    stored.value === null ||
    !Buffer.from(stored.value.buffer, stored.value.byteOffset, stored.value.length).includes(
      alertId
    )
  )
    return null
  const recorded = decodeStored(stored)?.recorded
  if (
    recorded === undefined ||
    recorded.type === 'alert.action-refused' ||
    recorded.data.alertId !== alertId
  )
    return null
  return recorded
}

function keyOf({
  alertId,
  revision
}: {
  readonly alertId: string
  readonly revision: number
}): string {
  return `${alertId}@${revision}`
}
