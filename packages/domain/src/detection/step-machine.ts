// The machine of a pattern that is an immutable fold: states along the rows, a late incident
// refolds from the one before it.

import type { Finding } from '../finding/finding.ts'
import {
  type Checkpoint,
  checkpointsMax,
  eachFor,
  statesToSave,
  thinnedOut
} from '../fold/checkpoints.ts'
import type { Moment } from '../fold/moment.ts'
import type { Incident } from '../incident/incident.ts'
import type { NearMiss } from './near-miss.ts'
import type { AnyPattern, AnySteppedPattern } from './pattern.ts'
import { ReachMachines } from './reach-machines.ts'
import type { ScopeGround, ScopeMachine } from './scope-machine.ts'
import { SiteMachines } from './site-machines.ts'

type Ground = ScopeGround<Readonly<Record<string, unknown>>>

/**
 * The machine of a scope, whichever way its pattern computes. `settlement`: that of which its rule
 * makes a group of its own; null for none.
 */
export function machineOf(
  pattern: AnyPattern,
  ground: Ground,
  settlement: string | null = null
): ScopeMachine {
  const make = (each: Ground) =>
    'machine' in pattern ? pattern.machine(each) : new StepMachine(pattern, each)
  const followed = pattern.settlementOf?.(ground.scope, ground.parameters) ?? settlement
  if (followed !== null && pattern.tellsSitesApart !== true)
    return new SiteMachines(followed, make, ground)
  const reach = pattern.findReach?.(ground.scope, ground.parameters) ?? null
  return reach === null ? make(ground) : new ReachMachines(reach, make, ground)
}

class StepMachine implements ScopeMachine {
  readonly #pattern: AnySteppedPattern
  readonly #ground: Ground
  #base: unknown
  /** A base that was checked and has a memory. */
  #sayingBase: unknown = notYet
  /**
   * Incidents that went into the base since this object was made: counts of checkpoints continue
   * from them.
   */
  #passed = 0
  #checkpoints: Checkpoint[]
  #end: Checkpoint
  /**
   * The state at the last evaluation: between the moments that it names, a state gives the same
   * findings.
   */
  #seenIn: unknown = notYet

  constructor(pattern: AnySteppedPattern, ground: Ground) {
    this.#pattern = pattern
    this.#ground = ground
    this.#base = ground.base === undefined ? pattern.initial(ground.scope) : ground.base
    this.#end = { count: 0, state: this.#base }
    this.#checkpoints = [this.#end]
  }

  refold(from: number): boolean {
    const { rows, parameters, work } = this.#ground
    const start = from + this.#passed
    const to = rows.length + this.#passed
    while ((this.#checkpoints.at(-1) as Checkpoint).count > start) this.#checkpoints.pop()
    let at = this.#end.count <= start ? this.#end : (this.#checkpoints.at(-1) as Checkpoint)
    while (at.count < to) {
      const state = this.#pattern.step(
        at.state,
        rows[at.count - this.#passed] as Incident,
        parameters
      )
      at = { count: at.count + 1, state }
      work.steps += 1
      if (at.count > (this.#checkpoints.at(-1) as Checkpoint).count) this.#checkpoints.push(at)
    }
    this.#end = at
    if (this.#checkpoints.length > checkpointsMax)
      this.#checkpoints = thinnedOut(this.#checkpoints, to)
    return !this.#tellsAsSeen(at.state)
  }

  #tellsAsSeen(state: unknown): boolean {
    if (state === this.#seenIn) return true
    return this.#seenIn !== notYet && this.#pattern.tellsTheSame?.(this.#seenIn, state) === true
  }

  findings(moment: Moment): readonly Finding[] {
    const { unheard, watermarkMs } = moment
    this.#seenIn = this.#end.state
    return this.#pattern.findings(
      this.#end.state,
      this.#nowMs(moment),
      this.#ground.parameters,
      unheard,
      watermarkMs
    )
  }

  nextChangeMs(moment: Moment): number | null {
    return this.#pattern.nextChangeMs(
      this.#end.state,
      this.#nowMs(moment),
      this.#ground.parameters,
      moment.unheard
    )
  }

  nextAbsenceMs(watermarkMs: number | null): number | null {
    return (
      this.#pattern.nextAbsenceMs?.(this.#end.state, watermarkMs, this.#ground.parameters) ?? null
    )
  }

  nearly(moment: Moment): readonly NearMiss[] {
    return (
      this.#pattern.nearly?.(this.#end.state, this.#nowMs(moment), this.#ground.parameters) ?? []
    )
  }

  passBefore(count: number): void {
    const { rows, parameters } = this.#ground
    for (let i = 0; i < count; i++)
      this.#base = this.#pattern.step(this.#base, rows[i] as Incident, parameters)
    this.#passed += count
    this.#startAt(rows.length - count)
  }

  forget(beforeMs: number): void {
    const { rows } = this.#ground
    this.#base = this.#pattern.forget(this.#base, beforeMs)
    this.#startAt(rows.length)
    // Early checkpoints live long, so they are trimmed: as few as their spacing asks for. Late ones
    // are soon replaced.
    if (this.#checkpoints.length > eachFor)
      this.#checkpoints = thinnedOut(this.#checkpoints, this.#end.count)
    for (let at = 1; at < this.#checkpoints.length; at++) {
      const { count, state } = this.#checkpoints[at] as Checkpoint
      if (this.#end.count - count <= eachFor) break
      this.#checkpoints[at] = { count, state: this.#pattern.forget(state, beforeMs) }
    }
    if (rows.length > 0)
      this.#end = { count: this.#end.count, state: this.#pattern.forget(this.#end.state, beforeMs) }
  }

  base(): unknown {
    return this.#base
  }

  isBlank(): boolean {
    if (this.#base === this.#sayingBase) return false
    const {
      initial,
      isBlank = state => JSON.stringify(state) === JSON.stringify(initial(this.#ground.scope))
    } = this.#pattern
    if (isBlank(this.#base)) return true
    this.#sayingBase = this.#base
    return false
  }

  states(): Checkpoint[] {
    const counted = ({ count, state }: Checkpoint) => ({ count: count - this.#passed, state })
    return statesToSave({ checkpoints: this.#checkpoints.map(counted), end: counted(this.#end) })
  }

  resume(states: readonly Checkpoint[]): boolean {
    const end = states.at(-1)
    if (end === undefined || end.count !== this.#ground.rows.length || end.count === 0) return false
    this.#checkpoints.push(...states.slice(0, -1))
    this.#end = end
    return true
  }

  #nowMs({ horizonMs, watermarkMs }: Moment): number {
    return this.#pattern.clock === 'watermark'
      ? (watermarkMs ?? Number.NEGATIVE_INFINITY)
      : horizonMs
  }

  /** The base is the first checkpoint, and the end if no rows are left. */
  #startAt(rowsLeft: number): void {
    const start = { count: this.#passed, state: this.#base }
    let past = 0
    while (
      past < this.#checkpoints.length &&
      (this.#checkpoints[past] as Checkpoint).count <= start.count
    )
      past += 1
    this.#checkpoints.splice(0, past, start)
    if (rowsLeft === 0) this.#end = start
  }
}

/** Stands for a state that no fold has. */
const notYet = Symbol('not yet')
