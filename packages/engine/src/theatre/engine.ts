// The engine of a theatre at one handling level: it applies records in order, and informs a
// publisher which findings they changed. A function of the records alone: no clock, no chance.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { Cause } from '../alerts/event-chain.ts'
import { Assembly } from '../assembly/assembly.ts'
import type { IncidentEvents } from '../assembly/incident-events.ts'
import { Incidents } from '../data/incidents.ts'
import { Reports } from '../data/reports.ts'
import { convertToDay, never, parseEndMs, parseMs } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import { DayView, type InputEpisode, type InputScopes } from '../rules/day-view.ts'
import { listCertainAreas } from '../rules/families.ts'
import type { Finding, FindingListener, RuleClock, Timer } from '../rules/finding.ts'
import { Clusters } from '../rules/fold/clusters.ts'
import { Episode } from '../rules/fold/episode.ts'
import type { FindingReader } from '../rules/fold/finding-reader.ts'
import { Overlaps } from '../rules/fold/overlaps.ts'
import type { DayRule } from '../rules/rule.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { Scan } from '../rules/scan/scan.ts'
import type { SpaceFold } from '../rules/space-fold.ts'
import { FindingFold } from './finding-fold.ts'
import { listDayRules, type RuleSet } from './rule-set.ts'
import { ScopeIndex } from './scope-index.ts'
import { Timers } from './timers.ts'
import { UnheardDays, type UnheardSpans, Watermark, type WatermarkState } from './watermark.ts'

/** Incidents that new rules get between two pauses. */
export const incidentsPerStep = 16

/** Publishes findings as alerts: the alert book. */
export interface FindingPublisher {
  /** The current record corrects or withdraws a report. */
  isCorrecting: boolean
  /** The current record is old news, or a change of rules or engine: it does not page. */
  isQuiet: boolean
  onChanged(finding: Finding): void
  onVanished(finding: Finding): void
  onEvicted(finding: Finding): void
  onMerged(from: Finding, into: Finding): void
  namesOpenly(incident: number): boolean
  /** Called once all rules have folded. */
  publishChanges(cause: Cause, today: number, watermarkDay: number, isTick: boolean): void
}

/** Why a record was ignored. */
export type IgnoredReason =
  | 'tick-not-later'
  | 'beyond-window'
  | 'report-withdrawn'
  | 'older-revision'
  /** Another officer declared the same reports first, or the maximum of pairs is reached. */
  | 'declared-otherwise'
  | 'repeated'
  | 'unusable-rule'

export interface EngineOptions {
  readonly retentionDays?: number
}

/** Clocks and limits of an engine, for a copy or a snapshot. */
export interface EngineState
  extends Pick<Engine, 'today' | 'nowMs' | 'cutOffDay' | 'earliestDay' | 'retentionDays'> {
  readonly watermark: WatermarkState
  readonly unheard: UnheardSpans
}

/** What ends, begins and is evicted. */
export type IncidentWatcher = Pick<IncidentEvents, 'addBegun' | 'addEnded' | 'evict'>

type ReportReceived = Extract<TheatreRecord, { readonly type: 'report.received' }>

export class Engine implements FindingListener {
  rules: RuleSet
  readonly reports: Reports
  readonly incidents: Incidents
  readonly assembly: Assembly
  readonly index: ScopeIndex
  clusters: readonly SpaceFold[] = []
  /** Level 1: they read the findings of other rules. */
  findingReaders: readonly FindingReader[] = []
  readonly watermark = new Watermark()
  readonly unheard = new UnheardDays()
  /** R: reports can change for as many days. */
  retentionDays: number
  /** Findings of rules that are still warming: they are not published. */
  readonly warming = new Set<Finding>()
  /** The last tick, as a day and in ms. */
  today = 0
  nowMs = 0
  /** Incidents and states of earlier days can no longer change. */
  cutOffDay = 0
  /** While a frozen report is hidden: its day, before the cut-off, is folded again. */
  redactedDay: number | null = null
  /** First day by which something had occurred: an interval may begin anywhere in the past. */
  earliestDay = never
  readonly #publisher: FindingPublisher
  /** Rules that only other rules read. */
  #unpublished: ReadonlySet<RuleBase> = new Set()
  readonly #timers = { ticks: new Timers(), watermark: new Timers() }
  readonly #view: DayView
  /** By pattern: the day rules that read its episodes. */
  #readers = new Map<string, DayRule[]>()
  /** The episodes that they read, with the areas that are certain. */
  readonly #readEpisodes = new Map<Episode, ReadonlySet<number>>()
  /** Receives which incidents ended and began; null without a reader. */
  incidentEvents: IncidentWatcher | null = null
  readonly #onEnded = (incident: number) => this.#removeIncident(incident)
  readonly #onBegun = (incident: number) => this.#addIncident(incident)

