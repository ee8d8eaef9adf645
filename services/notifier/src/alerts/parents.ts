// Under which alert a list shows another: computed when somebody asks, of the open alerts of a theatre
// as a level has them.

import { isOpen } from '@tocsin/contracts/alert/alert'
import { type ListedAlert, listAlert, OpenAlerts } from '@tocsin/engine/render/part-of'
import type { AlertAtLevel } from './alert-at-level.ts'

interface AskedFor {
  readonly open: OpenAlerts
  /** Alerts that have changed since somebody asked; null: no longer open. */
  readonly changed: Map<string, ListedAlert | null>
}

export class Parents {
  /** By theatre and level, only those that were asked for. */
  readonly #askedFor = new Map<string, AskedFor>()

  /** An alert of the theatre has changed. */
  note(key: string, alertId: string, held: AlertAtLevel | null): void {
    this.#askedFor.get(key)?.changed.set(alertId, held && listOpen(held))
  }

  find(key: string, alertId: string, readOpen: () => readonly ListedAlert[]): string | null {
    const { open, changed } = this.#askedFor.get(key) ?? this.#begin(key, readOpen())
    for (const [id, alert] of changed) {
      if (alert === null) open.delete(id)
      else open.put(alert)
    }
    changed.clear()
    return open.findParent(alertId)
  }

  #begin(key: string, alerts: readonly ListedAlert[]): AskedFor {
    const begun = { open: new OpenAlerts(), changed: new Map() }
    for (const alert of alerts) begun.open.put(alert)
    this.#askedFor.set(key, begun)
    return begun
  }
}

/** Null if it is over, or its last event was of an earlier version. */
export function listOpen({ sum, state, firstPosition }: AlertAtLevel): ListedAlert | null {
  return sum === null || !isOpen(state) ? null : listAlert(sum, state, firstPosition)
}
