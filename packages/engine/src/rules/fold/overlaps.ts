// Overlaps (level 1): where findings of other rules coincide in an area. A function of the set of
// findings: a change computes the overlaps of its areas again.
//
// O1  The overlaps of an area follow from the intervals and kinds of the findings that touch it.
// O2  An overlap that coincides with one of before is the same object, so it keeps its alert.
// O3  What does not change an interval is taken up at the next tick: a finding that grows stays
//     within its overlap.
// O4  While no finding cuts people off, other findings are not read: there is no overlap.
// O5  A finding that ended before retention stays a situation, with the triggers that it had, for as
//     long as an overlap needs it.

import type { Incidents } from '../../data/incidents.ts'
import { never } from '../../data/time.ts'
import { listCertainAreas } from '../families.ts'
import type {
  AlertLink,
  Certainty,
  Facts,
  Finding,
  FindingListener,
  Group,
  Measure
} from '../finding.ts'
import type { OverlapRule, SituationKind } from '../overlap-rule.ts'
import type { RuleBase } from '../rule-base.ts'
import type { FindingReader } from './finding-reader.ts'
import { pickTriggers } from './finding-triggers.ts'

const noFacts: Facts = {}

/** A finding as a situation: days from the first up to the end, which does not count. */
interface Situation {
  /** Of one that ended before retention, its triggers. (O5) */
  finding: Finding | PastFinding
  readonly kind: SituationKind
  readonly from: number
  readonly end: number
  readonly areas: readonly number[]
}

type PastFinding = Pick<Finding, 'listTriggers'>

/** `Ref`: what identifies a finding in a snapshot. */
export interface OverlapsState<Ref> {
  readonly situations: readonly (Omit<Situation, 'finding'> & {
    readonly finding: Ref | readonly number[]
  })[]
  /** Findings that have not been read. (O3, O4) */
  readonly changed: readonly Ref[]
  readonly grown: readonly Ref[]
}

interface Interval {
  readonly from: number
  end: number
  /** Day on which enough kinds coincided to escalate; 0: never. */
  escalationDay: number
  kindCount: number
}

interface Area {
  readonly situations: Set<Situation>
  /** Those that cut people off. */
  cutOffCount: number
  overlaps: Overlap[]
}

export class Overlap implements Finding {
  readonly rule: RuleBase
  readonly group: Group
  readonly isDrill: boolean
  readonly #incidents: Incidents
  startDay = 0
  endDay = never
  level = 1
  alert: AlertLink | null = null
  interval: Interval = { from: 0, end: 0, escalationDay: 0, kindCount: 0 }
  /** In order of their first day. */
  situations: readonly Situation[] = []

  constructor(rule: RuleBase, incidents: Incidents, area: string, isDrill: boolean) {
    this.rule = rule
    this.group = isDrill ? { admin1: area, drill: 'true' } : { admin1: area }
    this.isDrill = isDrill
    this.#incidents = incidents
  }

  getValue(): number {
    return this.interval.kindCount
  }

  measure(): Measure {
    return { value: this.interval.kindCount, threshold: 2, baseline: null }
  }

  listFacts(): Facts {
    const names = new Set(this.situations.map(({ kind }) => kind.name))
    return names.size === 0 ? noFacts : { situations: [...names].join(', ') }
  }

  computeCertainty(): Certainty | null {
    return null
  }

  listLevelDays(): readonly number[] {
    return [this.startDay, this.interval.escalationDay].slice(0, this.level)
  }

  listTriggers(): readonly number[] {
    return pickTriggers(
      this.#incidents,
      this.situations.map(({ finding }) => finding)
    )
  }
}

