// The evidence of each alert after its last event, for those who write the alerts log and for those
// who read it from its beginning. Readers with states of their own use alert-recording.ts.

import type { AlertEvent, AlertState, RecordedAlert } from '../alert/alert.ts'
import { type KnownEvidence, knownOf, recordingOf, wholeOf } from './alert-recording.ts'

/** Alerts held beyond those that are asked for, before the others are dropped. */
const spareMax = 1000

export class EvidenceByAlert {
  readonly #known = new Map<string, KnownEvidence>()

  get size(): number {
    return this.#known.size
  }

  /** Takes the state of an alert after its last event, from elsewhere than the log. */
  set(state: AlertState): void {
    const known = knownOf(state)
    if (known === null) this.#known.delete(state.alertId)
    else this.#known.set(state.alertId, known)
  }

  /** The event as the log is to hold it, as the next of its alert. */
  record(event: AlertEvent): RecordedAlert {
    if (event.type === 'alert.action-refused') return event
    const { alertId } = event.data
    const { recorded, known } = recordingOf(event, this.#known.get(alertId) ?? null)
    this.#known.set(alertId, known)
    return recorded
  }

  /**
   * The whole of the next event of its alert. With `evidenceLost` if an event of the alert is
   * missing before it.
   */
  read(recorded: RecordedAlert): AlertEvent {
    if (recorded.type === 'alert.action-refused') return recorded
    const { alertId } = recorded.data
    const { event, known } = wholeOf(recorded, this.#known.get(alertId) ?? null)
    if (known === null) this.#known.delete(alertId)
    else this.#known.set(alertId, known)
    return event
  }

  /** Drops alerts that get no further events, once they are more than those that may. */
  keepOnly(count: number, mayGoOn: (alertId: string) => boolean): void {
    if (this.#known.size <= 2 * count + spareMax) return
    for (const alertId of this.#known.keys()) if (!mayGoOn(alertId)) this.#known.delete(alertId)
  }
}
