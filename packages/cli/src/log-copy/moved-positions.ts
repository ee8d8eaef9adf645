// Positions of alert events that a copy has moved, and the records that refer to them: delivery
// plans, checkpoints of deliveries and subscription starts. Those are rewritten with the new
// positions, so that partners continue without a gap.

import { decodeEnvelope, encodeEnvelope } from '@tocsin/contracts/record/envelope'
import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import { decodeCursor, encodeCursor } from '@tocsin/event-log/cursor'
import { EventLogError } from '@tocsin/event-log/errors'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type {
  Cursor,
  EventLog,
  PartitionState,
  RecordPlace,
  StoredRecord
} from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { StateRow } from '@tocsin/notifier/delivery/delivery-rows'
import { type EventPlace, movedRows } from '@tocsin/notifier/delivery/moved-rows'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import { controlStateOf } from './control-reading.ts'
import { copyIdsMax } from './ordered-copy.ts'
import { RecordReader } from './record-reader.ts'

/** Source positions of alert events in order, with the target position of each. */
interface Moves {
  readonly from: bigint[]
  readonly to: RecordPlace[]
  /** Indexes of duplicates in the source: readers have skipped them. */
  readonly again: Set<number>
}

export class MovedPositions {
  readonly #epochs: { readonly from: string; readonly to: string }
  /** By partition of the source. */
  readonly #moves: readonly Moves[]
  readonly #targetEnds: readonly bigint[]
  readonly #copies: readonly CopiedTopic[]

  private constructor(
    epochs: { readonly from: string; readonly to: string },
    moves: readonly Moves[],
    targetEnds: readonly bigint[],
    copies: readonly CopiedTopic[]
  ) {
    this.#epochs = epochs
    this.#moves = moves
    this.#targetEnds = targetEnds
    this.#copies = copies
  }

  /**
   * Finds the target position of each alert event of the source; the target holds them all. Some
   * 200 bytes of memory per event.
   */
  static async between(
    from: EventLog,
    to: EventLog,
    source: readonly PartitionState[]
  ): Promise<MovedPositions> {
    const places = new Map<string, RecordPlace>()
    const targetStates = await to.state(topics.alerts)
    for (const state of targetStates)
      for await (const { id, partition, position } of recordsOf(to, state))
        if (!places.has(id)) places.set(id, { partition, position })
    const moves = source.map((): Moves => ({ from: [], to: [], again: new Set() }))
    const ids = new FirstOfEach(copyIdsMax)
    for (const state of source)
      for await (const { id, partition, position } of recordsOf(from, state)) {
        const { from: old, to: made, again } = moves[partition]!
        if (ids?.isFirst(id) === false) again.add(old.length)
        old.push(position)
        made.push(places.get(id)!)
      }
    const epochs = { from: await from.epoch(topics.alerts), to: await to.epoch(topics.alerts) }
    return new MovedPositions(
      epochs,
      moves,
      targetStates.map(({ end }) => end),
      (await controlStateOf(from)).copies
    )
  }

  /**
   * The record as written to the target: unchanged unless it names the position of an alert event.
   * Pure.
   */
  rewrite(record: StoredRecord): StoredRecord {
    if (
      record.value === null ||
      (record.topic !== topics.deliveries && record.topic !== topics.control)
    )
      return record
    const decoded = decodeEnvelope(record.value)
    if (decoded.kind === 'undecodable') return record
    const { envelope, event } = decoded
    const data = envelope.data as Readonly<Record<string, unknown>>
    const moved = this.#moved(event, data)
    return moved === null
      ? record
      : { ...record, value: encodeEnvelope({ ...envelope, data: { ...data, ...moved } }) }
  }

  #moved(event: string, data: Readonly<Record<string, unknown>>): object | null {
    switch (event) {
      case 'delivery.planned':
        return this.#planned(data)
      case 'delivery.checkpoint':
        return this.#checkpoint(data)
      case 'subscription.created':
      case 'subscription.updated':
        return this.#subscription(data)
      default:
        return null
    }
  }

  #planned({ partition, position }: Readonly<Record<string, unknown>>): EventPlace | null {
    return typeof partition === 'number' && typeof position === 'string'
      ? this.#placeOf({ partition, position })
      : null
  }

  #placeOf({ partition, position }: EventPlace): EventPlace | null {
    if (!isPosition(position)) return null
    const moves = this.#moves[partition]
    const at = moves === undefined ? -1 : firstAt(moves.from, BigInt(position))
    const place = moves?.from[at] === BigInt(position) ? moves.to[at] : undefined
    return place === undefined
      ? null
      : { partition: place.partition, position: String(place.position) }
  }

  #checkpoint({ rows }: Readonly<Record<string, unknown>>): object | null {
    if (!Array.isArray(rows)) return null
    const moves = {
      placeOf: (place: EventPlace) => this.#placeOf(place),
      behindPlanned: (planned: readonly string[]) => this.#behindPlanned(planned)
    }
    return { rows: movedRows(rows as readonly StateRow[], moves) }
  }

  /**
   * What stood before the last plan of its partition was judged. As with plans, the furthest
   * position in each target partition counts: the nearest would send old alerts again.
   */
  #behindPlanned(planned: readonly string[]): readonly string[] {
    if (!planned.every(isPosition)) return planned
    const behind = this.#targetEnds.map(() => 0n)
    for (const [partition, { from, to }] of this.#moves.entries())
      for (let at = firstAt(from, BigInt(planned[partition] ?? 0)) - 1; at >= 0; at--) {
        const { partition: there, position } = to[at]!
        if (position >= behind[there]!) behind[there] = position + 1n
      }
    return behind.map(String)
  }

  #subscription({ from }: Readonly<Record<string, unknown>>): object | null {
    const cursor = typeof from === 'string' ? cursorOf(from) : null
    if (cursor === null) return null
    const known = translateCursor({ copies: this.#copies }, cursor)
    if (known.epoch !== this.#epochs.from || known.positions.length !== this.#moves.length)
      return null
    return {
      from: encodeCursor({
        topic: topics.alerts,
        epoch: this.#epochs.to,
        positions: this.#behind(known.positions)
      })
    }
  }

  /** The furthest target positions before which everything was also before the old ones. */
  #behind(positions: readonly bigint[]): readonly bigint[] {
    const behind = [...this.#targetEnds]
    for (const [partition, moves] of this.#moves.entries())
      for (let at = firstAt(moves.from, positions[partition]!); at < moves.to.length; at++) {
        const place = moves.to[at]!
        if (!moves.again.has(at) && place.position < behind[place.partition]!)
          behind[place.partition] = place.position
      }
    return behind
  }
}

async function* recordsOf(
  log: EventLog,
  { partition, start, end }: PartitionState
): AsyncGenerator<StoredRecord> {
  const reader = new RecordReader(log, topics.alerts, partition, start, end)
  for (let record = await reader.next(); record !== null; record = await reader.next()) yield record
}

function isPosition(text: string): boolean {
  return /^\d{1,20}$/.test(text)
}

function cursorOf(text: string): Cursor | null {
  try {
    return decodeCursor(text)
  } catch (error) {
    if (error instanceof EventLogError) return null
    throw error
  }
}

/** Index of the first position at or after one. Binary search. */
function firstAt(positions: readonly bigint[], position: bigint): number {
  let low = 0
  let high = positions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (positions[middle]! < position) low = middle + 1
    else high = middle
  }
  return low
}