export class Overlaps implements FindingReader {
  readonly rule: OverlapRule
  readonly #incidents: Incidents
  readonly #listener: FindingListener
  /** By area, with the drill bit of keys. */
  readonly #areas = new Map<number, Area>()
  readonly #situations = new Map<Finding, Situation>()
  readonly #pastSituations = new Set<Situation>()
  /** Findings to read again: those that cut people off, others, and at the next tick. (O3, O4) */
  readonly #changedCutOffs = new Set<Finding>()
  readonly #changed = new Set<Finding>()
  readonly #grown = new Set<Finding>()
  readonly #dirtyAreas = new Set<number>()
  #cutOffCount = 0
  /** After a restore: loads the state once the findings are there. */
  #load: (() => void) | null = null

  constructor(rule: OverlapRule, incidents: Incidents, listener: FindingListener) {
    this.rule = rule
    this.#incidents = incidents
    this.#listener = listener
  }

  isInput({ pattern }: RuleBase): boolean {
    return this.rule.getKind(pattern) !== null
  }

  /** A finding is new, or has changed; or it is gone. */
  update(finding: Finding, isPresent: boolean): void {
    const known = this.#situations.get(finding)
    if (!isPresent) {
      this.#forget(finding)
      if (known !== undefined) this.#remove(finding, known)
      return
    }
    const isSameInterval =
      known !== undefined &&
      known.from === findEntryDay(finding) &&
      known.end === this.#findEnd(finding)
    const isCutOff = this.rule.getKind(finding.rule.pattern)?.cutsOff === true
    const set = isSameInterval ? this.#grown : isCutOff ? this.#changedCutOffs : this.#changed
    set.add(finding)
  }

