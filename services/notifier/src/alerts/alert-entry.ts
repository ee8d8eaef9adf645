// An alert at each level of readers. Levels with the same events share a `AlertAtLevel`, which is a row of the
// read model.

import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { computeMask } from '@tocsin/read-model/alerts/levels'
import {
  AlertAtLevel,
  type EventOfState,
  type EventSource,
  type ReadMoments
} from './alert-at-level.ts'

export class AlertEntry {
  readonly alertId: string
  readonly theatre: string
  readonly #held = new Map<Handling, AlertAtLevel>()

  constructor(alertId: string, theatre: string) {
    this.alertId = alertId
    this.theatre = theatre
  }

  /** Adds an alert for some levels. */
  add(levels: readonly Handling[], held: AlertAtLevel): void {
    for (const level of levels) this.#held.set(level, held)
  }

  /** The alerts in memory, each with its levels. */
  groups(): readonly (readonly [AlertAtLevel, readonly Handling[]])[] {
    return this.#groups(handlings)
  }

  /** The alert at the highest level that has it. */
  get top(): AlertAtLevel {
    const level = handlings.findLast(each => this.#held.has(each)) as Handling
    return this.#held.get(level) as AlertAtLevel
  }

  /** For readers of a level; null also if an event of an earlier version hid it from them. */
  at(level: Handling): AlertAtLevel | null {
    const alert = this.#held.get(level)
    return alert === undefined || !maySee(level, alert.state.handling) ? null : alert
  }

  /** Whether events of the alert are folded for a level. */
  isFor(level: Handling): boolean {
    return this.#held.has(level)
  }

  /** Folds the next event for some levels. Returns the alert for each group of these levels. */
  take(
    levels: readonly Handling[],
    event: EventOfState,
    envelope: Envelope,
    source: EventSource,
    readMoments: ReadMoments
  ): readonly AlertAtLevel[] {
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
    if (newLevels.length > 0) {
      const begun = AlertAtLevel.begun(event, envelope, source, readMoments)
      this.add(newLevels, begun)
      taken.push(begun)
    }
    for (const [alert, of] of this.groups()) {
      const mask = computeMask(of)
      if (alert.levels !== mask) alert.isChanged = true
      alert.levels = mask
    }
    return taken
  }

  /** The alerts at some levels, each with its levels. */
  #groups(levels: readonly Handling[]): (readonly [AlertAtLevel, Handling[]])[] {
    const groups = new Map<AlertAtLevel, Handling[]>()
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
