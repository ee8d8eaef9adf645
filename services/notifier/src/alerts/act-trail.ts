// What officers and partners did with all alerts: for the audit. Folded from alert events; the
// events of an alert state what changed.

import type { AlertEvent } from '@tocsin/contracts/alert/alert'
import type { Author } from '@tocsin/contracts/record/control-record'
import { type Handling, stricter, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { ActPosition, EventTable, StoredAct } from '@tocsin/read-model/alerts/event-table'
import type { AlertRecord } from './alert-record.ts'

/** Where a page ended: the same at every instance. */
export interface ActPlace extends Omit<ActPosition, 'position'> {
  readonly position: string
}

export interface AlertAct extends Omit<StoredAct, 'alertId' | 'byId' | 'byName'> {
  readonly subject: string
  /** In records from before ids were stored the id is the name. */
  readonly by: Author
}

export class ActTrail {
  readonly #events: EventTable

  constructor(events: EventTable) {
    this.#events = events
  }

  /** The next accepted event of a partition; an event without an actor is skipped. */
  take({ partition, position, envelope, event }: AlertRecord): void {
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
    return this.#events
      .listActs(after && { ...after, position: BigInt(after.position) })
      .map(({ alertId: subject, byId, byName, ...act }) => ({
        ...{ ...act, subject, by: { id: byId, name: byName } }
      }))
      .filter(isWanted)
      .take(limit)
      .toArray()
  }
}

export function findActPlace({ at, partition, position }: AlertAct): ActPlace {
  return { at, partition, position: String(position) }
}

/**
 * Who did what an event says, and who may read that: the stricter of the handling of the alert at
 * that time and of the name. Null for an event of the suite's own.
 */
export function whoDid(event: AlertEvent): { by: Author; handling: Handling } | null {
  const { handling } = event.data
  const done =
    event.type === 'alert.action-refused'
      ? { ...event.data, handling: event.data.actionHandling ?? 'public' }
      : event.data.action
  if (done === null) return null
  const { by, byId = by, handling: ofName = talkHandling } = done
  return { by: { id: byId, name: by }, handling: stricter(handling, ofName) }
}
