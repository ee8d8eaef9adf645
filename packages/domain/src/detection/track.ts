// One scope of a rule: its incidents in event-time order, the states of the fold on the way, and the base that holds all that came before them. An
// incident at the end costs one step; a late one folds again from the checkpoint before it.

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
  /** Left out where it is the state in which every track of the scope begins. */
  readonly base?: unknown
  /** Order key of the last incident that the base holds; null where it holds none. */
  readonly through: OrderKey | null
  /**
   * Incidents that ended before the boundary and that are folded nevertheless: their turn has not come, they came late, or something rests on them. Left out
   * where there are none.
   */
  readonly held?: readonly string[]
  /** Those that stand behind others of their moment for now, as they came. Left out where there are none. */
  readonly outOfPlace?: readonly string[]
  /** States on the way, the end last: restored, nothing has to be folded again. */
  readonly states: readonly Checkpoint[]
}

export interface OrderKey {
  readonly fromMs: number
  readonly toMs: number
  readonly id: string
}

/** What folds a track. */
export interface Folding {
  readonly pattern: AnyPattern
  readonly parameters: Readonly<Record<string, unknown>>
  readonly work: FoldWork
}

export class Track {
  readonly scope: string
  /** On which day of the cycle it is trimmed. */
  readonly turn: number
  readonly #order = new FoldOrder()
  /** In order of the fold; all that came before them is in the base. */
  readonly #items: Incident[] = this.#order.items
  readonly #folding: Folding
  #base: unknown
  /** A base that was looked at, and remembers something. */
  #sayingBase: unknown = notYet
  #through: OrderKey | null
  /** Incidents that went into the base since this object was made: the counts of checkpoints go on from them. */
  #passed = 0
  #checkpoints: Checkpoint[]
  #end: Checkpoint
  /** What the fold sees, and for each the object that stands for it: one that did not change stays the same. */
  seen: readonly Finding[] = []
  findings: readonly Finding[] = []
  /** What was last taken of all that the pattern found, and at which boundary. */
  made: {
    readonly of: readonly Finding[]
    readonly boundaryMs: number
    readonly earliestMs: number | null
    readonly seen: readonly Finding[]
  } | null = null
  /** What `seen` was made of: while the track is still in that state, and no moment was reached, it sees the same. */
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

  /** True where nothing is folded, nor ever was. */
  get isBlank(): boolean {
    return this.#items.length === 0 && this.#through === null
  }

  /** True for an incident that the base holds: it can neither be taken out nor come again. */
  isInBase(incident: Incident, boundaryMs: number): boolean {
    return this.#through !== null && incident.toMs < boundaryMs && compareKeys(incident, this.#through) <= 0
  }

  /** Gives from where on its order is another now: `fold` must follow, from the least place that changed. */
  insert(incident: Incident): number {
    return this.#order.insert(incident)
  }

  /** Gives where it stood; null where it is not here. */
  remove(incident: Incident): number | null {
    return this.#order.remove(incident)
  }

  /** True where some stand behind others of their moment for now. */
  get isUnsettled(): boolean {
    return !this.#order.isSettled
  }

  /** Puts all into their places. Gives from where on the order is another now; null where it is the same. */
  settle(): number | null {
    return this.#order.settle()
  }

  /** Folds anew all from a place on. */
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

  /** True where a part of it, or what it remembers, may be older than the boundary. */
  isOld(boundaryMs: number): boolean {
    const first = this.#items[0]
    return first === undefined || first.toMs < boundaryMs
  }

  /**
   * Folds what ended before the boundary into the base. What a finding that may still change rests on stays, up to the limit on evidence; so does what a
   * kept incident comes before. `forgets` also takes out of the states what they remember too much of.
   */
  trim(boundaryMs: number, forgets: boolean): void {
    let count = 0
    while (count < this.#items.length && (this.#items[count] as Incident).toMs < boundaryMs) count += 1
    // Beyond the limit on evidence the oldest can no longer be withdrawn: they are counts from here on.
    const cut = count === 0 ? 0 : Math.min(count, Math.max(this.#firstHeld(boundaryMs), count - evidenceMax))
    if (cut > 0) this.#intoBase(cut)
    if (forgets) {
      // What is still folded may look back from where it is: nothing after that is forgotten, in no state from which it is folded again.
      this.#forget(Math.min(boundaryMs, this.#items[0]?.fromMs ?? Number.POSITIVE_INFINITY))
    } else if (cut > 0) this.#startAt({ count: this.#passed, state: this.#base })
  }

  #forget(beforeMs: number): void {
    const { pattern } = this.#folding
    this.#base = pattern.forget(this.#base, beforeMs)
    this.#startAt({ count: this.#passed, state: this.#base })
    // Far back they stay for long. Those near the end go soon: what they remember too much of is not looked at, and goes with them.
    for (let at = 1; at < this.#checkpoints.length; at++) {
      const { count, state } = this.#checkpoints[at] as Checkpoint
      if (this.#end.count - count <= eachFor) break
      this.#checkpoints[at] = { count, state: pattern.forget(state, beforeMs) }
    }
    if (this.#items.length > 0) this.#end = { count: this.#end.count, state: pattern.forget(this.#end.state, beforeMs) }
  }

  /** The base is the first of the checkpoints, and the end where nothing is folded. */
  #startAt(start: Checkpoint): void {
    let past = 0
    while (past < this.#checkpoints.length && (this.#checkpoints[past] as Checkpoint).count <= start.count) past += 1
    this.#checkpoints.splice(0, past, start)
    if (this.#items.length === 0) this.#end = start
  }

  /** True where it folds nothing, and its base remembers no more than the state in which it began. */
  saysNothing(initial: () => unknown): boolean {
    if (this.#items.length > 0 || this.#base === this.#sayingBase) return false
    if (JSON.stringify(this.#base) === JSON.stringify(initial())) return true
    this.#sayingBase = this.#base
    return false
  }

  /** True where it folds nothing, and the last that went into its base ended before a moment. */
  isQuietSince(ms: number): boolean {
    return this.#items.length === 0 && this.#through !== null && this.#through.toMs < ms
  }

  /** Adds the ids of those that it folds and that ended before a moment. */
  addOlder(beforeMs: number, ids: Set<string>): void {
    for (const { id, fromMs, toMs } of this.#items) {
      if (fromMs >= beforeMs) return
      if (toMs < beforeMs) ids.add(id)
    }
  }

  /** Nothing in it changes afterwards. */
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

  /** Puts the states of a snapshot back, where they fit what was inserted since; else `fold` makes them again. */
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

  /** Index of the first incident that a finding which may still change rests on. */
  #firstHeld(boundaryMs: number): number {
    const evidence = new Set<string>()
    for (const { toMs, triggers, support } of this.findings) {
      if (toMs !== null && toMs < boundaryMs) continue
      // Most findings rest on nothing so old.
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
