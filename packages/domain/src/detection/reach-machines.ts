// A scope without bounds, such as a theatre, in groups of incidents within reach of each other
// (reach-division.ts). Each group has a machine of its own, which is given the rows of the group:
// unrelated incidents are no finding, and one finding does not hide another. Nearly always there
// is one group, and its machine reads the rows themselves. Where groups meet, the machine of the
// group that began first continues with the rows of both.

import type { Finding } from '../finding/finding.ts'
import type { Checkpoint } from '../fold/checkpoints.ts'
import type { Moment } from '../fold/moment.ts'
import type { Incident } from '../incident/incident.ts'
import { dayMs, type Span } from '../space-time/event-time.ts'
import { type FollowedRows, refoldFrom } from './followed-rows.ts'
import type { NearMiss } from './near-miss.ts'
import { type ActiveSquare, type Reach, ReachDivision } from './reach-division.ts'

import type { MakeMachine, ScopeGround, ScopeMachine } from './scope-machine.ts'

interface Base {
  readonly past: readonly ActiveSquare[]
  readonly groups: readonly GroupBase[]
}

interface GroupBase {
  /** The square of the group that was active first. */
  readonly root: ActiveSquare
  readonly base: unknown
}

interface Group extends FollowedRows {
  /** The square of the group that was active first, before the rows; null if none was. */
  root: ActiveSquare | null
}

export class ReachMachines<P> implements ScopeMachine {
  readonly #ground: ScopeGround<P>
  readonly #make: MakeMachine<P>
  readonly #reach: Reach
  readonly #division: ReachDivision
  /** By number. */
  #groups: readonly Group[]
  /** True while the machine of the only group reads the rows of the scope themselves. */
  #isWhole: boolean
  /** Number of rows that the groups have. */
  #divided = 0
  #list: readonly Finding[] = []
  /** Since the last fold. */
  #gone: Incident[] = []
  #come: Incident[] = []

  constructor(reach: Reach, make: MakeMachine<P>, ground: ScopeGround<P>) {
    this.#ground = ground
    this.#make = make
    this.#reach = reach
    const { past, groups } = (ground.base ?? { past: [], groups: [] }) as Base
    this.#division = new ReachDivision(reach.km, ground.rows, past)
    this.#isWhole = this.#division.count === 1
    const [first] = groups
    if (this.#isWhole)
      this.#groups = [
        { root: first?.root ?? null, machine: make({ ...ground, base: first?.base }), rows: [] }
      ]
    else {
      this.#groups = groups.map(({ root, base }) => this.#follow(base, root))
      this.#regroup()
    }
  }

  #follow(base: unknown, root: ActiveSquare | null): Group {
    const rows: Incident[] = []
    return { root, machine: this.#make({ ...this.#ground, rows, base }), rows }
  }

