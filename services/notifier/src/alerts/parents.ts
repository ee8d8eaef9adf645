// Under which alert a list shows another: computed when somebody asks, of the open alerts of a theatre
// as a level has them.

import { isOpen } from '@tocsin/contracts/alert/alert'
import { findParents, type ListedAlert, listAlert } from '@tocsin/engine/render/part-of'
import type { HeldAlert } from './held-alert.ts'

interface OpenAlerts {
  readonly byId: Map<string, ListedAlert>
  /** By alert; null: one has changed since they were computed. */
  parents: ReadonlyMap<string, string> | null
}

export class Parents {
  /** By theatre and level, only those that were asked for. */
  readonly #open = new Map<string, OpenAlerts>()

  /** An alert of the theatre has changed. */
  note(key: string, alertId: string, held: HeldAlert): void {
    const open = this.#open.get(key)
    if (open === undefined) return
    open.parents = null
    const listed = listOpen(held)
    if (listed === null) open.byId.delete(alertId)
    else open.byId.set(alertId, listed)
  }

  find(key: string, alertId: string, readOpen: () => readonly ListedAlert[]): string | null {
    const open = this.#open.get(key) ?? readAll(readOpen())
    this.#open.set(key, open)
    open.parents ??= findParents(open.byId.values())
    return open.parents.get(alertId) ?? null
  }
}

function readAll(alerts: readonly ListedAlert[]): OpenAlerts {
  return { byId: new Map(alerts.map(listed => [listed.alertId, listed])), parents: null }
}

/** Null if it is over, or its last event was of an earlier version. */
export function listOpen({ sum, state, firstPosition }: HeldAlert): ListedAlert | null {
  return sum === null || !isOpen(state) ? null : listAlert(sum, state, firstPosition)
}
