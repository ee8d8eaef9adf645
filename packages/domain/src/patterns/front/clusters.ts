// Incremental ST-DBSCAN that can go back: an attack with enough neighbours is a core, cores that
// are neighbours are one front. Each attack is a step. To change one, the later steps that can see
// it are undone, and done again in order; the others stay.

import { exactly } from '../../fold/exact-lists.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { type Handling, maySee, stricter } from '../../report/handling.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { compareRows, type FoldPlace } from '../episode/late-rows.ts'
import { SpaceTimeGrid } from '../episode/space-time-grid.ts'
import {
  born,
  closesAtMs,
  type Density,
  type Front,
  type FrontReach,
  joined,
  strictestOf
} from './front-story.ts'
import {
  compareTracks,
  type FrontRow,
  FrontTrack,
  isSameCause,
  Member,
  type TrackStep
} from './members.ts'

export class Clusters {
  readonly #parameters: FrontReach
  readonly #apartMs: number
  readonly #grid: SpaceTimeGrid<Member>
  readonly #changed: (track: FrontTrack) => void
  /** Fronts that would have ended at this moment have ended, whatever comes. */
  endedByMs = Number.NEGATIVE_INFINITY
  #looks = 0
  /** What was found near the attack that was searched last, as long as nothing comes or goes. */
  #found: { readonly row: FrontRow; readonly near: readonly Member[] } | null = null
  /** None that ever was here was stricter. */
  #strictest: Handling = 'public'

  /** `changed` is told of each front that grew, merged, or is as before again. */
  constructor(parameters: FrontReach, changed: (track: FrontTrack) => void) {
    this.#parameters = parameters
    this.#apartMs = parameters.epsilonDays * dayMs
    this.#grid = new SpaceTimeGrid(parameters.epsilonKm, this.#apartMs)
    this.#changed = changed
  }

  add(member: Member): void {
    for (const { incident } of member.rows)
      this.#strictest = stricter(this.#strictest, incident.handling)
    this.#grid.add(member)
    this.#found = null
  }

  forget(member: Member): void {
    this.#grid.remove(member)
    this.#found = null
  }

  /** All neighbours of a member, itself included. */
  near(member: Member): Member[] {
    return this.#grid.near(member, this.#apartMs)
  }

  /** The neighbours of an attack that is no member yet. */
  #nearRow(row: FrontRow): readonly Member[] {
    if (this.#found?.row !== row) this.#found = { row, near: this.#grid.near(row, this.#apartMs) }
    return this.#found.near
  }