  /** `makePublisher` gets the incidents that findings name. */
  constructor(
    rules: RuleSet,
    makePublisher: (incidents: Incidents) => FindingPublisher,
    options: EngineOptions & { readonly theatre?: string } = {}
  ) {
    const incidents = new Incidents(new Reports())
    this.rules = rules
    this.incidents = incidents
    this.reports = incidents.reports
    this.reports.theatre = options.theatre ?? null
    this.assembly = new Assembly(incidents)
    this.#publisher = makePublisher(incidents)
    this.retentionDays = options.retentionDays ?? defaultRetentionDays
    const view = new DayView(incidents)
    view.listInputs = (patterns, from, to, scopes) => this.#listInputs(patterns, from, to, scopes)
    view.countUnheardDays = (from, to) => this.unheard.count(from, to)
    this.#view = view
    this.index = new ScopeIndex(incidents, listDayRules(rules), view, this)
    this.#setRules(rules)
  }

  #isLevel0(rule: RuleBase): boolean {
    const readsEpisodes = 'inputPatterns' in rule && rule.inputPatterns !== undefined
    const readsFindings = 'getKind' in rule || 'readsFindingsOf' in rule || readsEpisodes
    return (
      !readsFindings &&
      this.rules.overlapRules.every(one => !one.ownRules.some(own => own === rule))
    )
  }

  /** Sets the rules of all kinds but the scopes of day rules. Those that stay keep what they found. */
  #setRules(rules: RuleSet): void {
    const { clusters, findingReaders, incidents } = this
    this.rules = rules
    const findClusters = (rule: RuleBase) => clusters.find(one => one.rule === rule)
    this.clusters = [
      ...rules.clusterRules.map(rule => findClusters(rule) ?? new Clusters(incidents, rule, this)),
      ...rules.scanRules.map(rule => findClusters(rule) ?? new Scan(incidents, rule, this))
    ]
    const findReader = (rule: RuleBase) => findingReaders.find(one => one.rule === rule)
    this.findingReaders = [
      ...rules.overlapRules.map(rule => findReader(rule) ?? new Overlaps(rule, incidents, this)),
      ...rules.findingsRules.map(
        rule =>
          findReader(rule) ?? new FindingFold(rule, incidents, this, input => this.#isLevel0(input))
      )
    ]
    this.#unpublished = new Set(rules.overlapRules.flatMap(rule => rule.ownRules))
    this.#readers = new Map()
    for (const rule of rules.dayRules)
      for (const pattern of rule.inputPatterns ?? [])
        this.#readers.set(pattern, [...(this.#readers.get(pattern) ?? []), rule])
    this.#readEpisodes.clear()
    for (const { rule, episodes } of this.index.listTracks())
      if (this.#readers.has(rule.pattern)) for (const episode of episodes) this.#noteRead(episode)
  }

  listIncidents(): readonly number[] {
    const rows: number[] = []
    for (let row = 0; row < this.reports.rowCount; row++)
      if (this.assembly.findIncident(row) === row) rows.push(row)
    return rows
  }

  /**
   * Replaces the rules. The findings of rules that are gone are forgotten without a word to the
   * publisher, and those of new rules are found in these incidents. Yields between steps.
   */
  *changeRules(rules: RuleSet, incidents: readonly number[]): Generator<void> {
    const { clusters: earlierClusters, findingReaders: earlierReaders } = this
    const [before, after] = [listDayRules(this.rules), listDayRules(rules)]
    const added = after.filter(rule => !before.includes(rule))
    this.#setRules(rules)
    for (const rule of before) if (!after.includes(rule)) this.#forget(this.index.removeRule(rule))
    for (const one of earlierClusters) if (!this.clusters.includes(one)) this.#forget(one.clear())
    for (const one of earlierReaders)
      if (!this.findingReaders.includes(one)) this.#forget(one.clear())
    const clusters = this.clusters.filter(one => !earlierClusters.includes(one))
    const readers = this.findingReaders.filter(one => !earlierReaders.includes(one))
    for (const finding of [...this.listFindings()])
      for (const one of readers) if (one.isInput(finding.rule)) one.update(finding, true)
    const addToScopes = this.index.addRules(added)
    for (const [i, row] of incidents.entries()) {
      addToScopes(row)
      for (const one of clusters) one.add(row)
      if (i % incidentsPerStep === 0) yield
    }
    // Rules that read episodes come after those that find them.
    yield* this.index.foldAdded(added.filter(rule => rule.inputPatterns === undefined))
    for (const one of clusters) while (one.reportOne()) yield
    yield* this.index.foldAdded(added.filter(rule => rule.inputPatterns !== undefined))
    this.#foldRules(true)
  }

  #forget(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.warming.delete(finding)
      this.#informReaders(finding, false)
    }
  }

  get watermarkDay(): number {
    return this.watermark.day
  }

  /** Returns the reason of an ignored record; else null. */
  apply(record: TheatreRecord): IgnoredReason | null {
    switch (record.type) {
      case 'report.received':
        return this.#receive(record)
      case 'report.withdrawn':
        return this.#withdraw(record)
      case 'clock.ticked':
        return this.#tick(Date.parse(record.data.to), record, record.data.gap)
      // Backwards it is ignored: the theatre is folded again. The clock may have stopped before.
      case 'clock.set':
        return this.#tick(Date.parse(record.data.to), record, true)
      case 'source.configured':
        return this.#configureSource(record)
      case 'pair.declared':
        return this.#declarePairs(record)
      default:
        return null
    }
  }

  #receive(record: ReportReceived): IgnoredReason | null {
    const report = record.data
    const toDay = convertToDay(parseEndMs(report.occurred.to))
    if (this.#isOld(toDay) || this.#isFrozen(this.reports.rowById.get(report.reportId))) {
      this.reports.recordCount += 1
      return this.#tighten(report, record) ? null : 'beyond-window'
    }
    const row = this.reports.acceptRevision(report)
    this.#recordSource(report)
    if (row < 0) {
      if (toDay < this.earliestDay) this.#publish(record, false, report.lane, toDay)
      return this.reports.withdrawn.has(report.reportId) ? 'report-withdrawn' : 'older-revision'
    }
    const wasPresent = this.reports.columns.present[row] === 1
    if (wasPresent) this.assembly.remove(row)
    this.reports.write(row, report)
    if (this.reports.columns.present[row] === 1) this.assembly.add(row)
    this.#publish(record, wasPresent, report.lane, toDay)
    return null
  }

  /** Of a revision beyond retention, a stricter handling counts while an open alert names the report. */
  #tighten({ reportId, handling, reportedAt }: ReportRevision, cause: Cause): boolean {
    const { columns, rowById } = this.reports
    const row = rowById.get(reportId)
    const rank = handlings.indexOf(handling)
    if (row === undefined || rank <= columns.handling[row]! || !this.#isNamed(row)) return false
    if (parseMs(reportedAt) < columns.reportedMs[row]!) return false
    columns.handling[row] = rank
    this.assembly.refresh(row)
    this.#publish(cause, true)
    return true
  }

  /** True for a present report of an incident that an open alert names. */
  #isNamed(row: number): boolean {
    const isPresent = this.reports.columns.present[row] === 1
    return isPresent && this.#publisher.namesOpenly(this.assembly.findIncident(row))
  }

  /** Also for an outdated revision: it would have counted had it come first. */
  #recordSource({ sourceId, occurred, reportedAt }: ReportRevision): void {
    const source = this.reports.names.intern(sourceId)
    this.watermark.recordReport(source, parseEndMs(occurred.to), parseMs(reportedAt))
  }

  #publish(
    cause: Cause,
    isCorrection: boolean,
    lane: ReportRevision['lane'] = 'live',
    earliestDay = never
  ): void {
    this.#publisher.isCorrecting = isCorrection
    this.#publisher.isQuiet = lane === 'backfill'
    if (earliestDay < this.earliestDay) this.#setEarliestDay(earliestDay)
    this.assembly.regroupChanged(this.#onEnded, this.#onBegun)
    this.#foldRules(false)
    this.#publisher.publishChanges(cause, this.today, this.watermark.day, false)
  }

  /** True for a day before the retained ones. What was removed under a shorter retention stays so. */
  #isOld(day: number): boolean {
    return day < Math.max(this.cutOffDay, this.today - this.retentionDays)
  }

  /** A report that has become older than retention stays as it is. */
  #isFrozen(row: number | undefined): boolean {
    if (row === undefined || this.reports.columns.present[row] === 0) return false
    return this.#isOld(convertToDay(this.reports.columns.toMs[row]!))
  }

  #withdraw(record: Extract<TheatreRecord, { type: 'report.withdrawn' }>): IgnoredReason | null {
    const { reportId, lane } = record.data
    if (this.reports.withdrawn.has(reportId)) return 'repeated'
    this.reports.withdrawn.add(reportId)
    this.#removeReport(reportId, record, lane)
    return null
  }

  /** Rank of the handling of a present report; -1 if there is none of this id. */
  getHandling(reportId: string): number {
    const row = this.reports.rowById.get(reportId)
    const { present, handling } = this.reports.columns
    return row === undefined || present[row] !== 1 ? -1 : handling[row]!
  }

  /** A later revision is above this level: the report becomes absent, and may come back. */
  hide(record: ReportReceived): void {
    const { reportId, reportedAt } = record.data
    const { rowById, columns } = this.reports
    const row = rowById.get(reportId)
    if (row === undefined || columns.present[row] !== 1) return
    if (this.#isFrozen(row)) {
      if (!this.#isNamed(row) || parseMs(reportedAt) < columns.reportedMs[row]!) return
      this.redactedDay = convertToDay(columns.fromMs[row]!)
    }
    this.#remove(row, record, 'live')
    this.redactedDay = null
  }

  #removeReport(reportId: string, cause: TheatreRecord, lane: ReportRevision['lane']): void {
    const row = this.reports.rowById.get(reportId)
    if (row === undefined || this.reports.columns.present[row] !== 1 || this.#isFrozen(row)) return
    this.#remove(row, cause, lane)
  }

  #remove(row: number, cause: TheatreRecord, lane: ReportRevision['lane']): void {
    this.assembly.remove(row)
    this.reports.columns.present[row] = 0
    this.#publish(cause, true, lane)
  }

  #declarePairs(
    record: Extract<TheatreRecord, { readonly type: 'pair.declared' }>
  ): IgnoredReason | null {
    const ids = [record.data.reportIds, ...(record.data.also ?? [])].flat()
    if (ids.some(id => this.#isFrozen(this.reports.rowById.get(id)))) return 'beyond-window'
    if (!this.assembly.declare(record.id, record.data)) return 'declared-otherwise'
    this.#publish(record, true)
    return null
  }

  /** A new configuration of a source regrades its reports. */
  #configureSource(record: Extract<TheatreRecord, { readonly type: 'source.configured' }>): null {
    const { data } = record
    this.watermark.configure(this.reports.names.intern(data.id), data)
    const { id, reliability, archive } = data
    const changed = this.reports.configureSource(id, reliability, archive)
    const rows = changed.filter(row => !this.#isFrozen(row))
    for (const row of rows) this.assembly.refresh(row)
    if (rows.length > 0) this.#publish(record, true)
    return null
  }

  /** A tick within a day moves the watermark and publishes what is due. */
  #tick(toMs: number, cause: TheatreRecord, isGap: boolean): IgnoredReason | null {
    if (toMs <= this.nowMs) return 'tick-not-later'
    const day = convertToDay(toMs)
    if (isGap) this.unheard.add(this.today, day)
    this.nowMs = toMs
    this.today = day
    this.watermark.advance(day)
    this.#publisher.isCorrecting = false
    this.#publisher.isQuiet = false
    this.#timers.ticks.advance(day)
    this.#timers.watermark.advance(this.watermark.day)
    this.#foldRules(true)
    this.#publisher.publishChanges(cause, day, this.watermark.day, true)
    return null
  }

  /** Level 0 rules read incidents; level 1 rules read their findings. */
  #foldRules(isTick: boolean): void {
    this.index.refoldDirty()
    for (const clusters of this.clusters) clusters.reportChanges()
    this.index.refoldDirty()
    for (const reader of this.findingReaders) reader.reportChanges(isTick)
  }

  #addIncident(row: number): void {
    this.incidentEvents?.addBegun(row)
    this.index.add(row)
    for (const clusters of this.clusters) clusters.add(row)
  }

  #removeIncident(row: number): void {
    this.incidentEvents?.addEnded(row)
    this.index.remove(row)
    for (const clusters of this.clusters) clusters.remove(row)
  }

  #setEarliestDay(day: number): void {
    this.earliestDay = day
    for (const finding of [...this.warming]) {
      this.warming.delete(finding)
      this.onChanged(finding)
    }
  }

  onChanged(finding: Finding): void {
    const { warmUpDays } = finding.rule
    if (warmUpDays !== undefined && finding.startDay - warmUpDays < this.earliestDay) {
      this.warming.add(finding)
      this.#publisher.onVanished(finding)
      this.#informReaders(finding, false)
      return
    }
    this.warming.delete(finding)
    // What a new rule finds before the cut-off was over before its publication.
    const isPast = finding.alert === null && finding.endDay < this.cutOffDay
    if (!isPast && this.isPublished(finding)) this.#publisher.onChanged(finding)
    this.#informReaders(finding, true)
  }

  onVanished(finding: Finding): void {
    this.warming.delete(finding)
    this.#publisher.onVanished(finding)
    this.#informReaders(finding, false)
  }

  onEvicted(finding: Finding): void {
    this.warming.delete(finding)
    if (finding instanceof Episode) this.#readEpisodes.delete(finding)
    for (const reader of this.findingReaders)
      if (reader.isInput(finding.rule)) reader.onInputEvicted?.(finding)
    this.#publisher.onEvicted(finding)
  }

  onMerged(from: Finding, into: Finding): void {
    this.warming.delete(from)
    this.#publisher.onMerged(from, into)
    this.#informReaders(from, false)
  }

  #informReaders(finding: Finding, isPresent: boolean): void {
    for (const reader of this.findingReaders)
      if (reader.isInput(finding.rule)) reader.update(finding, isPresent)
    const readers = this.#readers.get(finding.rule.pattern)
    if (readers === undefined || !(finding instanceof Episode)) return
    const areas = new Set(this.#readEpisodes.get(finding))
    if (isPresent) for (const area of this.#noteRead(finding)) areas.add(area)
    else this.#readEpisodes.delete(finding)
    const from = Math.max(0, this.today - this.retentionDays)
    for (const rule of readers)
      if (rule.inputScopes === 'area') this.index.markEpisodes(rule, areas, from)
      else this.index.markDaysFrom(rule.id, finding.scope.baseKey, from)
  }

  #noteRead(episode: Episode): ReadonlySet<number> {
    const { incidents } = this
    const rows = this.#readTriggers(episode)
    const areas = new Set(rows.flatMap(row => listCertainAreas(incidents, row)))
    this.#readEpisodes.set(episode, areas)
    return areas
  }

  /** Reading triggers places the view elsewhere. */
  #readTriggers(episode: Episode): readonly number[] {
    const { scope, day } = this.#view
    const rows = episode.listTriggers()
    Object.assign(this.#view, { scope, day })
    return rows
  }

  /** False for a rule that only other rules read. */
  isPublished({ rule }: Finding): boolean {
    return !this.#unpublished.has(rule)
  }

  #listInputs(
    patterns: readonly string[],
    from: number,
    to: number,
    scopes: InputScopes = 'own'
  ): InputEpisode[] {
    const { scope } = this.#view
    const area = scope.family.getArea?.(scope.value) ?? -1
    const found: InputEpisode[] = []
    for (const [episode, areas] of this.#readEpisodes) {
      const { rule, startDay, endDay, isDrill } = episode
      if (!patterns.includes(rule.pattern) || startDay > to || endDay < from) continue
      const isRead =
        scopes === 'own'
          ? episode.scope.baseKey === scope.baseKey
          : areas.has(area) && isDrill === scope.isDrill
      if (isRead) found.push({ startDay, endDay, triggers: this.#readTriggers(episode) })
    }
    return found
  }

  scheduleTimer(timer: Timer, day: number, clock: RuleClock): void {
    this.#timers[clock].schedule(timer, day)
  }

  exportState(): EngineState {
    const { today, nowMs, cutOffDay, earliestDay, retentionDays, watermark, unheard } = this
    return {
      ...{ today, nowMs, cutOffDay, earliestDay, retentionDays },
      watermark: watermark.exportState(),
      unheard: unheard.spans
    }
  }

  restoreState({ watermark, unheard, ...clocks }: EngineState): void {
    Object.assign(this, clocks)
    this.watermark.restore(watermark)
    this.unheard.spans = unheard
  }

  /**
   * After a restore: composes the incidents of all present reports and adds them to scopes, unfolded.
   * Returns them in order of their first days, in which lists by day only grow at their ends.
   */
  assembleAll(): readonly number[] {
    const { present } = this.reports.columns
    const begun = new Set<number>()
    for (let row = 0; row < this.reports.rowCount; row++)
      if (present[row] === 1) this.assembly.add(row)
    this.assembly.regroupChanged(
      incident => begun.delete(incident),
      incident => begun.add(incident)
    )
    const { fromDay } = this.incidents.columns
    const incidents = [...begun].sort((a, b) => fromDay[a]! - fromDay[b]!)
    for (const incident of incidents) this.index.add(incident)
    return incidents
  }

  /** The folds of blocks over findings, for a snapshot. */
  listFindingFolds(): readonly FindingFold[] {
    return this.findingReaders.filter(reader => reader instanceof FindingFold)
  }

  /** The executors of overlap rules, for a snapshot. */
  listOverlaps(): readonly Overlaps[] {
    return this.findingReaders.filter(reader => reader instanceof Overlaps)
  }

  /** After a restore: folds what was loaded. */
  foldRestored(): void {
    this.#foldRules(true)
  }

  /** The first day on which time alone may change a finding; `never` if there is none. */
  findNextTimerDay(): number {
    return this.#timers.ticks.findNextDay()
  }

  /** The first day of the watermark that may change a finding; `never` if there is none. */
  findNextWatermarkDay(): number {
    return this.#timers.watermark.findNextDay()
  }

  /** All findings, without those of rules that are warming. */
  *listFindings(): Generator<Finding> {
    for (const finding of this.#listAll()) if (!this.warming.has(finding)) yield finding
  }

  *#listAll(): Generator<Finding> {
    for (const track of this.index.listTracks()) yield* track.episodes
    for (const clusters of this.clusters) yield* clusters.listFindings()
    for (const reader of this.findingReaders) yield* reader.listFindings()
  }
}
