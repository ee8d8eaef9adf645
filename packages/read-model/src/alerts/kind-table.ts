// What alerts have in common: alerts of a kind share it, so that a search asks each kind once, by the one
// definition of a filter, and passes over the alerts of the others.

import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { ReadModel } from '../read-model.ts'

export interface AlertKind {
  readonly id: number
  /** Without the circle, which is each alert's own. */
  readonly facts: FilterFacts
  /** Unacknowledged, as shown to readers of the level. */
  readonly isUnacknowledged: boolean
}

export class KindTable {
  readonly #byText = new Map<string, AlertKind>()
  readonly #byId = new Map<number, AlertKind>()
  readonly #model: ReadModel

  constructor(model: ReadModel) {
    this.#model = model
  }

  load(): void {
    this.#byText.clear()
    this.#byId.clear()
    const kinds = this.#model.iterate<{ id: number; facts: string }>('select id, facts from kind')
    for (const { id, facts } of kinds) this.#add(id, facts)
  }

  find(id: number): AlertKind {
    return this.#byId.get(id) as AlertKind
  }

  /** The ids of those that are wanted. */
  list(wants: (kind: AlertKind) => boolean): number[] {
    return Array.from(this.#byId.values().filter(wants), ({ id }) => id)
  }

  listTheatres(): Iterable<string> {
    return this.#byId.values().map(({ facts }) => facts.theatre)
  }

  intern(facts: FilterFacts, isUnacknowledged: boolean): AlertKind {
    const { severity, status, pattern, ruleId, category, theatre, certainty, handling } = facts
    const { country, admin1 } = facts.area
    const of = { severity, status, pattern, ruleId, category, theatre, certainty, handling }
    const area = { country, admin1, circle: null, settlement: null }
    const text = JSON.stringify([{ ...of, drill: facts.drill, area }, isUnacknowledged])
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const { lastInsertRowid } = this.#model.run('insert into kind(facts) values(?)', text)
    return this.#add(Number(lastInsertRowid), text)
  }

  #add(id: number, text: string): AlertKind {
    const [facts, isUnacknowledged] = JSON.parse(text) as [FilterFacts, boolean]
    const kind = { id, facts, isUnacknowledged }
    this.#byText.set(text, kind)
    this.#byId.set(id, kind)
    return kind
  }
}
