// One scope of a rule: its incidents in event-time order, the machine that reads them, and the base
// that holds everything before them.

import { evidenceMax, type Finding } from '../finding/finding.ts'
import type { Checkpoint } from '../fold/checkpoints.ts'
import { FoldWork } from '../fold/fold-work.ts'
import { HeldIncidents } from '../fold/held-incidents.ts'
import type { Incident } from '../incident/incident.ts'
import type { Span } from '../space-time/event-time.ts'
import { FoldOrder } from './fold-order.ts'
import type { AnyPattern } from './pattern.ts'
import type { ScopeMachine } from './scope-machine.ts'
import { StandingFindings } from './standing-findings.ts'
import { machineOf } from './step-machine.ts'

export interface ScopeFoldSnapshot {
  readonly scope: string
  /** Left out if it equals the initial state of the scope. */
  readonly base?: unknown
  /** Order key of the last incident in the base; null for an empty base. */
  readonly through: OrderKey | null
  /**
   * Incidents that ended before the boundary but are still folded: their turn is due later, they
   * came late, or a finding rests on them. Left out if there are none.
   */
  readonly held?: readonly string[]
  /** Incidents deferred within their moment, in order of arrival. Left out if there are none. */
  readonly outOfPlace?: readonly string[]
  /** Intermediate states, the end last: after a restore nothing needs refolding. */
  readonly states: readonly Checkpoint[]
}

export interface OrderKey {
  readonly fromMs: number
  readonly toMs: number
  readonly id: string
}

/** What all folds of a theatre share. */
export interface SharedByFolds {
  readonly work: FoldWork
  readonly held: HeldIncidents
}

/** For a rule that is folded by itself. */
export function sharedByNone(): SharedByFolds {
  return { work: new FoldWork(), held: new HeldIncidents() }
}

/** The parts of a rule that a scope fold needs for folding. */
export interface Folding extends SharedByFolds {
  readonly pattern: AnyPattern
  readonly parameters: Readonly<Record<string, unknown>>
}

/** How a rule names what it folds together. */
export interface NamedScope {
  readonly scope: string
  /** Without the groups of its rule. */
  readonly own: string
  /** The settlement among those groups; null: they have none. */
  readonly settlement: string | null
}

export class ScopeFold {
  readonly scope: string
  /** Day of the cycle on which it is trimmed. */
  readonly turn: number
  readonly #order = new FoldOrder()
  /** In order of the fold; everything before them is in the base. */
  readonly #items: Incident[] = this.#order.items
  readonly machine: ScopeMachine
  readonly #held: HeldIncidents
  #through: OrderKey | null
  /** The part of event time that changed since the last fold. */
  #touched: { fromMs: number; toMs: number } | null = null
  readonly standing = new StandingFindings()
  seenUnheard: readonly Span[] | null = null

