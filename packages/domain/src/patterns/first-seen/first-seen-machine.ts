// The machine of what one actor or tactic is seen doing. A layer folds the reports of its level or
// below, and tells the findings whose strictest trigger is of that level. Source: decision 0033.

import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { type Handling, handlings, maySee } from '../../report/handling.ts'
import { areSame } from '../episode/recent-cache.ts'
import type { FirstSeenKind, FirstSeenParameters, FirstSeenState } from './first-seen-episode.ts'
import { FirstSeenFold, type FirstSeenTerms } from './first-seen-fold.ts'

interface Layer<P extends FirstSeenParameters> {
  readonly handling: Handling
  readonly fold: FirstSeenFold<P>
  /**
   * When the last row that it takes began, and the first end of an episode after it as last told.
   */
  lastMs: number
  nextEndMs: number
}

/** What lies before the rows: layers of the levels in use, the most open first. */
interface Base {
  /** A layer before any incident. */
  readonly fresh: FirstSeenState
  readonly layers: readonly { readonly handling: Handling; readonly state: FirstSeenState }[]
}

const never = Number.NEGATIVE_INFINITY

export class FirstSeenMachine<P extends FirstSeenParameters> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #terms: FirstSeenTerms<P>
  readonly #fresh: FirstSeenState
  /** In order, the most open first: before the rows, and after them. */
  #base: Pick<Layer<P>, 'handling' | 'fold'>[]
  #layers: Layer<P>[]
  /** How many rows may trigger, by handling: each of them has a layer. */
  readonly #counts = handlings.map(() => 0)
  /** How many rows have passed since this machine was made. */
  #passed = 0
  #lists: readonly (readonly Finding[])[] = []
  #findings: readonly Finding[] = []

  constructor(ground: ScopeGround<P>, kind: FirstSeenKind<P>, told: FirstSeenTerms<P>['told']) {
    const { scope, parameters, base } = ground
    const key = scope.slice(scope.indexOf('/') + 1)
    this.#ground = ground
    this.#terms = { kind, parameters, key, told }
    this.#fresh = { key, seen: [], open: [], closed: [] }
    const { layers = [] } = (base ?? {}) as Partial<Base>
    this.#base = layers.map(({ handling, state }) => this.#layerOf(handling, state))
    this.#layers = layers.map(({ handling, state }) => this.#layerOf(handling, state))
  }

  #layerOf(handling: Handling, state: FirstSeenState): Layer<P> {
    return {
      handling,
      fold: new FirstSeenFold(this.#terms, state),
      lastMs: never,
      nextEndMs: Number.POSITIVE_INFINITY
    }
  }

  put({ passesGrade, handling }: Incident): void {
    if (passesGrade) this.#count(handling, 1)
  }

  take({ passesGrade, handling }: Incident): void {
    if (passesGrade) this.#count(handling, -1)
  }

  #count(handling: Handling, by: 1 | -1): void {
    const rank = handlings.indexOf(handling)
    this.#counts[rank] = (this.#counts[rank] as number) + by
  }

  refold(from: number): boolean {
    const { rows, work } = this.#ground
    let isOther = this.#relayered()
    for (const layer of this.#layers) {
      if (layer.fold.rewind(from + this.#passed)) isOther = true
      if (this.#goOn(layer, from)) isOther = true
      const lastMs = lastOf(rows, layer.handling)
      if (lastMs < layer.lastMs || lastMs >= layer.nextEndMs) isOther = true
      layer.lastMs = lastMs
    }
    work.steps += rows.length - from
    return isOther
  }

  #goOn({ handling, fold }: Layer<P>, from: number): boolean {
    const { rows } = this.#ground
    let isOther = false
    for (let at = from; at < rows.length; at++) {
      const incident = rows[at] as Incident
      if (takes(handling, incident) && fold.step(incident, at + this.#passed)) isOther = true
    }
    return isOther
  }

  /** Gives each level in use a layer. True if one came or went. */
  #relayered(): boolean {
    const isInUse = (handling: Handling, rank: number) =>
      this.#counts[rank] !== 0 || this.#base.some(layer => layer.handling === handling)
    let count = 0
    for (let rank = 0; rank < handlings.length; rank++)
      if (isInUse(handlings[rank] as Handling, rank)) count += 1
    const isKnown = ({ handling }: Layer<P>) => isInUse(handling, handlings.indexOf(handling))
    if (count === this.#layers.length && this.#layers.every(isKnown)) return false
    this.#layers = handlings.filter(isInUse).map(handling => {
      const known = this.#layers.find(layer => layer.handling === handling)
      if (known !== undefined) return known
      const layer = this.#layerOf(handling, this.#baseOf(handling))
      this.#goOn(layer, 0)
      return layer
    })
    return true
  }

  /**
   * Before the rows: a level that no report has had yet knows what the next more open one knows.
   */
  #baseOf(handling: Handling): FirstSeenState {
    return (
      this.#base.findLast(layer => maySee(handling, layer.handling))?.fold.state() ?? this.#fresh
    )
  }

  findings({ horizonMs }: Moment): readonly Finding[] {
    const lists = this.#layers.map(({ fold, lastMs }) => fold.findings(horizonMs, lastMs))
    for (const layer of this.#layers) layer.nextEndMs = layer.fold.nextEndMs(layer.lastMs)
    if (areSame(lists, this.#lists)) return this.#findings
    this.#lists = lists
    const ownOf = (list: readonly Finding[], i: number) =>
      list.filter(({ layer }) => layer === this.#layers[i]?.handling)
    // All triggers are of the only level.
    this.#findings = lists.length === 1 ? (lists[0] as readonly Finding[]) : lists.flatMap(ownOf)
    return this.#findings
  }

  nextChangeMs({ horizonMs }: Moment): number | null {
    let nextMs = Number.POSITIVE_INFINITY
    for (const { fold, lastMs } of this.#layers)
      nextMs = Math.min(nextMs, fold.nextEndMs(Math.max(horizonMs, lastMs)))
    return Number.isFinite(nextMs) ? nextMs : null
  }

  passBefore(count: number): void {
    const passing = this.#ground.rows.slice(0, count)
    for (const incident of passing) {
      const { handling, passesGrade } = incident
      if (passesGrade && !this.#base.some(layer => layer.handling === handling)) {
        const open = this.#base.filter(layer => maySee(handling, layer.handling))
        this.#base = [
          ...open,
          this.#layerOf(handling, this.#baseOf(handling)),
          ...this.#base.slice(open.length)
        ]
      }
      for (const { handling: level, fold } of this.#base) {
        if (!takes(level, incident)) continue
        fold.step(incident, 0)
        fold.passBefore(1, incident.fromMs)
      }
      if (passesGrade) this.#count(handling, -1)
    }
    this.#passed += count
    for (const { handling, fold } of this.#layers)
      fold.passBefore(this.#passed, lastOf(passing, handling))
  }

  forget(beforeMs: number): void {
    for (const { fold } of [...this.#base, ...this.#layers]) fold.forget(beforeMs)
  }

  base(): Base {
    return {
      fresh: this.#fresh,
      layers: this.#base.map(({ handling, fold }) => ({ handling, state: fold.state() }))
    }
  }

  isBlank(): boolean {
    return this.#base.every(({ fold }) => fold.isBlank)
  }
}

function takes(level: Handling, { passesGrade, handling }: Incident): boolean {
  return !passesGrade || maySee(level, handling)
}

/** When the last row that a layer takes began. */
function lastOf(rows: readonly Incident[], handling: Handling): number {
  return rows.findLast(incident => takes(handling, incident))?.fromMs ?? never
}
