// What officers and partners did with all alerts: for the audit. Folded from alert events; the
// events of an alert state what changed.

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
  /** The stricter handling of the alert at that time and of the name: who may read the act. */
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

  /** The next accepted event of a partition; an event without an actor is skipped. */
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

  /** The first `limit` wanted acts after a place (null: all), newest first. O(acts looked at). */
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
export function whoDid(event: AlertEvent): Pick<AlertAct, 'by' | 'handling'> | null {
  if (event.type === 'alert.action-refused') {
    const { by, byId, handling, actionHandling = 'public' } = event.data
    return { by: { id: byId ?? by, name: by }, handling: stricter(handling, actionHandling) }
  }
  const { action, handling } = event.data
  if (action === null) return null
  const { by, byId, handling: ofName = talkHandling } = action
  return { by: { id: byId ?? by, name: by }, handling: stricter(handling, ofName) }
}
