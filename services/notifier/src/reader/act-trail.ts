// What officers and partners did with alerts, of all of them together: for the audit. Folded from
// alert events; each alert says what they changed.

import type { AlertEvent, AlertEventType } from '@tocsin/contracts/alert/alert'
import type { Author } from '@tocsin/contracts/record/control-record'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, stricter, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { Captured, SnapshotPart } from '@tocsin/service-kit/snapshot/snapshot-state'

/** Acts in memory; older ones stay in the log, and with their alerts. About 400 bytes each. */
export const actsKeptMax = 50_000
/** Dropped together: to move all for each one would cost O(n) each. */
const forgottenAtOnce = 1_000

/** Where a page ended: the same at every instance. */
export interface ActPlace {
  readonly at: string
  readonly partition: number
  /** Decimal digits. */
  readonly position: string
}

export interface AlertAct {
  /** Of the event. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly type: AlertEventType
  /** The alert. */
  readonly subject: string
  readonly theatre: string
  /** In records from before ids were stored the id is the name. */
  readonly by: Author
  /** Of the alert as it was then and of the name, the stricter: who may know of it. */
  readonly handling: Handling
  readonly place: RecordPosition
}

/** One that counts. */
export interface ToldEvent extends RecordPosition {
  readonly envelope: Pick<Envelope, 'id' | 'time'>
  readonly event: AlertEvent
}

type ActRow = Omit<AlertAct, 'place'> & {
  readonly place: readonly [partition: number, position: string]
}

export class ActTrail implements SnapshotPart {
  readonly #max: number
  /** Oldest first: by time, then by place. */
  readonly #acts: AlertAct[] = []

  constructor(max = actsKeptMax) {
    this.#max = max
  }

  /** The next accepted event of a partition; one that nobody did is passed over. */
  take({ partition, position, envelope, event }: ToldEvent): void {
    const done = whoDid(event)
    if (done === null) return
    const { alertId, theatre } = event.data
    const { id, time: at } = envelope
    this.#add({
      id,
      at,
      type: event.type,
      subject: alertId,
      theatre,
      ...done,
      place: { partition, position }
    })
  }

  /**
   * Newest first, of those behind a place (null: all) the first `limit` that are wanted. O(acts
   * looked at).
   */
  newestFirst(
    isWanted: (act: AlertAct) => boolean,
    after: ActPlace | null,
    limit: number
  ): readonly AlertAct[] {
    const found: AlertAct[] = []
    const end = after === null ? this.#acts.length : this.#countBefore(placedAt(after))
    const oldest = Math.max(0, this.#acts.length - this.#max)
    for (let i = end - 1; i >= oldest && found.length < limit; i--) {
      const act = this.#acts[i] as AlertAct
      if (isWanted(act)) found.push(act)
    }
    return found
  }

  capture(): Captured {
    return { rows: this.#acts.map(rowOf) }
  }

  restore(row: unknown): void {
    const { place, ...act } = row as ActRow
    this.#acts.push({ ...act, place: { partition: place[0], position: BigInt(place[1]) } })
  }

  /** Events of several partitions come nearly in the order of their times. */
  #add(act: AlertAct): void {
    this.#acts.splice(this.#countBefore(act), 0, act)
    if (this.#acts.length >= this.#max + forgottenAtOnce)
      this.#acts.splice(0, this.#acts.length - this.#max)
  }

  #countBefore(place: Placed): number {
    let [from, to] = [0, this.#acts.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (isEarlier(this.#acts[middle] as AlertAct, place)) from = middle + 1
      else to = middle
    }
    return from
  }
}

type Placed = Pick<AlertAct, 'at' | 'place'>

export function placeOfAct({ at, place }: AlertAct): ActPlace {
  return { at, partition: place.partition, position: String(place.position) }
}

function placedAt({ at, partition, position }: ActPlace): Placed {
  return { at, place: { partition, position: BigInt(position) } }
}

function isEarlier(a: Placed, b: Placed): boolean {
  if (a.at !== b.at) return a.at < b.at
  if (a.place.partition !== b.place.partition) return a.place.partition < b.place.partition
  return a.place.position < b.place.position
}

function rowOf({ place, ...act }: AlertAct): ActRow {
  return { ...act, place: [place.partition, String(place.position)] }
}

/** Null for an event of the suite's own. */
function whoDid(event: AlertEvent): Pick<AlertAct, 'by' | 'handling'> | null {
  if (event.type === 'alert.action-refused') {
    const { by, byId, handling, actionHandling = 'public' } = event.data
    return { by: { id: byId ?? by, name: by }, handling: stricter(handling, actionHandling) }
  }
  const { action, handling } = event.data
  if (action === null) return null
  const { by, byId, handling: ofName = talkHandling } = action
  return { by: { id: byId ?? by, name: by }, handling: stricter(handling, ofName) }
}
