// One scope of a rule: its incidents in event-time order, intermediate states of the fold, and the base that holds everything
// before them. An incident at the end costs one step; a late one refolds from the checkpoint before it.

import { evidenceMax, type Finding } from '../finding/finding.ts'
import { type Checkpoint, checkpointsMax, eachFor, statesToSave, thinnedOut } from '../fold/checkpoints.ts'
import type { FoldWork } from '../fold/fold-work.ts'
import type { Incident } from '../incident/incident.ts'
import { earliestEndOf } from '../incident/incident-list.ts'
import type { Span } from '../space-time/event-time.ts'
import { FoldOrder } from './fold-order.ts'
import type { AnyPattern } from './pattern.ts'

export interface TrackSnapshot {
  readonly scope: string
  /** Left out if it equals the initial state of the scope. */
  readonly base?: unknown
  /** Order key of the last incident in the base; null for an empty base. */
  readonly through: OrderKey | null
  /**
   * Incidents that ended before the boundary but are still folded: their turn is due later, they came late, or a finding rests on
   * them. Left out if there are none.
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

/** The parts of a rule that a track needs for folding. */
export interface Folding {
  readonly pattern: AnyPattern
  readonly parameters: Readonly<Record<string, unknown>>
  readonly work: FoldWork
}

export class Track {
  readonly scope: string
  /** Day of the cycle on which it is trimmed. */
  readonly turn: number
  readonly #order = new FoldOrder()
  /** In order of the fold; everything before them is in the base. */
  readonly #items: Incident[] = this.#order.items
  readonly #folding: Folding
  #base: unknown
  /** A base that was checked and has a memory. */
  #sayingBase: unknown = notYet
  #through: OrderKey | null
  /** Incidents that went into the base since this object was made: counts of checkpoints continue from them. */
  #passed = 0
  #checkpoints: Checkpoint[]
  #end: Checkpoint
  /** The current findings; an unchanged one stays the same object. */
  seen: readonly Finding[] = []
  findings: readonly Finding[] = []
  /** The last retained part of all findings, and its boundary. */
  made: {
    readonly of: readonly Finding[]
    readonly boundaryMs: number
    readonly earliestMs: number | null
    readonly seen: readonly Finding[]
  } | null = null
  /** The state from which `seen` was computed: in the same state, with no deadline reached, it is unchanged. */
  seenIn: unknown = notYet
  seenUnheard: readonly Span[] | null = null

  constructor(folding: Folding, scope: string, turn: number, base: unknown, through: OrderKey | null) {
    this.#folding = folding
    this.scope = scope
    this.turn = turn
    this.#base = base
    this.#through = through
    this.#end = { count: 0, state: base }
    this.#checkpoints = [this.#end]
  }

  /** After the last incident. */
  get state(): unknown {
    return this.#end.state
  }

  /** True if nothing is or was folded. */
  get isBlank(): boolean {
    return this.#items.length === 0 && this.#through === null
  }

  /** True for an incident in the base: it can be neither removed nor added again. */
  isInBase(incident: Incident, boundaryMs: number): boolean {
    return this.#through !== null && incident.toMs < boundaryMs && compareKeys(incident, this.#through) <= 0
  }

  /** Gives the first index whose order changed: `fold` must follow from the least of them. */
  insert(incident: Incident): number {
    return this.#order.insert(incident)
  }

  /** Gives its index; null if it is not here. */
  remove(incident: Incident): number | null {
    return this.#order.remove(incident)
  }

  /** True if some are deferred within their moment. */
  get isUnsettled(): boolean {
    return !this.#order.isSettled
  }

  /** Sorts deferred incidents. Gives the first index whose order changed; null if none did. */
  settle(): number | null {
    return this.#order.settle()
  }

