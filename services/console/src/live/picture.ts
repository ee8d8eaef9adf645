// The alerts that this page knows: open ones from the stream, closed ones as they close or are
// requested. Changed in place, since thousands may be open; readers are notified by one call per
// change.

import { type AlertEvent, statesAlert } from '@tocsin/client'
import { isNewer, isOpen, type Severity, type ShownAlert } from '../shown/shown-alert.ts'

/** Most closed alerts that are kept, the last changed ones: a page stays open for days. */
export const closedMax = 500
/** With room for what is sought among older ones. */
export const closedHeldMax = closedMax + 100

export class Picture {
  readonly #alerts = new Map<string, ShownAlert>()
  readonly #changed: () => void
  #closed = 0
  readonly #open: Record<Severity, number> = { extreme: 0, severe: 0, moderate: 0, minor: 0 }
  #touched = new Set<string>()
  #isWhole = false
  #hasBeenWhole = false
  /** While parts of a snapshot come: the alerts in them or in events. */
  #told: Set<string> | null = null

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get alerts(): ReadonlyMap<string, ShownAlert> {
    return this.#alerts
  }

  get openBy(): Readonly<Record<Severity, number>> {
    return this.#open
  }

  get openCount(): number {
    return this.#alerts.size - this.#closed
  }

  /** Ids of alerts that came, changed or went since this was last asked. */
  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched
    this.#touched = new Set()
    return touched
  }

  /** Whether all open alerts have come; until then the gravest have. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether all had come once: then known alerts stay in place while parts come again. */
  get hasBeenWhole(): boolean {
    return this.#hasBeenWhole
  }

  /** The last part removes what none contained: a row, or an alarm, must not go and return. */
  takePart(
    open: readonly ShownAlert[],
    { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean }
  ): void {
    if (isFirst) this.#told = new Set()
    for (const alert of open) this.#set(alert)
    if (isLast) {
      for (const [id, alert] of this.#alerts)
        if (isOpen(alert) && this.#told?.has(id) === false) this.#delete(id)
      this.#told = null
    }
    this.#isWhole = isLast
    this.#hasBeenWhole ||= isLast
    this.#changed()
  }

  /** Returns the state before, and the one after; null for none. */
  takeEvent(event: AlertEvent): {
    readonly before: ShownAlert | null
    readonly after: ShownAlert | null
  } {
    const before = this.#alerts.get(event.data.alertId) ?? null
    // Events do not say of what an alert is part: `takeParents` does.
    if (statesAlert(event))
      this.#set({ ...event.data, partOf: event.data.partOf ?? before?.partOf ?? null })
    else if (event.type.includes('.left-view.')) this.#delete(event.data.alertId)
    this.#changed()
    return { before, after: this.#alerts.get(event.data.alertId) ?? null }
  }

  /** Under which alert each open one is listed; those that are left out, under none. */
  takeParents(parents: ReadonlyMap<string, string>): void {
    let isChanged = false
    for (const [id, alert] of this.#alerts) {
      const partOf = parents.get(id) ?? null
      if (!isOpen(alert) || alert.partOf === partOf) continue
      this.#alerts.set(id, { ...alert, partOf })
      this.#touched.add(id)
      isChanged = true
    }
    if (isChanged) this.#changed()
  }

  /** All that was known: another reader may see other alerts. */
  clear(): void {
    for (const id of this.#alerts.keys()) this.#delete(id)
    this.#isWhole = false
    this.#hasBeenWhole = false
    this.#told = null
    this.#changed()
  }

  /** The answer to a request, unless newer data is known. */
  addKnown(alerts: readonly ShownAlert[]): void {
    for (const alert of alerts) {
      const known = this.#alerts.get(alert.alertId)
      if (known === undefined || isNewer(alert, known)) this.#set(alert)
    }
    this.#changed()
  }

  #set(alert: ShownAlert): void {
    this.#delete(alert.alertId)
    this.#told?.add(alert.alertId)
    this.#alerts.set(alert.alertId, alert)
    this.#touched.add(alert.alertId)
    if (isOpen(alert)) {
      this.#open[alert.severity] += 1
      return
    }
    this.#closed += 1
    if (this.#closed > closedHeldMax) this.#dropOldest()
  }

  #delete(id: string): void {
    const known = this.#alerts.get(id)
    if (known === undefined) return
    this.#touched.add(id)
    if (isOpen(known)) this.#open[known.severity] -= 1
    else this.#closed -= 1
    this.#alerts.delete(id)
  }

  /** The map has the order of changes. */
  #dropOldest(): void {
    for (const [id, alert] of this.#alerts) {
      if (isOpen(alert)) continue
      this.#delete(id)
      return
    }
  }
}