  constructor(
    { pattern, parameters, work, held }: Folding,
    { scope, own, settlement }: NamedScope,
    turn: number,
    base: unknown,
    through: OrderKey | null
  ) {
    this.scope = scope
    this.turn = turn
    this.#held = held
    this.#through = through
    this.machine = machineOf(
      pattern,
      { scope: own, parameters, rows: this.#items, base, work },
      settlement
    )
  }

  /** The current findings; an unchanged one stays the same object. */
  get findings(): readonly Finding[] {
    return this.standing.seen
  }

  /** True if nothing is or was folded. */
  get isBlank(): boolean {
    return this.#items.length === 0 && this.#through === null
  }

  /** True for an incident in the base: it can be neither removed nor added again. */
  isInBase(incident: Incident, boundaryMs: number): boolean {
    return (
      this.#through !== null &&
      incident.toMs < boundaryMs &&
      compareKeys(incident, this.#through) <= 0
    )
  }

  /** Gives the first index whose order changed: `fold` must follow from the least of them. */
  insert(incident: Incident): number {
    const index = this.#order.insert(incident)
    this.#held.hold(incident.id)
    this.machine.put?.(incident)
    this.#touch(incident)
    return index
  }

  /** Gives its index; null if it is not here. */
  remove(incident: Incident): number | null {
    const index = this.#order.indexOf(incident)
    if (index === -1) return null
    const there = this.#items[index] as Incident
    this.#order.remove(incident)
    this.#held.letGo(there.id)
    this.machine.take?.(there)
    this.#touch(there)
    return index
  }

  #touch({ fromMs, toMs }: Span): void {
    if (this.#touched === null) this.#touched = { fromMs, toMs }
    else {
      this.#touched.fromMs = Math.min(this.#touched.fromMs, fromMs)
      this.#touched.toMs = Math.max(this.#touched.toMs, toMs)
    }
  }

  /** True if some are deferred within their moment. */
  get isUnsettled(): boolean {
    return !this.#order.isSettled
  }

  /** Sorts deferred incidents. Gives the first index whose order changed; null if none did. */
  settle(): number | null {
    return this.#order.settle()
  }

  /** Folds again from an index. False if nothing that the machine gives can be another. */
  fold(index: number): boolean {
    const touched = this.#touched ?? spanFrom(this.#items, index)
    this.#touched = null
    return this.machine.refold(index, touched)
  }

  /** True if a part of it, or of its memory, may be older than the boundary. */
  isOld(boundaryMs: number): boolean {
    const first = this.#items[0]
    return first === undefined || first.toMs < boundaryMs
  }

  /**
   * Folds what ended before the boundary into the base. The evidence of findings that may still
   * change stays, up to the evidence limit; so does everything after a kept incident. The states'
   * own memory is trimmed, too.
   */
  trim(boundaryMs: number): void {
    let count = 0
    while (count < this.#items.length && (this.#items[count] as Incident).toMs < boundaryMs)
      count += 1
    // Beyond the evidence limit the oldest can no longer be withdrawn: they are only counted.
    const cut =
      count === 0 ? 0 : Math.min(count, Math.max(this.#firstHeld(boundaryMs), count - evidenceMax))
    if (cut > 0) this.#intoBase(cut)
    // Incidents still folded may look back from where they are: nothing after that is forgotten in
    // any state that is refolded from.
    this.machine.forget(Math.min(boundaryMs, this.#items[0]?.fromMs ?? Number.POSITIVE_INFINITY))
  }

  /** True if it folds nothing, and its base is that of a new machine. */
  saysNothing(): boolean {
    return this.#items.length === 0 && this.machine.isBlank()
  }

  /** True if it folds nothing, and the last incident in its base ended before a moment. */
  isQuietSince(ms: number): boolean {
    return this.#items.length === 0 && this.#through !== null && this.#through.toMs < ms
  }

  /** It is dropped with all that it folds. */
  letGo(): void {
    for (const { id } of this.#items) this.#held.letGo(id)
  }

  /** It never changes afterwards. */
  snapshot(boundaryMs: number): ScopeFoldSnapshot {
    const { scope } = this
    const through = this.#through
    const states = this.machine.states?.() ?? []
    const old = this.#items.filter(i => i.toMs < boundaryMs).map(i => i.id)
    const held = old.length === 0 ? {} : { held: old }
    const rest = this.isUnsettled
      ? { ...held, outOfPlace: this.#order.outOfPlace(), states }
      : { ...held, states }
    return through === null
      ? { scope, through, ...rest }
      : { scope, base: this.machine.base(), through, ...rest }
  }

  /**
   * Restores the states of a snapshot if they match the inserted incidents; else everything is
   * folded again.
   */
  restore(states: readonly Checkpoint[], outOfPlace: readonly string[] = []): void {
    this.#order.restoreOutOfPlace(outOfPlace)
    const isFolded = this.machine.resume?.(states) ?? false
    this.fold(isFolded ? this.count : 0)
  }

  get count(): number {
    return this.#items.length
  }

  #intoBase(cut: number): void {
    this.machine.passBefore(cut)
    const { fromMs, toMs, id } = this.#items[cut - 1] as Incident
    const reached = { fromMs, toMs, id }
    this.#through =
      this.#through && compareKeys(this.#through, reached) > 0 ? this.#through : reached
    for (const { id } of this.#items.splice(0, cut)) this.#held.letGo(id)
  }

  /** Index of the first incident in the evidence of a finding that may still change. */
  #firstHeld(boundaryMs: number): number {
    const evidence = this.standing.evidenceFromBefore(boundaryMs)
    const index = evidence.size === 0 ? -1 : this.#items.findIndex(i => evidence.has(i.id))
    return index === -1 ? Number.POSITIVE_INFINITY : index
  }
}

/** The span of the rows from an index on. */
function spanFrom(rows: readonly Incident[], index: number): Span {
  let fromMs = Number.POSITIVE_INFINITY
  let toMs = Number.NEGATIVE_INFINITY
  for (let i = index; i < rows.length; i++) {
    fromMs = Math.min(fromMs, (rows[i] as Incident).fromMs)
    toMs = Math.max(toMs, (rows[i] as Incident).toMs)
  }
  return { fromMs, toMs }
}

function compareKeys(a: OrderKey, b: OrderKey): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