  /**
   * Undoes the steps from a place in the fold on that can see what changes: all of them of `gone`,
   * those near `come`, and what these led to. Gives them in no particular order.
   */
  undo(from: FoldPlace, gone: readonly FrontRow[], come: readonly FrontRow[]): FrontRow[] {
    this.#looks += 1
    const undone: FrontRow[] = []
    const tracks = new Set<FrontTrack>()
    const open: Member[] = []
    const look = (member: Member) => {
      if (member.looked === this.#looks) return
      member.looked = this.#looks
      open.push(member)
    }
    const isLate = (row: FoldPlace | undefined) => row !== undefined && compareRows(row, from) >= 0
    const follow = (track: FrontTrack) => {
      if (tracks.has(track)) return
      tracks.add(track)
      for (let i = track.steps.length - 1; i >= 0; i--) {
        const { row, merged } = track.steps[i] as TrackStep
        if (!isLate(row)) return
        look(row.member as Member)
        for (const other of merged) follow(other)
      }
    }
    const reach = (member: Member) => {
      if (member.reached === this.#looks) return
      member.reached = this.#looks
      // A core of before: whatever changes near it is in its front. Its own part does not change.
      const isSettled =
        member.coreSince !== null && !isLate(member.coreSince) && member.front !== null
      if (isSettled) follow((member.front as FrontTrack).root)
      if (
        isLate(member.rows.at(-1)) ||
        (!isSettled && member.toMs > from.fromMs - 2 * this.#apartMs)
      )
        look(member)
    }
    for (const row of gone) look(row.member as Member)
    for (const row of come) for (const member of this.#nearRow(row)) reach(member)
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      const near = this.near(member)
      let count = 0
      while (isLate(member.rows.at(-1))) {
        undone.push(member.rows.pop() as FrontRow)
        count += 1
      }
      if (count > 0) {
        for (const other of near) other.neighbours -= count
        if (member.front !== null) follow(member.front.root)
        if (member.rows.length === 0) this.forget(member)
      }
      for (const other of near) if (other !== member) reach(other)
    }
    this.#takeBack(tracks, isLate)
    for (const row of undone) row.member = null
    return undone
  }

  /** Takes back the steps of these fronts. */
  #takeBack(tracks: ReadonlySet<FrontTrack>, isLate: (row: FoldPlace) => boolean): void {
    for (const track of tracks) {
      for (
        let step = track.steps.at(-1);
        step !== undefined && isLate(step.row);
        step = track.steps.at(-1)
      ) {
        track.steps.pop()
        step.row.before = step
        for (const member of step.claimed) {
          member.front = null
          member.claimedBy = null
        }
        for (const member of step.cores) member.coreSince = null
        for (const other of step.merged) {
          other.merger = null
          this.#changed(other)
        }
        this.#changed(track)
      }
    }
  }

  /** The next attack in order of the fold, among those that it can see. */
  step(row: FrontRow): void {
    let near = this.#nearRow(row)
    // Without a distance in time, what ended as it begins is none.
    if (this.#apartMs === 0) near = near.filter(member => member.toMs > row.fromMs)
    let count = 1
    let hasCores = false
    for (const member of near) {
      member.neighbours += 1
      count += member.rows.length
      hasCores ||= member.isCore
    }
    const self = new Member(row, count)
    row.member = self
    this.#strictest = stricter(this.#strictest, row.incident.handling)
    if (hasCores || self.isCore) this.#claim(row, self, near)
    row.before = null
    const twin = near.find(member => isTwin(member, self))
    if (twin === undefined) this.add(self)
    else {
      twin.rows.push(row)
      row.member = twin
    }
  }

  /** An attack that is, or has, a core near it: it makes a front, joins one, or merges several. */
  #claim(row: FrontRow, self: Member, near: readonly Member[]): void {
    const cores = near.filter(member => member.isCore)
    if (self.isCore) cores.push(self)
    const fresh: Member[] = []
    let densest = 0
    for (const core of cores) {
      if (core.neighbours > densest) densest = core.neighbours
      if (core === self || core.neighbours === core.needed) fresh.push(core)
    }
    const component = this.#takenIn(row, self, near, fresh)
    // Cores connect fronts, border members do not. A border member of several fronts joins that of
    // its oldest core.
    const touched: FrontTrack[] = []
    for (const { isCore, front } of fresh.length === 0 ? [oldestOf(cores)] : component) {
      if (!isCore || front === null) continue
      const { root } = front
      if (!touched.includes(root) && this.#isOpenAt(root, row)) touched.push(root)
    }
    if (touched.length > 1) touched.sort(compareTracks)
    const claimed = exactly(component.filter(member => member.front === null))
    const told = touched[0]?.front?.told
    const handling = told?.handling ?? 'public'
    const isDenser = told === undefined || densest > told.densest
    const strictest =
      isDenser && !maySee(handling, this.#strictest)
        ? this.#strictestNear(row, cores, densest)
        : null
    const hidden = strictest !== null && maySee(handling, strictest.handling) ? null : strictest
    const step = this.#grown(row, touched, { claimed, cores: exactly(fresh) }, { densest, hidden })
    const { track, merged } = step
    for (const member of claimed) {
      member.front = track
      member.claimedBy = row
    }
    for (const core of fresh) core.coreSince = row
    for (const other of merged) {
      other.merger = { into: track, row }
      this.#changed(other)
    }
    track.steps.push(step)
    this.#changed(track)
  }

  /** Members that became cores just now take in their neighbours; earlier cores already have. */
  #takenIn(
    row: FrontRow,
    self: Member,
    near: readonly Member[],
    fresh: readonly Member[]
  ): readonly Member[] {
    const own = self.isCore ? [self, ...near] : [self]
    if (fresh.length === (self.isCore ? 1 : 0)) return own
    const afterMs = row.fromMs - 2 * this.#apartMs
    const all = new Set(own)
    for (const core of fresh) {
      if (core === self) continue
      all.add(core)
      for (const member of this.near(core)) if (member.toMs > afterMs) all.add(member)
    }
    return [...all]
  }

  /** The first of the strictest near the densest cores. */
  #strictestNear(row: FrontRow, cores: readonly Member[], densest: number): Incident {
    const near = new Set([row])
    for (const core of cores)
      if (core.neighbours === densest)
        for (const member of this.near(core)) for (const other of member.rows) near.add(other)
    return strictestOf([...near].map(({ incident }) => incident).sort(compareIncidents))
  }

  #grown(
    row: FrontRow,
    touched: readonly FrontTrack[],
    { claimed, cores }: Pick<TrackStep, 'claimed' | 'cores'>,
    density: Density
  ): TrackStep {
    const attacks = claimed.length === 1 ? [row] : claimed.flatMap(member => member.rows)
    if (attacks.length > 1) attacks.sort((a, b) => compareIncidents(a.incident, b.incident))
    let threshold = Number.POSITIVE_INFINITY
    for (const { isCore, needed } of claimed) if (isCore && needed < threshold) threshold = needed
    const from = touched.map(track => track.front as Front)
    const cause = { from, attacks, densest: density.densest, hidden: density.hidden, threshold }
    const [eldest, ...merged] = touched
    const { before } = row
    // Done again with the same outcome: the same objects, so that nothing is told anew.
    if (
      before !== null &&
      isSameCause(before.cause, cause) &&
      (eldest === undefined || before.track === eldest)
    )
      return { row, cause, state: before.state, track: before.track, merged, claimed, cores }
    const state =
      eldest === undefined
        ? born(attacks, row.incident, threshold, density)
        : joined(from, attacks, row.incident, density)
    return { row, cause, state, track: eldest ?? new FrontTrack(), merged, claimed, cores }
  }

  #isOpenAt(track: FrontTrack, row: FrontRow): boolean {
    const { front } = track
    return (
      front !== null && closesAtMs(front, this.#parameters) > Math.max(row.fromMs, this.endedByMs)
    )
  }
}

function oldestOf(cores: readonly Member[]): Member {
  return cores.reduce((oldest, core) => (compareRows(core.first, oldest.first) < 0 ? core : oldest))
}

function isTwin(member: Member, self: Member): boolean {
  return (
    member.fromMs === self.fromMs &&
    member.toMs === self.toMs &&
    member.needed === self.needed &&
    member.neighbours === self.neighbours &&
    member.front?.root === self.front?.root &&
    member.points.length === self.points.length &&
    member.points.every(
      ({ lat, lon }, i) => lat === self.points[i]?.lat && lon === self.points[i]?.lon
    )
  )
}
