// The current time in each theatre, from the incidents log: the last tick and its position. Also
// the operators' requests that have no outcome yet.

import {
  type AlertRequest,
  asksAboutAlert,
  beforeAllTime,
  type TheatreConfig,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import {
  type Captured,
  oldestFirst,
  type SnapshotPart
} from '@tocsin/service/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'

/** Maximum number of operators' requests stored; the oldest is evicted. */
const requestsMax = 10_000

/** Maximum number of configuration ids stored per theatre; the oldest is evicted. */
const configsMax = 1_000

export interface PendingRequest {
  readonly theatre: string
  readonly request: AlertRequest
  readonly at: string
}

export interface Tick {
  /** ISO 8601. */
  readonly to: string
  readonly partition: number
  readonly position: bigint
}

/** Rows of a snapshot, by content. */
type ClockRow =
  | readonly ['tick', theatre: string, tick: Omit<Tick, 'position'> & { readonly position: string }]
  | readonly ['timesSet', theatre: string, times: number]
  | readonly ['config', theatre: string, config: TheatreConfig, recordIds: readonly string[]]
  | readonly ['request', actionId: string, request: PendingRequest]

export class TheatreClocks implements SnapshotPart {
  readonly #ticks = new Map<string, Tick>()
  /** How often officers set a theatre's time, by theatre. */
  readonly #timesSet = new Map<string, number>()
  readonly #configs = new Map<
    string,
    { readonly config: TheatreConfig; readonly recordIds: LRUCache<string, true> }
  >()
  readonly #requests = new LRUCache<string, PendingRequest>({
    maxSize: requestsMax,
    sizeCalculation: () => 1
  })

  /** The last tick; null before the first. */
  lastTick(theatre: string): Tick | null {
    return this.#ticks.get(theatre) ?? null
  }

  /** The current time there, ISO 8601; null while a replay waits for its first tick. */
  nowIn(theatre: string): string | null {
    const to = this.#ticks.get(theatre)?.to ?? null
    return to === beforeAllTime ? null : to
  }

  /** How often officers set the time of a theatre. */
  timesSet(theatre: string): number {
    return this.#timesSet.get(theatre) ?? 0
  }

  /** The area and clock stated in the theatre's own log. */
  config(theatre: string): TheatreConfig | undefined {
    return this.#configs.get(theatre)?.config
  }

  request(actionId: string): PendingRequest | undefined {
    return this.#requests.peek(actionId)
  }

  capture(): Captured {
    const rows: ClockRow[] = []
    for (const [theatre, tick] of this.#ticks)
      rows.push(['tick', theatre, { ...tick, position: String(tick.position) }])
    for (const [theatre, times] of this.#timesSet) rows.push(['timesSet', theatre, times])
    for (const [theatre, { config, recordIds }] of this.#configs)
      rows.push(['config', theatre, config, oldestFirst(recordIds).map(([id]) => id)])
    for (const [actionId, request] of oldestFirst(this.#requests))
      rows.push(['request', actionId, request])
    return { rows }
  }

  restore(row: unknown): void {
    const read = row as ClockRow
    if (read[0] === 'tick')
      this.#ticks.set(read[1], { ...read[2], position: BigInt(read[2].position) })
    else if (read[0] === 'timesSet') this.#timesSet.set(read[1], read[2])
    else if (read[0] === 'request') this.#requests.set(read[1], read[2])
    else {
      const recordIds = recentIds()
      for (const id of read[3]) recordIds.set(id, true)
      this.#configs.set(read[1], { config: read[2], recordIds })
    }
  }

  apply(
    record: TheatreRecord,
    { partition, position }: { readonly partition: number; readonly position: bigint }
  ): void {
    if (record.type === 'clock.ticked') {
      const { to } = record.data
      // A tick not later than the last is ignored, as the rules do.
      if (to > (this.#ticks.get(record.theatre)?.to ?? ''))
        this.#ticks.set(record.theatre, { to, partition, position })
    }
    if (record.type === 'clock.set') {
      this.#ticks.set(record.theatre, { to: record.data.to, partition, position })
      this.#timesSet.set(record.theatre, this.timesSet(record.theatre) + 1)
    }
    if (record.type === 'theatre.configured')
      this.#configure(record.theatre, record.id, record.data)
    if (asksAboutAlert(record))
      this.#note({ theatre: record.theatre, request: record.data, at: record.time })
  }

  /**
   * The first copy of each record counts: an owner that takes over may copy a configuration again
   * after a newer one.
   */
  #configure(theatre: string, recordId: string, config: TheatreConfig): void {
    const recordIds = this.#configs.get(theatre)?.recordIds ?? recentIds()
    if (recordIds.has(recordId)) return
    recordIds.set(recordId, true)
    this.#configs.set(theatre, { config, recordIds })
  }

  /** The first request of an action counts, as for the rules. */
  #note(pending: PendingRequest): void {
    if (this.#requests.has(pending.request.actionId)) return
    this.#requests.set(pending.request.actionId, pending)
  }
}

/** One per theatre, and most have few entries: it grows as it fills. */
function recentIds(): LRUCache<string, true> {
  return new LRUCache({ maxSize: configsMax, sizeCalculation: () => 1 })
}
