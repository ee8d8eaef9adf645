// The incidents that a theatre publishes. Each fold publishes its own, for its readers: what equals the
// event of a lower fold is one event for the readers of both.

import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { compareText } from '@tocsin/domain/compare-text'
import {
  type FoldEvent,
  IncidentEvents,
  type PublishedIncident,
  type Revisions
} from '../assembly/incident-events.ts'
import { type Handling, handlings } from '../data/vocabulary.ts'
import type { Engine } from './engine.ts'

export interface TheatreIncidentsState {
  readonly seq: number
  readonly folds: readonly (readonly [rank: number, revisions: Revisions])[]
}

/** What was published; for readers of a level that is missing: as for the next lower one. */
export interface PublishedIncidents {
  readonly incidentSeq: number
  readonly incidents: ReadonlyMap<Handling, readonly PublishedIncident[]>
}

interface TakenEvent {
  readonly event: FoldEvent
  readonly readers: Handling[]
}

export class TheatreIncidents {
  readonly #theatre: string
  /** By rank of the handling. */
  readonly #folds: (IncidentEvents | undefined)[] = []
  #seq = 0

  constructor(theatre: string) {
    this.#theatre = theatre
  }

  get seq(): number {
    return this.#seq
  }

  /** Publishes the incidents of a fold, which begins with those of the next lower one. */
  addFold(rank: number, engine: Engine): void {
    const events = new IncidentEvents(this.#theatre, engine.incidents, engine.assembly)
    const lower = this.#folds.slice(0, rank).findLast(fold => fold !== undefined)
    if (lower !== undefined) events.restore(lower.exportState())
    engine.incidentEvents = events
    this.#folds[rank] = events
  }

  /** The current record takes a report away from the readers of a fold. */
  takeBack(rank: number): void {
    this.#folds[rank]!.isTakingBack = true
  }

  /** The events of all folds since the last call, in order of id. */
  takeEvents(): IncidentEvent[] {
    const taken: TakenEvent[] = []
    // An adopted theatre may publish all its incidents at once.
    const byIncident = new Map<string, TakenEvent[]>()
    for (let rank = 0; rank < this.#folds.length; rank++)
      for (const event of this.#folds[rank]?.takeEvents() ?? []) {
        const readers = this.#listReaders(rank)
        const { incidentId } = event.data
        const others = byIncident.get(incidentId) ?? []
        const same = others.find(one => isSame(one.event, event))
        if (same !== undefined) {
          same.readers.push(...readers)
          continue
        }
        const one = { event, readers }
        taken.push(one)
        byIncident.set(incidentId, [...others, one])
      }
    if (taken.length > 1)
      taken.sort((a, b) => compareText(a.event.data.incidentId, b.event.data.incidentId))
    return taken.map(({ event: { type, data }, readers }) => {
      this.#seq += 1
      return { type, data: Object.assign(data, { seq: this.#seq, readers }) }
    })
  }

  /** The levels up to the next fold. */
  #listReaders(rank: number): Handling[] {
    const next = this.#folds.findIndex((fold, other) => other > rank && fold !== undefined)
    return handlings.slice(rank, next < 0 ? undefined : next)
  }

  exportState(): TheatreIncidentsState {
    const folds = [...this.#folds.entries()].flatMap(([rank, fold]) =>
      fold === undefined ? [] : [[rank, fold.exportState()] as const]
    )
    return { seq: this.#seq, folds }
  }

  restore({ seq, folds }: TheatreIncidentsState): void {
    this.#seq = seq
    for (const [rank, revisions] of folds) this.#folds[rank]!.restore(revisions)
  }

  listPublished(): PublishedIncidents {
    const incidents = [...this.#folds.entries()].flatMap(([rank, fold]) =>
      fold === undefined ? [] : [[handlings[rank]!, fold.listPublished()] as const]
    )
    return { incidentSeq: this.#seq, incidents: new Map(incidents) }
  }

  /** Continues what another engine published. */
  adopt({ incidentSeq, incidents }: PublishedIncidents): void {
    this.#seq = incidentSeq
    let published: readonly PublishedIncident[] = []
    for (const [rank, level] of handlings.entries()) {
      published = incidents.get(level) ?? published
      this.#folds[rank]?.adopt(published)
    }
  }
}

/** Of two events of an incident. */
function isSame(a: FoldEvent, b: FoldEvent): boolean {
  return a.data.revision === b.data.revision && JSON.stringify(a) === JSON.stringify(b)
}
