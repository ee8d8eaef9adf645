// What officers and partners did with alerts, of all of them together: for the audit. Folded from
// alert events; each alert says what they changed.

import type { AlertEvent, AlertEventType } from '@tocsin/contracts/alert/alert'
import type { Author } from '@tocsin/contracts/record/control-record'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, stricter, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { EventTable } from '@tocsin/read-model/alerts/event-table'

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

export class ActTrail {
  readonly #events: EventTable

  constructor(events: EventTable) {
    this.#events = events
  }

  /** The next accepted event of a partition; one that nobody did is passed over. */
  take({ partition, position, envelope, event }: ToldEvent): void {
    const done = whoDid(event)
    if (done === null) return
    const { alertId, theatre } = event.data
    const { id, time: at } = envelope
    const { by, handling } = done
    this.#events.insertAct({
      ...{ at, partition, position, id, type: event.type, alertId, theatre, handling },
      ...{ byId: by.id, byName: by.name }
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
    if (limit === 0) return found
    const place = after && { ...after, position: BigInt(after.position) }
    for (const { partition, position, alertId, byId, byName, ...more } of this.#events.listActs(
      place
    )) {
      const by = { id: byId, name: byName }
      const act = { ...more, subject: alertId, by, place: { partition, position } }
      if (isWanted(act) && found.push(act) === limit) break
    }
    return found
  }
}

export function findActPlace({ at, place }: AlertAct): ActPlace {
  return { at, partition: place.partition, position: String(place.position) }
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
