// The fold of one theatre: records of the incidents log in, incident and alert events out. It holds
// all of a theatre's state, a function of the records alone: no clock is read, `clock.ticked`
// records carry time. Long, because it is one idea.

import { AlertBook } from '../alert/alert-book.ts'
import type { AlertEntry } from '../alert/alert-decision.ts'
import type { PublishedState } from '../alert/alert-succession.ts'
import { Assembler, type CrowdedCounts, type IncidentDoubt } from '../assembly/assembly.ts'
import { IncidentRegister, incidentsOf } from '../assembly/incident-register.ts'
import { PairDeclarations, reportsOf } from '../assembly/pair-declarations.ts'
import { eachAsSeen } from '../assembly/visible-incidents.ts'
import type { AnyCompoundPattern } from '../detection/compound.ts'
import type { NearMiss } from '../detection/near-miss.ts'
import type { ScopeFoldSnapshot } from '../detection/scope-fold.ts'
import { FoldWork } from '../fold/fold-work.ts'
import type { Moment } from '../fold/moment.ts'
import { defaultRetentionDays } from '../fold/retention.ts'
import {
  cycleMs,
  dropsIn,
  type Trim,
  type Turns,
  trimOf,
  turnsBetween,
  windowStartMs
} from '../fold/trim-schedule.ts'
import { compareIncidents, type Incident } from '../incident/incident.ts'
import { IncidentCalendar } from '../incident/incident-calendar.ts'
import { compoundPatterns } from '../patterns/pattern-catalogue.ts'
import type { Digest } from '../ports.ts'
import type { PredicateFailures } from '../predicate/predicate-failures.ts'
import {
  type RuleVersion,
  runsIn,
  type SourceConfig,
  type TheatreConfig,
  type TheatreRecord
} from '../record/theatre-record.ts'
import type { Handling } from '../report/handling.ts'
import type { ReportRevision } from '../report/report.ts'
import type { PreviewGround } from '../rule/rule-preview.ts'
import { dayMs, parseTimeMs } from '../space-time/event-time.ts'
import { AppliedRecordIds } from './applied-record-ids.ts'
import type { FoldOutput, IgnoredReason } from './fold-output.ts'
import { HeardSources } from './heard-sources.ts'
import {
  contextOf,
  isBeyond,
  isForgetting,
  newTaking,
  readsFindings,
  reasonToPass,
  type Taken,
  type TakenBefore,
  type Taking
} from './record-taking.ts'
import { type ReportEffect, ReportUpdates } from './report-updates.ts'
import {
  CaptureReader,
  rowsOf,
  type SnapshotHead,
  type SnapshotRow,
  snapshotFormat
} from './theatre-capture.ts'
import { TheatreReports } from './theatre-reports.ts'
import { type Dirty, TheatreRules } from './theatre-rules.ts'
import { TheatreTime, type TimeRecord } from './theatre-time.ts'