  #forget(finding: Finding): void {
    for (const set of [this.#changedCutOffs, this.#changed, this.#grown]) set.delete(finding)
  }

  /** Computes the overlaps again that may have changed. */
  reportChanges(isTick: boolean): void {
    if (this.#load === null) this.#readChanged(isTick)
    else this.#load()
    this.#load = null
    for (const area of this.#dirtyAreas) this.#computeOverlaps(area)
    this.#dirtyAreas.clear()
  }

  #readChanged(isTick: boolean): void {
    for (const finding of this.#changedCutOffs) this.#read(finding)
    this.#changedCutOffs.clear()
    // O4
    if (this.#cutOffCount > 0) {
      for (const finding of this.#changed) this.#read(finding)
      this.#changed.clear()
    }
    if (isTick) {
      for (const finding of this.#grown) this.#read(finding)
      this.#grown.clear()
    }
  }

  #read(finding: Finding): void {
    const known = this.#situations.get(finding)
    const kind = this.rule.getKind(finding.rule.pattern)!
    const situation: Situation = {
      finding,
      kind,
      from: findEntryDay(finding),
      end: this.#findEnd(finding),
      areas: this.#listAreas(finding)
    }
    if (known !== undefined) {
      if (haveSameBounds(situation, known)) {
        for (const overlap of this.#listOverlaps(known)) this.#listener.onChanged(overlap)
        return
      }
      this.#remove(finding, known)
    }
    this.#situations.set(finding, situation)
    this.#place(situation)
  }

  #place(situation: Situation): void {
    if (situation.kind.cutsOff) this.#cutOffCount += 1
    for (const key of situation.areas) {
      const area = this.#areas.get(key) ?? { situations: new Set(), cutOffCount: 0, overlaps: [] }
      area.situations.add(situation)
      if (situation.kind.cutsOff) area.cutOffCount += 1
      this.#areas.set(key, area)
      this.#dirtyAreas.add(key)
    }
  }

  #remove(finding: Finding, situation: Situation): void {
    this.#situations.delete(finding)
    this.#displace(situation)
    for (const key of situation.areas) this.#dirtyAreas.add(key)
  }

  #displace(situation: Situation): void {
    if (situation.kind.cutsOff) this.#cutOffCount -= 1
    for (const key of situation.areas) {
      const area = this.#areas.get(key)!
      area.situations.delete(situation)
      if (situation.kind.cutsOff) area.cutOffCount -= 1
    }
  }

  #findEnd(finding: Finding): number {
    if (finding.endDay === never) return never
    return Math.max(finding.endDay, findEntryDay(finding) + this.rule.leastDays)
  }

  /**
   * The areas that a finding touches: that of its group, else those in which its incidents are for
   * certain. For a hub both: its people are cut off in all areas with hit roads.
   */
  #listAreas(finding: Finding): readonly number[] {
    const { admin1, hub } = finding.group
    const areas = new Set<number>()
    if (admin1 !== undefined) areas.add(this.#incidents.reports.names.find(admin1))
    if (admin1 === undefined || hub !== undefined)
      for (const row of finding.listTriggers())
        for (const area of listCertainAreas(this.#incidents, row)) areas.add(area)
    areas.delete(-1)
    return [...areas].map(area => area * 2 + (finding.isDrill ? 1 : 0))
  }

  #computeOverlaps(key: number): void {
    const area = this.#areas.get(key)
    if (area === undefined) return
    if (area.situations.size === 0) this.#areas.delete(key)
    if (area.overlaps.length === 0 && area.cutOffCount === 0) return // O1
    const situations = [...area.situations].sort(compareSituations)
    const before = area.overlaps
    const { today } = this.#listener
    area.overlaps = findIntervals(situations, this.rule.escalationKinds).map(interval => {
      const { from, end, escalationDay } = interval
      const index = before.findIndex(o => o.interval.from < end && from < o.interval.end)
      const overlap = index < 0 ? this.#makeOverlap(key) : before.splice(index, 1)[0]! // O2
      overlap.startDay = from
      overlap.endDay = end <= today ? end : never
      overlap.level = escalationDay === 0 ? 1 : 2
      overlap.interval = interval
      overlap.situations = situations.filter(one => isWithin(one, interval))
      this.#listener.onChanged(overlap)
      if (overlap.endDay === never && end < never)
        this.#listener.scheduleTimer({ onTimer: () => this.#dirtyAreas.add(key) }, end, 'ticks')
      return overlap
    })
    for (const overlap of before) this.#listener.onVanished(overlap)
  }

  #makeOverlap(key: number): Overlap {
    const name = this.#incidents.reports.names.getText(key >> 1)
    return new Overlap(this.rule, this.#incidents, name, key % 2 === 1)
  }

  onInputEvicted(finding: Finding): void {
    this.#forget(finding)
    const known = this.#situations.get(finding)
    if (known === undefined) return
    this.#situations.delete(finding)
    // O5
    if (this.#isNeeded(known)) {
      known.finding = makePastFinding(pickTriggers(this.#incidents, [finding]))
      this.#pastSituations.add(known)
    } else this.#displace(known)
  }

  #isNeeded(situation: Situation): boolean {
    return this.#listOverlaps(situation).length > 0
  }

  /** The overlaps that a situation is in. */
  #listOverlaps(situation: Situation): readonly Overlap[] {
    return situation.areas.flatMap(key =>
      this.#areas.get(key)!.overlaps.filter(({ interval }) => isWithin(situation, interval))
    )
  }

  /** Removes what ended before a day, except situations of an open overlap. */
  evictBefore(day: number): void {
    for (const [key, area] of this.#areas) {
      for (const overlap of area.overlaps)
        if (overlap.endDay < day) this.#listener.onEvicted(overlap)
      area.overlaps = area.overlaps.filter(({ endDay }) => endDay >= day)
      if (area.overlaps.length + area.situations.size === 0) this.#areas.delete(key)
    }
    for (const finding of this.#changed) if (this.#findEnd(finding) < day) this.#forget(finding)
    for (const [finding, situation] of this.#situations) {
      if (situation.end >= day || this.#isNeeded(situation)) continue
      this.#forget(finding)
      this.#situations.delete(finding)
      this.#displace(situation)
    }
    for (const situation of this.#pastSituations) {
      if (this.#isNeeded(situation)) continue
      this.#pastSituations.delete(situation)
      this.#displace(situation)
    }
  }

  exportState<Ref>(makeRef: (finding: Finding) => Ref): OverlapsState<Ref> {
    const live = [...this.#situations].map(([finding, one]) => ({
      ...one,
      finding: makeRef(finding)
    }))
    const past = [...this.#pastSituations].map(one => ({
      ...one,
      finding: one.finding.listTriggers()
    }))
    return {
      situations: [...live, ...past],
      changed: [...this.#changed].map(makeRef),
      grown: [...this.#grown].map(makeRef)
    }
  }

  /** Restores a state when the findings are reported for the first time. */
  restore<Ref>(state: OverlapsState<Ref>, find: (ref: Ref) => Finding | null): void {
    const findAll = (refs: readonly Ref[]) => refs.map(find).filter(finding => finding !== null)
    this.#load = () => {
      for (const set of [this.#changedCutOffs, this.#changed, this.#grown]) set.clear()
      for (const finding of findAll(state.changed)) this.#changed.add(finding)
      for (const finding of findAll(state.grown)) this.#grown.add(finding)
      for (const { finding: stored, ...situation } of state.situations) {
        if (Array.isArray(stored)) {
          const past = { ...situation, finding: makePastFinding(stored) }
          this.#pastSituations.add(past)
          this.#place(past)
          continue
        }
        const finding = find(stored as Ref)
        if (finding === null) continue
        const live = { ...situation, finding }
        this.#situations.set(finding, live)
        this.#place(live)
      }
    }
  }

  clear(): readonly Overlap[] {
    return [...this.listFindings()]
  }

  *listFindings(): Generator<Overlap> {
    for (const { overlaps } of this.#areas.values()) yield* overlaps
  }
}

function makePastFinding(rows: readonly number[]): PastFinding {
  return { listTriggers: () => rows }
}

function haveSameBounds(a: Situation, b: Situation): boolean {
  if (a.from !== b.from || a.end !== b.end || a.areas.length !== b.areas.length) return false
  return a.areas.every((area, i) => area === b.areas[i])
}

function isWithin({ from, end }: Situation, interval: Interval): boolean {
  return from < interval.end && end > interval.from
}

function findEntryDay(finding: Finding): number {
  return finding.listLevelDays()[0] ?? finding.startDay
}

function compareSituations(a: Situation, b: Situation): number {
  return a.from - b.from || a.end - b.end || (a.kind.name < b.kind.name ? -1 : 1)
}

/**
 * The intervals in which a situation that cuts people off coincides with one that does not, until
 * fewer than two kinds are left. On one day, ends come before beginnings. (O1)
 */
function findIntervals(situations: readonly Situation[], escalationKinds: number): Interval[] {
  const beginning = situations.filter(({ from, end }) => end > from)
  const ending = beginning.toSorted((a, b) => a.end - b.end)
  const present = new PresentKinds()
  const intervals: Interval[] = []
  let open: Interval | null = null
  for (let [b, e] = [0, 0]; e < ending.length; ) {
    const day = Math.min(beginning[b]?.from ?? never, ending[e]!.end)
    while (ending[e]?.end === day) present.count(ending[e++]!.kind, -1)
    while (beginning[b]?.from === day) present.count(beginning[b++]!.kind, 1)
    const kindCount = present.byName.size
    if (open !== null && kindCount < 2) {
      open.end = day
      open = null
    }
    if (open === null && present.cutOffs > 0 && present.others > 0) {
      open = { from: day, end: never, escalationDay: 0, kindCount }
      intervals.push(open)
    }
    if (open === null) continue
    open.kindCount = Math.max(open.kindCount, kindCount)
    if (kindCount >= escalationKinds) open.escalationDay ||= day
  }
  return intervals
}

/** The situations that are there on a day, in numbers. */
class PresentKinds {
  readonly byName = new Map<string, number>()
  cutOffs = 0
  others = 0

  count({ name, cutsOff }: SituationKind, change: 1 | -1): void {
    if (cutsOff) this.cutOffs += change
    else this.others += change
    const left = (this.byName.get(name) ?? 0) + change
    if (left === 0) this.byName.delete(name)
    else this.byName.set(name, left)
  }
}
