// Attacks, members and fronts as a machine holds them: what each step did, so that the last ones
// can be taken back.

import type { Finding } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Point } from '../../space-time/geometry.ts'
import type { Placed } from '../episode/space-time-grid.ts'
import { compareBirths, type Standing } from '../machine/listed-episodes.ts'
import type { ScopeRow } from '../machine/scope-rows.ts'
import {
  type Attack,
  closesAtMs,
  type Density,
  describeEnded,
  describeOpen,
  type Front,
  type FrontReach
} from './front-story.ts'

/** An attack among the rows of a machine, and after it has passed out of them. */
export class FrontRow implements Attack, ScopeRow {
  readonly incident: Incident
  readonly fromMs: number
  readonly toMs: number
  readonly points: readonly Point[]
  /** The cell whose own rate it counts in. */
  readonly cell: number
  /** Neighbours that it needs to be a core, itself counted. */
  needed = 0
  late = 0
  passed = 0
  member: Member | null = null
  /** What it led to before it was undone. */
  before: TrackStep | null = null

  constructor(incident: Incident, points: readonly Point[], cell: number) {
    this.incident = incident
    this.fromMs = incident.fromMs
    this.toMs = incident.toMs
    this.points = points
    this.cell = cell
  }
}

/**
 * Attacks of one moment on the same points: they have the same neighbours, so that a village's day
 * costs as much as one attack.
 */
export class Member implements Placed {
  readonly fromMs: number
  readonly toMs: number
  readonly points: readonly Point[]
  readonly needed: number
  /** In order of the fold. */
  readonly rows: FrontRow[]
  /** Neighbours among the steps done, itself counted; they do not age out. */
  neighbours: number
  /** The step that made it a core. */
  coreSince: FrontRow | null = null
  /** The front that claimed it, which may have merged with another since; and the step that did. */
  front: FrontTrack | null = null
  claimedBy: FrontRow | null = null
  met = 0
  /** The last times that what must be undone was looked for here, and near it. */
  looked = 0
  reached = 0

  constructor(row: FrontRow, neighbours: number) {
    this.fromMs = row.fromMs
    this.toMs = row.toMs
    this.points = row.points
    this.needed = row.needed
    this.rows = [row]
    this.neighbours = neighbours
  }

  get isCore(): boolean {
    return this.neighbours >= this.needed
  }

  get first(): FrontRow {
    return this.rows[0] as FrontRow
  }
}

/** What a step did to a front. */
export interface TrackStep {
  readonly row: FrontRow
  readonly track: FrontTrack
  readonly cause: StepCause
  /** The front after it. */
  readonly state: Front
  /** Further fronts that it merged into this one. */
  readonly merged: readonly FrontTrack[]
  readonly claimed: readonly Member[]
  /** Members that it made cores. */
  readonly cores: readonly Member[]
}

/** All that the front after a step depends on. */
export interface StepCause extends Density {
  readonly from: readonly Front[]
  readonly attacks: readonly FrontRow[]
  readonly threshold: number
}

export function isSameCause(a: StepCause, b: StepCause): boolean {
  const tellSame = a.densest === b.densest && a.hidden === b.hidden && a.threshold === b.threshold
  return tellSame && areSame(a.from, b.from) && areSame(a.attacks, b.attacks)
}

function areSame(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}

export class FrontTrack {
  readonly steps: TrackStep[] = []
  merger: { readonly into: FrontTrack; readonly row: FrontRow } | null = null
  /** What it was when its last step passed out of the rows. */
  readonly base: Front | null
  #told: { readonly of: unknown; readonly toMs: number | null; readonly finding: Finding } | null =
    null

  constructor(base: Front | null = null) {
    this.base = base
  }

  /** Null if nothing has made it a front. */
  get front(): Front | null {
    return this.steps.at(-1)?.state ?? this.base
  }

  /** The front that it is part of now. */
  get root(): FrontTrack {
    let root: FrontTrack = this
    while (root.merger !== null) root = root.merger.into
    return root
  }

  /** The front of the steps that are no longer among the rows. */
  get passed(): Front | null {
    return this.steps.findLast(({ row }) => row.passed > 0)?.state ?? this.base
  }

  /** The part of it that is known without the rows. */
  get passedRoot(): FrontTrack {
    let root: FrontTrack = this
    while (root.merger !== null && root.merger.row.passed > 0) root = root.merger.into
    return root
  }

  /**
   * Steps that are no longer among the rows can't be taken back: only what the last left is needed.
   */
  forgetPassed(): void {
    const last = this.steps.findLastIndex(({ row }) => row.passed > 0)
    if (last > 0) this.steps.splice(0, last)
  }

  /** Null if it is no front, or part of another one. */
  standing(parameters: FrontReach): Standing | null {
    const { front } = this
    if (this.merger !== null || front === null) return null
    return { ...orderOf(front), closesMs: closesAtMs(front, parameters) }
  }

  /** The same object as long as nothing that it says has changed. */
  finding(isEnded: boolean, parameters: FrontReach): Finding {
    const front = this.front as Front
    const [of, toMs] = isEnded ? [front, closesAtMs(front, parameters)] : [front.told, null]
    if (this.#told?.of === of && this.#told.toMs === toMs) return this.#told.finding
    const finding = isEnded ? describeEnded(front, parameters) : describeOpen(front, parameters)
    this.#told = { of, toMs, finding }
    return finding
  }
}

/** The oldest first. Both are fronts. */
export function compareTracks(a: FrontTrack, b: FrontTrack): number {
  return compareBirths(orderOf(a.front as Front), orderOf(b.front as Front))
}

function orderOf({ id, told: { bornMs } }: Front) {
  return { id, bornMs }
}
