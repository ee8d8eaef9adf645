// The rows of a checkpoint in a log in which events of the alerts log have other positions. Pure.

import type { DeliveryRow, StateRow } from './delivery-rows.ts'

export interface EventPlace {
  readonly partition: number
  readonly position: string
}

export interface EventMoves {
  /** Null: unknown, and left as it is. */
  readonly placeOf: (place: EventPlace) => EventPlace | null
  /** Positions behind the last planned events; decimal digits. */
  readonly behindPlanned: (planned: readonly string[]) => readonly string[]
}

export function movedRows(rows: readonly StateRow[], moves: EventMoves): readonly StateRow[] {
  return rows.map(row => {
    if ('state' in row) {
      const { chain } = row.state
      return {
        state: { ...row.state, chain: { ...chain, planned: moves.behindPlanned(chain.planned) } }
      }
    }
    return 'deliveries' in row
      ? { deliveries: row.deliveries.map(each => movedRow(each, moves)) }
      : row
  })
}

function movedRow(row: DeliveryRow, { placeOf }: EventMoves): DeliveryRow {
  const [sequence, eventId, previousId, alertId, eventType, isLeft, partition, position, ...rest] =
    row
  const place = placeOf({ partition, position })
  return place === null
    ? row
    : [
        sequence,
        eventId,
        previousId,
        alertId,
        eventType,
        isLeft,
        place.partition,
        place.position,
        ...rest
      ]
}