  get #first(): Group {
    return this.#groups[0] as Group
  }

  put(incident: Incident): void {
    this.#come.push(incident)
    if (this.#isWhole) this.#first.machine.put?.(incident)
  }

  take(incident: Incident): void {
    this.#gone.push(incident)
    if (this.#isWhole) this.#first.machine.take?.(incident)
  }

  refold(from: number, span: Span): boolean {
    const [gone, come] = [this.#gone, this.#come]
    this.#gone = []
    this.#come = []
    const isKnown = gone.length + come.length > 0
    const isSame = isKnown && this.#division.keepsGroups(gone, come)
    if (!isSame) this.#division.divide()
    if (this.#isWhole) {
      if (this.#division.count === 1) return this.#first.machine.refold(from, span)
      this.#isWhole = false
      this.#groups = [this.#follow(this.#first.machine.base(), this.#first.root)]
      return this.#regroup()
    }
    return isSame ? this.#refoldEach(from) : this.#regroup()
  }

  /** Finds the machines of other groups: each is of the group that has its past, or its first row. */
  #regroup(): boolean {
    const before = this.#groups
    const heirs = new Map<number, Group>()
    const inherit = (number: number, group: Group) => {
      if (!heirs.has(number) && ![...heirs.values()].includes(group)) heirs.set(number, group)
    }
    for (const group of before)
      if (group.root !== null) inherit(this.#division.findPastGroup(group.root), group)
    const present = new Set(this.#ground.rows)
    for (const group of before) {
      const row = group.rows.find(each => present.has(each))
      if (group.root === null && row !== undefined) inherit(this.#division.findGroup(row), group)
    }
    this.#groups = Array.from(
      { length: this.#division.count },
      (_, number) => heirs.get(number) ?? this.#follow(undefined, null)
    )
    this.#findRoots()
    const isOther = this.#refoldEach(0)
    return (
      isOther ||
      before.length !== this.#groups.length ||
      before.some((group, number) => group !== this.#groups[number])
    )
  }

  #findRoots(): void {
    for (const group of this.#groups) group.root = null
    for (const past of this.#division.past) {
      const group = this.#groups[this.#division.findPastGroup(past)] as Group
      group.root ??= past
    }
  }

  /** Gives each group the rows that it has now. */
  #refoldEach(from: number): boolean {
    const { rows } = this.#ground
    const starts = this.#groups.map(({ rows }) => (from === this.#divided ? rows.length : 0))
    if (from !== this.#divided)
      for (const row of rows.slice(0, from)) {
        const number = this.#division.findGroup(row)
        starts[number] = (starts[number] as number) + 1
      }
    const lists = this.#groups.map((): Incident[] => [])
    for (const row of rows.slice(from))
      (lists[this.#division.findGroup(row)] as Incident[]).push(row)
    this.#divided = rows.length
    let isOther = false
    for (const [number, group] of this.#groups.entries())
      if (refoldFrom(group, starts[number] as number, lists[number] as Incident[])) isOther = true
    return isOther
  }

  findings(moment: Moment): readonly Finding[] {
    if (this.#isWhole) return this.#first.machine.findings(moment)
    const list = this.#groups.flatMap(({ machine }) => machine.findings(moment))
    const before = this.#list
    if (list.length !== before.length || list.some((finding, i) => finding !== before[i]))
      this.#list = list
    return this.#list
  }

  nextChangeMs(moment: Moment): number | null {
    return this.#earliest(machine => machine.nextChangeMs(moment))
  }

  nextAbsenceMs(watermarkMs: number | null): number | null {
    return this.#earliest(machine => machine.nextAbsenceMs?.(watermarkMs) ?? null)
  }

  #earliest(findMoment: (machine: ScopeMachine) => number | null): number | null {
    const all = this.#groups.flatMap(({ machine }) => findMoment(machine) ?? [])
    return all.length === 0 ? null : Math.min(...all)
  }

  nearly(moment: Moment): readonly NearMiss[] {
    return this.#groups.flatMap(({ machine }) => machine.nearly?.(moment) ?? [])
  }

  passBefore(count: number): void {
    if (this.#isWhole) this.#first.machine.passBefore(count)
    else {
      const passed = this.#groups.map(() => 0)
      for (const row of this.#ground.rows.slice(0, count)) {
        const number = this.#division.findGroup(row)
        passed[number] = (passed[number] as number) + 1
      }
      for (const [number, { machine, rows }] of this.#groups.entries()) {
        if (passed[number] === 0) continue
        machine.passBefore(passed[number] as number)
        rows.splice(0, passed[number])
      }
    }
    this.#division.passBefore(count)
    this.#findRoots()
    this.#divided -= count
  }

  forget(beforeMs: number): void {
    for (const { machine } of this.#groups) machine.forget(beforeMs)
    const isBlank = this.#groups.map(({ machine }) => machine.isBlank())
    const limitMs = beforeMs - this.#reach.days * dayMs
    // The first square of a group has its past.
    const isForgotten = (past: ActiveSquare) => {
      const number = this.#division.findPastGroup(past)
      return past.toMs < limitMs && (isBlank[number] || past !== this.#groups[number]?.root)
    }
    if (!this.#division.forget(isForgotten)) return
    const { past, count } = this.#division
    if (this.#isWhole && count === 1) {
      this.#findRoots()
      return
    }
    if (this.#isWhole) {
      this.#isWhole = false
      this.#groups = [this.#follow(this.#first.machine.base(), this.#first.root)]
    }
    for (const group of this.#groups)
      if (group.root !== null && !past.includes(group.root)) group.root = null
    this.#regroup()
  }

  base(): unknown {
    const { past } = this.#division
    if (past.length === 0) return undefined
    const groups = this.#groups.flatMap(({ machine, root }): GroupBase[] => {
      const base = machine.base()
      return base === undefined || root === null ? [] : [{ root, base }]
    })
    return { past, groups }
  }

  isBlank(): boolean {
    return (
      this.#division.past.length === 0 && this.#groups.every(({ machine }) => machine.isBlank())
    )
  }

  /** Of several groups all is folded again. */
  states(): Checkpoint[] {
    return this.#isWhole ? (this.#first.machine.states?.() ?? []) : []
  }

  resume(states: readonly Checkpoint[]): boolean {
    if (!this.#isWhole) return false
    this.#division.divide()
    return this.#division.count === 1 && this.#first.machine.resume?.(states) === true
  }
}
