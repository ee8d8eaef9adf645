// The executor of a scan rule: it takes incidents to the world of real reports or to that of drills,
// and reports their situations as findings.

import type { Incidents } from '../../data/incidents.ts'
import { never } from '../../data/time.ts'
import { flag } from '../../data/vocabulary.ts'
import type { FindingListener, Group } from '../finding.ts'
import type { ScanRule } from '../scan-rule.ts'
import { baseDays, epochDays, gapDays, windowDays } from '../significance/method.ts'
import { Situation, type Step } from '../significance/situations.ts'
import type { SpaceFold } from '../space-fold.ts'
import { Crowds } from './crowds.ts'
import type { Point, ReportSpot } from './report-index.ts'
import { ScanWorld, type WorldCheckpoint } from './scan-world.ts'
import { SituationFinding } from './situation-finding.ts'

/** Days before the cut-off that an incident may still change: it may have reports of both sides. */
const frozenMargin = 30
/** Days before the cut-off whose incidents a scan reads. */
export const scanReachDays = frozenMargin + epochDays + gapDays + baseDays + windowDays
/** Reports scored between two pauses. */
const reportsPerStep = 64
/** Sites agree to five decimals: of their points the first one stays. */
const pointScale = 1e5

interface StoredSituation {
  readonly steps: readonly Step[]
  readonly evictedCount: number
  readonly evictedGroup: Group | null
}

interface StoredWorld extends WorldCheckpoint {
  readonly situations: readonly StoredSituation[]
}

/** The states of the days before the frozen day: those of later days are computed again. */
export type ScanCheckpoint = readonly StoredWorld[]

export class Scan implements SpaceFold {
  readonly rule: ScanRule
  readonly #incidents: Incidents
  /** The real reports, and those of drills. */
  readonly #worlds: readonly ScannedReports[]

