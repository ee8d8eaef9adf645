// One scope of a level-1 rule: the findings of level 0 in it, in order, and what was found of them.
// A scope has years of findings, and a growing one is replaced at each of its reports: nothing here
// looks through all of them then.

import type { Finding } from '../finding/finding.ts'
import { areOfOneGroup, groupKeyOf } from '../finding/finding-group.ts'
import { countBelow, placeAfter } from '../fold/sorted.ts'
import { compareText } from '../incident/incident.ts'

/** A finding of level 0 with its rule and pattern. */
export interface Input {
  readonly ruleId: string
  readonly pattern: string
  readonly finding: Finding
}

/** The level-0 findings in one scope of a level-1 pattern, in order of time. */
export interface View {
  readonly scope: string
  readonly inputs: readonly Input[]
  /**
   * The same object while no input comes, goes, enters or ends otherwise: what follows from these
   * alone stays too.
   */
  readonly times: object
  /**
   * What was found of it last. A pattern may give one of these again where it would make an equal
   * one, and in no other way.
   */
  readonly before: readonly Finding[]
  /** True if one of them is a finding of this pattern. */
  has(pattern: string): boolean
}

export class CompoundScope {
  /** In order of `compareInputs`. */
  readonly inputs: Input[] = []
  /**
   * When each begins, and ends; infinity if it is open. Lists of numbers: a scope has years of
   * findings.
   */
  readonly #fromMs: number[] = []
  readonly #endMs: number[] = []
  /** Day of the cycle on which it is trimmed. */
  readonly turn: number
  findings: readonly Finding[] = []
  #times: object = {}
  readonly #name: string
  readonly #counts = new Map<string, number>()
  /** The inputs that ended before a boundary. */
  #ended: { readonly boundaryMs: number; inputs: readonly Input[] } | null = null

  constructor(name: string, turn: number) {
    this.#name = name
    this.turn = turn
  }

  /** As it is now: a new object each time, since patterns keep what they made of one. */
  get view(): View {
    return {
      scope: this.#name,
      inputs: this.inputs,
      times: this.#times,
      before: this.findings,
      has: pattern => this.#counts.has(pattern)
    }
  }

  /** Of equal order the later goes last. */
  insert(input: Input): void {
    const at = placeAfter(this.inputs, input, compareInputs)
    this.inputs.splice(at, 0, input)
    this.#times = {}
    this.#fromMs.splice(at, 0, input.finding.fromMs)
    this.#endMs.splice(at, 0, endOf(input))
    this.#counts.set(input.pattern, (this.#counts.get(input.pattern) ?? 0) + 1)
    if (this.#ended !== null && endOf(input) < this.#ended.boundaryMs) this.#ended = null
  }

  remove(input: Input): void {
    const at = this.#indexOf(input)
    if (at === -1) return
    this.inputs.splice(at, 1)
    this.#times = {}
    this.#fromMs.splice(at, 1)
    this.#endMs.splice(at, 1)
    const left = (this.#counts.get(input.pattern) ?? 0) - 1
    if (left > 0) this.#counts.set(input.pattern, left)
    else this.#counts.delete(input.pattern)
    if (this.#ended !== null && endOf(input) < this.#ended.boundaryMs) this.#ended = null
  }

  #indexOf(input: Input): number {
    return this.inputs.indexOf(input, countBelow(this.#fromMs, input.finding.fromMs))
  }

  /**
   * Where an input stands, if another would stand in the same place, and alone; -1 if it would not.
   */
  placeFor(input: Input, other: Input): number {
    if (!isPlacedAlike(input, other)) return -1
    const at = this.#indexOf(input)
    const isAlone = at === -1 || this.#fromMs[at + 1] !== input.finding.fromMs
    return isAlone || !isPlacedAlike(input, this.inputs[at + 1] as Input) ? at : -1
  }

  /** Puts an input in the place of another. */
  replaceAt(at: number, other: Input): void {
    const beforeMs = this.#endMs[at] as number
    const before = this.inputs[at] as Input
    if (beforeMs !== endOf(other) || entryOf(before.finding) !== entryOf(other.finding))
      this.#times = {}
    this.inputs[at] = other
    this.#endMs[at] = endOf(other)
    if (this.#ended !== null && Math.min(beforeMs, endOf(other)) < this.#ended.boundaryMs)
      this.#ended = null
  }

  /** The inputs that ended before the boundary, in order. */
  endedBefore(boundaryMs: number): readonly Input[] {
    if (this.#ended?.boundaryMs !== boundaryMs) {
      this.#ended = {
        boundaryMs,
        inputs: this.inputs.filter((_, at) => (this.#endMs[at] as number) < boundaryMs)
      }
    }
    return this.#ended.inputs
  }
}

function endOf({ finding }: Input): number {
  return finding.toMs ?? Number.POSITIVE_INFINITY
}

/** True for two of the same order. */
function isPlacedAlike(a: Input, b: Input): boolean {
  return (
    a.finding.fromMs === b.finding.fromMs &&
    a.pattern === b.pattern &&
    a.ruleId === b.ruleId &&
    a.finding.triggers[0]?.id === b.finding.triggers[0]?.id &&
    areOfOneGroup(a.finding, b.finding)
  )
}

function compareInputs(a: Input, b: Input): number {
  return (
    a.finding.fromMs - b.finding.fromMs ||
    compareText(a.pattern, b.pattern) ||
    compareText(groupKeyOf(a.finding), groupKeyOf(b.finding)) ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.finding.triggers[0]?.id ?? '', b.finding.triggers[0]?.id ?? '')
  )
}

/** When a level-0 finding entered. */
export function entryOf(finding: Finding): number {
  return finding.levels[0]?.atMs ?? finding.fromMs
}