export class TheatreFold {
  readonly id: string
  #config: TheatreConfig | null = null
  #engine: string | null = null
  readonly #time = new TheatreTime()
  #boundaryMs = Number.NEGATIVE_INFINITY
  readonly #sources = new HeardSources()
  readonly #reports = new TheatreReports()
  readonly #declared = new PairDeclarations()
  /** Work done since it was created. */
  readonly work = new FoldWork()
  readonly #assembler = new Assembler(this.#declared.pairs, this.work)
  readonly #updates: ReportUpdates
  readonly #rules: TheatreRules
  readonly #register: IncidentRegister
  #book: AlertBook
  readonly #calendar = new IncidentCalendar()
  /**
   * True if published alerts rest on another past than this fold's: all are then compared with the
   * current findings.
   */
  #mustLookAgain = false
  readonly #counts: Record<string, number> = {}
  readonly #ids = new AppliedRecordIds()
  readonly #before: TakenBefore = {
    time: this.#time,
    ids: this.#ids,
    reports: this.#reports,
    sources: this.#sources
  }

  constructor(
    id: string,
    digest: Digest,
    level1: ReadonlyMap<string, AnyCompoundPattern> = compoundPatterns
  ) {
    this.id = id
    this.#updates = new ReportUpdates(id, {
      sources: this.#sources,
      reports: this.#reports,
      assembler: this.#assembler
    })
    this.#rules = new TheatreRules(level1, this.work)
    this.#register = new IncidentRegister(id, {
      contentHashOf: reportId => this.#reports.contentOf(reportId),
      joinsOf: ({ reportIds }) =>
        this.#assembler.joinsOf(reportIds, (a, b) => this.#declared.standing(a, b)?.declaration?.by)
    })
    this.#book = new AlertBook(id, digest, this.work)
  }

  /** The last tick, ISO 8601; null before the first. In a replay theatre this is now. */
  get now(): string | null {
    return this.#time.now
  }

  get config(): TheatreConfig | null {
    return this.#config
  }

  /** Id of the record by which an officer last set the time; null: none. */
  get timeSetBy(): string | null {
    return this.#time.timeSetBy
  }

  get engine(): string | null {
    return this.#engine
  }

  get watermarkMs(): number | null {
    return this.#sources.watermarkMs
  }

  /** True while no source is live: the watermark stands still, and nothing is confirmed. */
  get isStalled(): boolean {
    return this.#sources.isStalled
  }

  get alertSeq(): number {
    return this.#book.seq
  }

  get incidentSeq(): number {
    return this.#register.seq
  }

  get rules(): readonly RuleVersion[] {
    return this.#rules.all.map(({ rule }) => rule)
  }

  /** A rule's failures and warming in this theatre; null if it has no such rule. */
  ruleStanding(
    ruleId: string
  ): { readonly failures: PredicateFailures; readonly isWarming: boolean } | null {
    const detection = this.#rules.find(ruleId)
    if (detection === undefined) return null
    return { failures: detection.failures, isWarming: detection.isWarming }
  }

  /**
   * Ids of rules that are warming as a reader sees it: only visible incidents are a past.
   * O(incidents) below full clearance.
   */
  warmingRules(clearance: Handling): ReadonlySet<string> {
    const seen = eachAsSeen(
      this.#assembler.incidents.values(),
      id => this.#updates.viewOf(id),
      clearance
    )
    const past = clearance === 'restricted' ? this.#calendar.past : IncidentCalendar.pastOf(seen)
    return new Set(
      this.#rules.all
        .filter(one => one.isWarmingSince(past[clearance]))
        .map(({ rule }) => rule.ruleId)
    )
  }

  /** Near misses of a rule; null if there is no such rule, or its pattern cannot compute them. */
  nearly(ruleId: string): readonly NearMiss[] | null {
    return this.#rules.findLevel0(ruleId)?.nearly() ?? null
  }

  /** The input of previews for a clearance. O(reports); immutable. */
  previewGround(clearance: Handling): PreviewGround {
    return {
      theatre: this.id,
      clearance,
      moment: { ...this.#moment(), watermarkMs: this.#sources.watermarkAt(clearance) },
      boundaryMs: this.#boundaryMs,
      ...this.#assembler.ground(),
      rules: this.#rules.all.map(({ rule, findings }) => ({ rule, findings })),
      alerts: [...this.#book.entries]
    }
  }

  get sources(): readonly SourceConfig[] {
    return this.#sources.configs
  }

  get alerts(): AlertBook {
    return this.#book
  }

  get incidentCount(): number {
    return this.#assembler.incidents.size
  }

  get reportCount(): number {
    return this.#reports.size
  }

  /** True if it has no report and no alert. */
  get isEmpty(): boolean {
    return this.#reports.size === 0 && this.#book.size === 0
  }

  /** True for a configuration record, a declared pair or an operator's request that was applied. */
  hasApplied(recordId: string): boolean {
    return this.#ids.hasApplied(recordId)
  }

  /**
   * Applies the next record of the theatre. Deterministic: the same records give the same events,
   * byte for byte. A record that is repeated in the log within R changes nothing and gives no
   * event.
   */
  apply(record: TheatreRecord): FoldOutput {
    const unheeded = reasonToPass(record, this.#before, this.#boundaryMs)
    if (unheeded !== null) return this.#pass(unheeded, record.id)
    const one = this.#taken(record, 0)
    this.#rules.fold([one])
    return this.#settled(one)
  }

  /**
   * Applies the next records, and gives for each what `apply` would, one by one. Where most only
   * tell of reports this takes less time than one by one, and gives no turn in between. Source:
   * decision 0108.
   */
  applyAll(records: readonly TheatreRecord[]): FoldOutput[] {
    const outputs: FoldOutput[] = []
    let taken: Taken[] = []
    const fold = () => {
      this.#rules.fold(taken)
      for (const one of taken) outputs[one.at] = this.#settled(one)
      taken = []
    }
    for (const [at, record] of records.entries()) {
      const isAlone = readsFindings(record) || this.#mustLookAgain
      if (isAlone) fold()
      const unheeded = reasonToPass(record, this.#before, this.#boundaryMs)
      if (unheeded !== null) {
        outputs[at] = this.#pass(unheeded, record.id)
        continue
      }
      const one = this.#taken(record, at)
      taken.push(one)
      if (isAlone || isForgetting(one.trim, this.#boundaryMs)) fold()
    }
    fold()
    return outputs
  }

  /** Takes a record: what is known then, and what it changes. The rules and the alerts follow. */
  #taken(record: TheatreRecord, at: number): Taken {
    this.#ids.take(record)
    const tickedMs = this.#time.tickMs
    const out = newTaking()
    const ignored = this.#take(record, out.dirty, out)
    if (ignored !== null) this.#counts[ignored] = (this.#counts[ignored] ?? 0) + 1
    const turns = turnsBetween(tickedMs, this.#time.tickMs)
    const trim = turns.size > 0 ? this.#trimOf(turns) : null
    const { incidents, change, dirty } = out
    const more = {
      trim,
      dirty,
      config: this.#config,
      alerts: this.#book,
      revisions: this.#register
    }
    const context = contextOf(record, this.#before, more)
    const moment = this.#moment()
    return {
      record,
      at,
      ignored,
      incidents,
      change,
      dirty,
      context,
      trim,
      moment,
      found: [],
      shared: undefined
    }
  }

  /** What follows from a record that was taken and folded by level 0. */
  #settled(one: Taken): FoldOutput {
    const { record, context, incidents, trim, ignored } = one
    this.#register.makeKnown(incidents)
    const operated = 'action' in record.data ? this.#book.operate(record.data, context) : []
    const machine = this.#book.reconcile(this.#rules.changes(one), context)
    const lapsed =
      record.type === 'clock.ticked' || record.type === 'clock.set' ? this.#book.lapse(context) : []
    if (trim !== null) this.#forget(trim)
    return { incidents, alerts: [...operated, ...machine, ...lapsed], ignored }
  }

  /**
   * True for a time set by an officer that is earlier than this fold's: the records before it are
   * folded again (`again`).
   */
  setsBack(record: TheatreRecord): boolean {
    return (
      record.type === 'clock.set' &&
      !this.#ids.hasApplied(record.id) &&
      this.#time.reasonToPass(record) !== null
    )
  }

  /**
   * A fold for the records before `record`, a time set by an officer, with corrected times
   * (`withCorrectedTime`).
   */
  static again(
    id: string,
    digest: Digest,
    record: TheatreRecord & { readonly type: 'clock.set' }
  ): TheatreFold {
    const fold = new TheatreFold(id, digest)
    fold.#updates.heardUntilMs = parseTimeMs(record.data.to) + dayMs
    return fold
  }

  /**
   * Takes over the published state of `before` at the record that `again` was created for;
   * differences due to the corrected time become events. `before` must not be used afterwards.
   * Source: core-idea.md#state, decision 0000.
   */
  succeed(before: TheatreFold, record: TheatreRecord & { readonly type: 'clock.set' }): FoldOutput {
    this.#book = before.#book
    const incidents = this.#register.succeed(
      before.#register,
      before.#assembler.incidents,
      incidentsOf(this.#assembler)
    )
    this.#updates.heardUntilMs = Number.POSITIVE_INFINITY
    this.#mustLookAgain = true
    const output = this.apply(record)
    return { ...output, incidents: [...incidents, ...output.incidents] }
  }

  /** The current alerts and incidents, as last published. */
  get published(): Pick<PublishedState, 'alerts' | 'incidents'> {
    return {
      alerts: this.#book.published,
      incidents: this.#register.publishedOf(this.#assembler.incidents.values())
    }
  }

  /**
   * Continues after another engine's events, up to these seqs. `engine.changed` states how this
   * engine's findings differ.
   */
  goOnBehind({ alerts, seq, incidents, incidentSeq }: PublishedState): void {
    this.#book.adopt(alerts, seq, { boundaryMs: this.#boundaryMs, revisions: this.#register })
    this.#register.adopt(incidents, incidentSeq, incidentsOf(this.#assembler))
  }

  /**
   * True for a record of a report outside the window that changes nothing: it is counted and
   * remembered as by `apply`, which need not be called. False if `apply` must be called.
   */
  passBeyond(recordId: string, reportId: string, occurred: ReportRevision['occurred']): boolean {
    if (this.#reports.get(reportId) !== undefined || !isBeyond(occurred, this.#boundaryMs))
      return false
    this.#pass('beyond-window', recordId)
    return true
  }

  /** The next moment at which a tick would change something; null = never, by what is known now. */
  nextDeadlineMs(): number | null {
    const { tickMs } = this.#time
    const moments = [
      this.#rules.nextChangeMs(),
      this.#book.nextLapseMs(),
      this.#book.nextTellMs(tickMs)
    ]
    if (this.#book.hasProvisional() || this.#rules.waitsForWatermark)
      moments.push(this.#sources.nextSilenceMs(tickMs))
    const known = moments.filter(ms => ms !== null)
    return known.length === 0 ? null : Math.min(...known)
  }

  /**
   * The current state as rows of plain data: with later records they give the same events as all
   * records would. References are collected at once; the rows can be made while the fold continues.
   */
  capture(): Iterable<SnapshotRow> {
    const { seq, entries, ...unsaid } = this.#book.snapshot()
    const { ids, revisions } = this.#register.snapshot()
    const head: SnapshotHead = {
      format: snapshotFormat,
      theatre: this.id,
      config: this.#config,
      engine: this.#engine,
      ...this.#time.snapshot(),
      // JSON has no infinity.
      boundaryMs: Number.isFinite(this.#boundaryMs) ? this.#boundaryMs : null,
      forgottenMs: this.#calendar.forgottenMs,
      ...this.#sources.snapshot(),
      ...this.#declared.snapshot(),
      incidentSeq: this.#register.seq,
      alertSeq: seq,
      ...unsaid,
      counts: { ...this.#counts },
      ...this.#ids.snapshot()
    }
    return rowsOf({
      head,
      reportIds: this.#reports.ids(),
      reports: this.#reports.all(),
      crowded: this.#assembler.crowded(),
      incidents: [...this.#assembler.incidents.values()],
      revisedIds: ids,
      revisions,
      rules: this.#rules.snapshot(),
      alerts: entries
    })
  }

  /**
   * Restores the rows of a capture, parsed from text, in order, which it owns then. Throws
   * RangeError for an unknown format.
   */
  static restoring(
    digest: Digest,
    level1: ReadonlyMap<string, AnyCompoundPattern> = compoundPatterns
  ): { take(row: unknown): void; finish(): TheatreFold } {
    return new CaptureReader(head => {
      if (head.format !== snapshotFormat)
        throw new RangeError(`snapshot format ${String(head.format)} is not known`)
      const fold = TheatreFold.#begun(head, digest, level1)
      return {
        report: (id, known) => fold.#reports.restore(id, known),
        incident: (reportIds, ...before) => fold.#restoreIncident(reportIds, ...before),
        revisions: revisions => fold.#register.restoreRevisions(revisions),
        finish(rules, alerts) {
          fold.#finishRestoring(head, rules, alerts)
          return fold
        }
      }
    })
  }

  static #begun(
    head: SnapshotHead,
    digest: Digest,
    level1: ReadonlyMap<string, AnyCompoundPattern>
  ): TheatreFold {
    const fold = new TheatreFold(head.theatre, digest, level1)
    fold.#config = head.config
    fold.#engine = head.engine
    fold.#time.restore(head)
    fold.#boundaryMs = head.boundaryMs ?? Number.NEGATIVE_INFINITY
    fold.#calendar.restoreForgotten(head.forgottenMs)
    fold.#sources.restore(head)
    fold.#declared.restore(head)
    fold.#ids.restore(head)
    Object.assign(fold.#counts, head.counts)
    return fold
  }

  #restoreIncident(
    reportIds: readonly string[],
    doubt?: IncidentDoubt,
    crowded?: CrowdedCounts
  ): Incident {
    const views = reportIds.flatMap(id => this.#updates.viewOf(id) ?? [])
    const incident = this.#assembler.restoreGroup(views, doubt, crowded)
    this.#calendar.file(incident)
    this.#register.restorePresent(incident.id)
    return incident
  }

  #finishRestoring(
    head: SnapshotHead,
    rules: readonly { readonly rule: RuleVersion; readonly tracks: readonly ScopeFoldSnapshot[] }[],
    alerts: readonly AlertEntry[]
  ): void {
    this.#register.restoreSeq(head.incidentSeq)
    const inOrder = [...this.#assembler.incidents.values()].sort(compareIncidents)
    this.#rules.restore(rules, inOrder, this.#at())
    this.#book.restore({ ...head, seq: head.alertSeq, entries: alerts }, this.#rules.standing)
  }

  #pass(why: IgnoredReason, recordId: string): FoldOutput {
    this.#counts[why] = (this.#counts[why] ?? 0) + 1
    if (why === 'beyond-window') this.#ids.noteBeyond(recordId)
    return { incidents: [], alerts: [], ignored: why }
  }

  #take(record: TheatreRecord, dirty: Dirty, out: Taking): IgnoredReason | null {
    switch (record.type) {
      case 'clock.ticked':
      case 'clock.set':
        return this.#tick(record, dirty)
      case 'theatre.configured':
        this.#config = record.data
        return null
      case 'source.configured':
        return this.#applied(this.#updates.setSource(record.data), out)
      case 'rule.configured':
        return this.#setRule(record.data, dirty)
      case 'rule.removed':
        this.#rules.remove(record.data.ruleId, dirty)
        return null
      case 'engine.changed':
        this.#engine = record.data.engine
        this.#rules.lookAgain(dirty, this.#book)
        this.#book.tellDifference()
        out.incidents = this.#register.tellDifference(id => this.#assembler.incidents.get(id))
        dirty.quiet = true
        return null
      case 'report.received':
        dirty.quiet = record.data.lane === 'backfill'
        return this.#applied(
          this.#updates.receive(record.data, record.id, this.#time.tickMs, this.#boundaryMs),
          out
        )
      case 'report.withdrawn':
        dirty.quiet = record.data.lane === 'backfill'
        return this.#applied(
          this.#updates.withdraw(record.data.reportId, record, this.#time.tickMs),
          out
        )
      case 'pair.declared':
        if (this.#declared.take(record.id, record.time, record.data).kind !== 'counts')
          return 'declared-otherwise'
        return this.#applied(
          { change: this.#assembler.reconsider(reportsOf(record.data)), ignored: null },
          out
        )
      case 'operator.requested':
      case 'response.requested':
      case 'correction.requested':
      case 'answer.requested':
        return null
      default:
        return record satisfies never
    }
  }

  #tick(record: TimeRecord, dirty: Dirty): null {
    const beforeMs = this.#time.tickMs
    this.#time.take(record)
    if (this.#mustLookAgain) {
      if (turnsBetween(beforeMs, this.#time.tickMs).size > 0) this.#rules.settle()
      this.#rules.lookAgain(dirty, this.#book)
    }
    this.#mustLookAgain = false
    return null
  }

  #moment(): Moment {
    return {
      horizonMs: this.#time.tickMs,
      watermarkMs: this.#sources.watermarkMs,
      past: this.#calendar.past,
      unheard: this.#time.unheard
    }
  }

  #setRule(rule: RuleVersion, dirty: Dirty): IgnoredReason | null {
    if (!runsIn(rule, this.id)) {
      this.#rules.remove(rule.ruleId, dirty)
      return null
    }
    const setting = this.#rules.set(rule, this.#at(), () => incidentsOf(this.#assembler), dirty)
    return setting === 'set' || setting === 'unchanged' ? null : setting
  }

  #at() {
    return { moment: this.#moment(), boundaryMs: this.#boundaryMs }
  }

  /** Records a change of assembly, for the register and for the rules. */
  #applied({ change, ignored }: ReportEffect, out: Taking): IgnoredReason | null {
    if (change.removed.length === 0 && change.added.length === 0) return ignored
    for (const incident of change.removed) this.#calendar.remove(incident)
    for (const incident of change.added) this.#calendar.file(incident)
    out.incidents = this.#register.record(change)
    out.change = change
    return ignored
  }

  /**
   * What a tick of another day trims. The boundary moves once a week; each day a share of what
   * ended before it goes.
   */
  #trimOf(turns: Turns): Trim {
    const retentionMs = (this.#config?.retentionDays ?? defaultRetentionDays) * dayMs
    const boundaryMs = Math.max(this.#boundaryMs, windowStartMs(this.#time.tickMs, retentionMs))
    return trimOf(turns, boundaryMs, retentionMs)
  }

  /** Moves the boundary, and forgets what no rule needs any more: the rules are trimmed. */
  #forget({ boundaryMs, turns }: Trim): void {
    const before = this.#boundaryMs
    if (boundaryMs > before) this.#book.archive(boundaryMs)
    this.#boundaryMs = boundaryMs
    // By then nearly every scope has had its turn.
    if (dropsIn(turns))
      for (const incident of this.#rules.held.takeEnded(
        this.#assembler.incidents,
        boundaryMs - cycleMs
      ))
        this.#drop(incident)
    // Withdrawn reports and reports of other theatres: checked once a month is enough.
    if (Math.floor(boundaryMs / (30 * dayMs)) === Math.floor(before / (30 * dayMs))) return
    this.#reports.forgetSeenBefore(
      boundaryMs,
      id => this.#assembler.incidentOfReport(id) !== undefined
    )
  }

  /** Removes an incident that is part of the bases, without an event: nothing was withdrawn. */
  #drop(incident: Incident): void {
    this.#assembler.drop(incident.reportIds)
    this.#calendar.letGo(incident)
    this.#register.forget(incident.id)
    for (const id of incident.reportIds) this.#reports.forget(id)
  }
}
