// Under which alert a list shows another: computed when somebody asks, of the open alerts of a theatre
// as a level has them.

import { findParents, listAlert } from '@tocsin/engine/render/part-of'
import type { HeldAlert } from './held-alert.ts'

export class Parents {
  /** By theatre and level: parents by alert id. Computed when first asked for. */
  readonly #computed = new Map<string, ReadonlyMap<string, string>>()

  /** An alert of the theatre has changed. */
  forget(key: string): void {
    this.#computed.delete(key)
  }

  find(key: string, alertId: string, listOpen: () => Iterable<HeldAlert>): string | null {
    const parents = this.#computed.get(key) ?? findParents(listCandidates(listOpen()))
    this.#computed.set(key, parents)
    return parents.get(alertId) ?? null
  }
}

function* listCandidates(alerts: Iterable<HeldAlert>) {
  for (const { sum, state, moments } of alerts)
    if (sum !== null) yield listAlert(sum, state, Number(moments[0]?.position ?? 0))
}