  /** Refolds from an index. */
  fold(index: number): void {
    const { pattern, parameters, work } = this.#folding
    const from = index + this.#passed
    const to = this.#items.length + this.#passed
    while ((this.#checkpoints.at(-1) as Checkpoint).count > from) this.#checkpoints.pop()
    let at = this.#end.count <= from ? this.#end : (this.#checkpoints.at(-1) as Checkpoint)
    while (at.count < to) {
      const state = pattern.step(at.state, this.#items[at.count - this.#passed] as Incident, parameters)
      at = { count: at.count + 1, state }
      work.steps += 1
      if (at.count > (this.#checkpoints.at(-1) as Checkpoint).count) this.#checkpoints.push(at)
    }
    this.#end = at
    if (this.#checkpoints.length > checkpointsMax) this.#checkpoints = thinnedOut(this.#checkpoints, to)
  }

  /** True if a part of it, or of its memory, may be older than the boundary. */
  isOld(boundaryMs: number): boolean {
    const first = this.#items[0]
    return first === undefined || first.toMs < boundaryMs
  }

  /**
   * Folds what ended before the boundary into the base. The evidence of findings that may still change stays, up to the evidence
   * limit; so does everything after a kept incident. `forgets`: also trims the states' own memory.
   */
  trim(boundaryMs: number, forgets: boolean): void {
    let count = 0
    while (count < this.#items.length && (this.#items[count] as Incident).toMs < boundaryMs) count += 1
    // Beyond the evidence limit the oldest can no longer be withdrawn: they are only counted.
    const cut = count === 0 ? 0 : Math.min(count, Math.max(this.#firstHeld(boundaryMs), count - evidenceMax))
    if (cut > 0) this.#intoBase(cut)
    if (forgets) {
      // Incidents still folded may look back from where they are: nothing after that is forgotten in any state that is refolded
      // from.
      this.#forget(Math.min(boundaryMs, this.#items[0]?.fromMs ?? Number.POSITIVE_INFINITY))
    } else if (cut > 0) this.#startAt({ count: this.#passed, state: this.#base })
  }

  #forget(beforeMs: number): void {
    const { pattern } = this.#folding
    this.#base = pattern.forget(this.#base, beforeMs)
    this.#startAt({ count: this.#passed, state: this.#base })
    // Far back checkpoints stay for long. Those near the end are soon replaced: their excess memory goes with them.
    for (let at = 1; at < this.#checkpoints.length; at++) {
      const { count, state } = this.#checkpoints[at] as Checkpoint
      if (this.#end.count - count <= eachFor) break
      this.#checkpoints[at] = { count, state: pattern.forget(state, beforeMs) }
    }
    if (this.#items.length > 0) this.#end = { count: this.#end.count, state: pattern.forget(this.#end.state, beforeMs) }
  }

  /** The base is the first checkpoint, and the end if nothing is folded. */
  #startAt(start: Checkpoint): void {
    let past = 0
    while (past < this.#checkpoints.length && (this.#checkpoints[past] as Checkpoint).count <= start.count) past += 1
    this.#checkpoints.splice(0, past, start)
    if (this.#items.length === 0) this.#end = start
  }

  /** True if it folds nothing, and its base equals the initial state. */
  saysNothing(initial: () => unknown): boolean {
    if (this.#items.length > 0 || this.#base === this.#sayingBase) return false
    if (JSON.stringify(this.#base) === JSON.stringify(initial())) return true
    this.#sayingBase = this.#base
    return false
  }

  /** True if it folds nothing, and the last incident in its base ended before a moment. */
  isQuietSince(ms: number): boolean {
    return this.#items.length === 0 && this.#through !== null && this.#through.toMs < ms
  }

  /** Adds the ids of folded incidents that ended before a moment. */
  addOlder(beforeMs: number, ids: Set<string>): void {
    for (const { id, fromMs, toMs } of this.#items) {
      if (fromMs >= beforeMs) return
      if (toMs < beforeMs) ids.add(id)
    }
  }

  /** It never changes afterwards. */
  snapshot(boundaryMs: number): TrackSnapshot {
    const { scope } = this
    const [through, passed] = [this.#through, this.#passed]
    const counted = ({ count, state }: Checkpoint) => ({ count: count - passed, state })
    const states = statesToSave({ checkpoints: this.#checkpoints.map(counted), end: counted(this.#end) })
    const old = this.#items.filter(i => i.toMs < boundaryMs).map(i => i.id)
    const held = old.length === 0 ? {} : { held: old }
    const rest = this.isUnsettled ? { ...held, outOfPlace: this.#order.outOfPlace(), states } : { ...held, states }
    return through === null ? { scope, through, ...rest } : { scope, base: this.#base, through, ...rest }
  }

  /** Restores the states of a snapshot if they match the inserted incidents; else `fold` makes them again. */
  restore(states: readonly Checkpoint[], outOfPlace: readonly string[] = []): void {
    this.#order.restoreOutOfPlace(outOfPlace)
    const end = states.at(-1)
    if (end === undefined || end.count !== this.#items.length || end.count === 0) return
    this.#checkpoints.push(...states.slice(0, -1))
    this.#end = end
  }

  get count(): number {
    return this.#items.length
  }

  #intoBase(cut: number): void {
    const { pattern, parameters } = this.#folding
    for (let i = 0; i < cut; i++) this.#base = pattern.step(this.#base, this.#items[i] as Incident, parameters)
    const { fromMs, toMs, id } = this.#items[cut - 1] as Incident
    const reached = { fromMs, toMs, id }
    this.#through = this.#through && compareKeys(this.#through, reached) > 0 ? this.#through : reached
    this.#items.splice(0, cut)
    this.#passed += cut
  }

  /** Index of the first incident in the evidence of a finding that may still change. */
  #firstHeld(boundaryMs: number): number {
    const evidence = new Set<string>()
    for (const { toMs, triggers, support } of this.findings) {
      if (toMs !== null && toMs < boundaryMs) continue
      // Most findings rest on nothing that old.
      for (const list of [triggers, support]) if (earliestEndOf(list) < boundaryMs) for (const { id } of list) evidence.add(id)
    }
    const index = evidence.size === 0 ? -1 : this.#items.findIndex(i => evidence.has(i.id))
    return index === -1 ? Number.POSITIVE_INFINITY : index
  }
}

/** Stands for a state that no fold has. */
const notYet = Symbol('not yet')

function compareKeys(a: OrderKey, b: OrderKey): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
