// An alert at each level of readers. Levels with the same events share a `HeldAlert`.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { type AlertCalls, noCalls } from '../calls/alert-calls.ts'
import type { AlertEntry, ShownAlert } from './alert-entry.ts'
import {
  type EventOfState,
  type EventSource,
  HeldAlert,
  type HeldAlertRow,
  type RestoredStates
} from './held-alert.ts'

/** An alert as plain data, with the levels of each part. */
export interface IndexedAlertRow {
  readonly alertId: string
  readonly theatre: string
  readonly held: readonly (readonly [levels: readonly Handling[], HeldAlertRow])[]
}

export class IndexedAlert implements AlertEntry {
  readonly alertId: string
  readonly theatre: string
  readonly #held = new Map<Handling, HeldAlert>()

  constructor(alertId: string, theatre: string) {
    this.alertId = alertId
    this.theatre = theatre
  }

  static restored(
    { alertId, theatre, held }: IndexedAlertRow,
    statements: RestoredStates | null
  ): IndexedAlert {
    const entry = new IndexedAlert(alertId, theatre)
    for (const [levels, row] of held) {
      const alert = HeldAlert.restored(row, statements)
      for (const level of levels) entry.#held.set(level, alert)
    }
    return entry
  }

  /** A copy as plain data. */
  row(): IndexedAlertRow {
    const { alertId, theatre } = this
    const held = this.#groups(handlings).map(([alert, levels]) => [levels, alert.row()] as const)
    return { alertId, theatre, held }
  }

  get isGone(): boolean {
    return this.#held.size === 0
  }

  get top(): HeldAlert {
    const level = handlings.findLast(each => this.#held.has(each)) as Handling
    return this.#held.get(level) as HeldAlert
  }

  at(level: Handling): HeldAlert | null {
    return this.#held.get(level) ?? null
  }

  shownAt(level: Handling): ShownAlert | null {
    const alert = this.#held.get(level)
    return alert === undefined || !maySee(level, alert.state.handling) ? null : alert
  }

  stateAt(level: Handling): AlertState | null {
    return this.shownAt(level)?.state ?? null
  }

  firstTimeAt(level: Handling): string | null {
    return this.#held.get(level)?.firstTime ?? null
  }

  callsAt(level: Handling): AlertCalls {
    return this.#held.get(level)?.calls ?? noCalls
  }

  foldedHeadlineAt(level: Handling): string {
    return this.shownAt(level) === null ? '' : (this.#held.get(level)?.foldedHeadline ?? '')
  }

  /** Folds the next event for some levels. Returns what is held for each group of them. */
  take(
    levels: readonly Handling[],
    event: EventOfState,
    envelope: Envelope,
    source: EventSource
  ): readonly HeldAlert[] {
    const groups = this.#groups(levels)
    const taken = groups.map(([alert, of]) => {
      const isShared = this.#held.entries().some(([level, other]) => {
        return other === alert && !of.includes(level)
      })
      const own = isShared ? alert.copy() : alert
      for (const level of of) this.#held.set(level, own)
      own.take(event, envelope, source)
      return own
    })
    const newLevels = levels.filter(level => !this.#held.has(level))
    if (newLevels.length === 0) return taken
    const begun = HeldAlert.begun(event, envelope, source)
    for (const level of newLevels) this.#held.set(level, begun)
    return [...taken, begun]
  }

  forget(level: Handling): void {
    this.#held.delete(level)
  }

  /** What is held at some levels, each with its levels. */
  #groups(levels: readonly Handling[]): (readonly [HeldAlert, Handling[]])[] {
    const groups = new Map<HeldAlert, Handling[]>()
    for (const level of levels) {
      const alert = this.#held.get(level)
      if (alert === undefined) continue
      const known = groups.get(alert)
      if (known === undefined) groups.set(alert, [level])
      else known.push(level)
    }
    return [...groups]
  }
}