  constructor(incidents: Incidents, rule: ScanRule, listener: FindingListener) {
    this.rule = rule
    this.#incidents = incidents
    this.#worlds = [false, true].map(
      isDrill => new ScannedReports(incidents, rule, listener, isDrill)
    )
  }

  add(row: number): void {
    const spot = this.#readSpot(row)
    if (spot !== null) this.#getWorld(row).add(row, spot)
  }

  #getWorld(row: number): ScannedReports {
    const isDrill = (this.#incidents.columns.flags[row]! & flag.drill) !== 0
    return this.#worlds[isDrill ? 1 : 0]!
  }

  /** Null for an incident that the rule does not see. */
  #readSpot(row: number): ReportSpot | null {
    const { rule } = this
    const { columns, otherPlaces, sites } = this.#incidents
    if (!rule.includes(this.#incidents, row)) return null
    const others = otherPlaces.size === 0 ? [] : (otherPlaces.get(row) ?? [])
    const used = [{ site: columns.site[row]!, km: columns.km[row]! }, ...others]
      .filter(({ site, km }) => site >= 0 && km <= rule.pointKm)
      .map(({ site }) => site)
    if (used.length === 0) return null
    const points = [...new Set(used)].map(site => ({
      lat: Math.round(sites.lat[site]! * pointScale) / pointScale,
      lon: Math.round(sites.lon[site]! * pointScale) / pointScale
    }))
    return { day: columns.fromDay[row]!, points }
  }

  remove(row: number): void {
    for (const world of this.#worlds) world.remove(row)
  }

  reportChanges(): void {
    for (const world of this.#worlds) world.reportChanges()
  }

  reportOne(): boolean {
    return this.#worlds.some(world => world.scoreSome())
  }

  clear(): readonly SituationFinding[] {
    return this.#worlds.flatMap(world => world.clear())
  }

  evict(rows: readonly number[]): void {
    for (const world of this.#worlds) world.evict(rows)
  }

  evictBefore(day: number): void {
    for (const world of this.#worlds) world.evictBefore(day)
  }

  *listFindings(): Generator<SituationFinding> {
    for (const world of this.#worlds) yield* world.listFindings()
  }

  findFinding(row: number): SituationFinding | null {
    return this.#worlds.map(world => world.findFinding(row)).find(found => found !== null) ?? null
  }

  exportCheckpoint(cutOffDay: number): ScanCheckpoint {
    return this.#worlds.map(world => world.exportCheckpoint(cutOffDay))
  }

  loadCheckpoint(incidents: readonly number[], checkpoint: ScanCheckpoint): void {
    const spots = incidents.flatMap(row => {
      const spot = this.#readSpot(row)
      return spot === null ? [] : [[row, spot] as const]
    })
    for (const [i, world] of this.#worlds.entries()) {
      const own = spots.filter(([row]) => this.#getWorld(row) === world)
      world.loadCheckpoint(own, checkpoint[i]!)
    }
  }
}

/** A world with its findings, and the changes of one record. */
class ScannedReports {
  readonly #world: ScanWorld
  readonly #crowds: Crowds
  readonly #incidents: Incidents
  readonly #rule: ScanRule
  readonly #listener: FindingListener
  readonly #isDrill: boolean
  /** By the row that raised the situation: it is not used again while an alert names it. */
  #findings = new Map<number, SituationFinding>()
  /** Removed by the current record. Most come again as they were. */
  readonly #removed = new Set<number>()
  /** Rows whose reports have changed in what does not concern the scan. */
  readonly #rewritten = new Set<number>()
  #isRestored = false

  constructor(incidents: Incidents, rule: ScanRule, listener: FindingListener, isDrill: boolean) {
    this.#incidents = incidents
    this.#rule = rule
    this.#listener = listener
    this.#isDrill = isDrill
    this.#crowds = new Crowds(incidents)
    this.#world = new ScanWorld(rule.budget, row => incidents.reports.ids[row]!)
  }

  get #frozenDay(): number {
    return this.#listener.cutOffDay - frozenMargin
  }

  add(row: number, spot: ReportSpot): void {
    if (this.#isInCrowd(row)) this.#crowds.add(row, spot)
    else this.#count(row, spot)
  }

  #isInCrowd(row: number): boolean {
    return (this.#incidents.columns.flags[row]! & flag.crowd) !== 0
  }

  #count(row: number, spot: ReportSpot): void {
    const world = this.#world
    if (this.#removed.delete(row)) {
      if (this.#isAt(row, spot)) {
        this.#rewritten.add(row)
        return
      }
      world.remove(row)
    }
    world.add(row, spot)
  }

  #isAt(row: number, { day, points }: ReportSpot): boolean {
    const { index } = this.#world
    const before = index.listPoints(row)
    const isSame = ({ lat, lon }: Point, i: number) =>
      lat === points[i]!.lat && lon === points[i]!.lon
    return index.getDay(row) === day && before.length === points.length && before.every(isSame)
  }

  remove(row: number): void {
    this.#crowds.remove(row)
    this.#drop(row)
  }

  #drop(row: number): void {
    if (this.#world.index.has(row)) this.#removed.add(row)
  }

  scoreSome(): boolean {
    this.#prepare()
    return this.#world.scoreSome(reportsPerStep, this.#frozenDay)
  }

  #prepare(): void {
    this.#crowds.settle(
      (row, spot) => this.#count(row, spot),
      row => this.#drop(row)
    )
    for (const row of this.#removed) this.#world.remove(row)
    this.#removed.clear()
    this.#world.setFirstDay(this.#listener.earliestDay)
  }

  reportChanges(): void {
    this.#prepare()
    const touched = this.#world.refresh(this.#frozenDay)
    if (touched.size + this.#rewritten.size === 0 && !this.#isRestored) return
    const changed = this.#updateFindings(touched)
    const rewritten = [...this.#rewritten]
    for (const finding of this.#findings.values()) {
      const { members } = finding.situation
      if (this.#isRestored || rewritten.some(row => members.has(row))) changed.add(finding)
    }
    this.#rewritten.clear()
    this.#isRestored = false
    for (const finding of changed) this.#report(finding)
  }

  /** Gives the situations their findings. Returns those that have changed. */
  #updateFindings(touched: ReadonlySet<Situation>): Set<SituationFinding> {
    const changed = new Set<SituationFinding>()
    if (touched.size === 0) return changed
    const before = this.#findings
    this.#findings = new Map()
    for (const situation of this.#world.situations.all) {
      const { row } = situation.first
      const finding = before.get(row) ?? this.#makeFinding(situation)
      before.delete(row)
      finding.situation = situation
      this.#findings.set(row, finding)
      if (touched.has(situation)) changed.add(finding)
    }
    for (const [row, finding] of before) this.#removeFinding(row, finding)
    return changed
  }

  #makeFinding(situation: Situation, evictedGroup: Group | null = null): SituationFinding {
    const finding = new SituationFinding(
      this.#rule,
      this.#incidents,
      situation,
      this.#isDrill,
      evictedGroup
    )
    finding.onTimer = () => {
      const isCurrent = this.#findings.get(finding.situation.first.row) === finding
      if (isCurrent && this.#listener.today > finding.lastOpenDay) this.#report(finding)
    }
    return finding
  }

  /** What had raised the situation joins another one now, or is no trigger. */
  #removeFinding(row: number, finding: SituationFinding): void {
    for (const into of this.#findings.values())
      if (into.situation.steps.some(({ trigger }) => trigger.row === row)) {
        this.#listener.onMerged(finding, into)
        return
      }
    this.#listener.onVanished(finding)
  }

  #report(finding: SituationFinding): void {
    finding.setTime(this.#listener.today)
    this.#listener.onChanged(finding)
    const timerDay = finding.lastOpenDay + 1
    if (finding.endDay !== never || finding.timerDay === timerDay) return
    finding.timerDay = timerDay
    this.#listener.scheduleTimer(finding, timerDay, 'ticks')
  }

  clear(): readonly SituationFinding[] {
    const found = [...this.#findings.values()]
    this.#findings.clear()
    return found
  }

  evict(rows: readonly number[]): void {
    const world = this.#world
    for (const row of rows) {
      this.#crowds.evict(row)
      if (!world.index.has(row)) continue
      world.evict(row)
      for (const finding of this.#findings.values()) {
        const { situation } = finding
        if (situation.first.row === row) finding.keepGroup()
        situation.evictMember(row)
      }
    }
  }

  /** Removes situations whose triggers are all before a day. */
  evictBefore(day: number): void {
    const { situations } = this.#world
    this.#world.evictEpochsBefore(day)
    for (const [row, finding] of this.#findings) {
      if (finding.situation.last.trigger.day >= day) continue
      this.#findings.delete(row)
      this.#listener.onEvicted(finding)
    }
    situations.all = situations.all.filter(({ last }) => last.trigger.day >= day)
  }

  listFindings(): Iterable<SituationFinding> {
    return this.#findings.values()
  }

  /** Finds a finding by its last trigger. */
  findFinding(row: number): SituationFinding | null {
    for (const finding of this.#findings.values())
      if (finding.situation.last.trigger.row === row) return finding
    return null
  }

  exportCheckpoint(cutOffDay: number): StoredWorld {
    const frozenDay = cutOffDay - frozenMargin
    const situations = [...this.#findings.values()]
      .filter(({ situation }) => situation.first.day < frozenDay)
      .map(({ situation, evictedGroup }) => ({
        steps: situation.steps.filter(({ trigger }) => trigger.day < frozenDay),
        evictedCount: situation.evictedCount,
        evictedGroup
      }))
    return { ...this.#world.exportCheckpoint(frozenDay), situations }
  }

  loadCheckpoint(
    spots: readonly (readonly [row: number, spot: ReportSpot])[],
    { situations, ...checkpoint }: StoredWorld
  ): void {
    const world = this.#world
    const counted = spots.filter(([row]) => !this.#isInCrowd(row))
    for (const [row, spot] of spots) if (this.#isInCrowd(row)) this.#crowds.add(row, spot)
    this.#crowds.settle(
      (row, spot) => counted.push([row, spot]),
      () => {}
    )
    world.loadCheckpoint(counted, checkpoint)
    const restored = situations.map(({ steps, evictedCount, evictedGroup }) => {
      const situation = new Situation()
      situation.replay(steps)
      situation.evictedCount = evictedCount
      this.#findings.set(situation.first.row, this.#makeFinding(situation, evictedGroup))
      return situation
    })
    world.situations.restore(restored)
    this.#isRestored = true
  }
}
