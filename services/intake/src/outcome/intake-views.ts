// The logs that intake follows, folded into tables: incidents (known reports, theatre time),
// assembly and alerts (outcomes of reports). Waiting for a position is here too; answering when it
// does not come is up to the caller.

import { join } from 'node:path'
import type { RecordedAlert } from '@tocsin/contracts/alert/alert'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import type { AlertEvent3 } from '@tocsin/contracts/record/alert-event-v3'
import {
  decodeAlertEvent,
  decodeIncidentEvent,
  decodeTheatreRecord,
  engineVersion,
  isVersion3
} from '@tocsin/contracts/record/records'
import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeCursorBehind } from '@tocsin/event-log/cursor'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { incidentTables } from '@tocsin/read-model/incidents/incident-schema'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { FactTable } from '@tocsin/read-model/reports/fact-table'
import { KnownReports } from '@tocsin/read-model/reports/known-reports'
import { quarantineTables } from '@tocsin/read-model/reports/quarantine-table'
import { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import { reportTables } from '@tocsin/read-model/reports/report-schema'
import { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import type { ReadPositionsOptions } from '@tocsin/service/projection/read-positions'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import { TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Registry } from 'prom-client'
import { OwnRecords } from '../acceptance/log-writes.ts'
import { TheatreTime } from '../time/theatre-time.ts'
import { ReportOutcomes } from './report-outcomes.ts'

export interface IntakeViewsOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  /** Where the lag of the views is reported. */
  readonly metrics: Registry
  readonly progress: RulesProgress
  /** Folder for the read model; default in memory. */
  readonly viewsFolder?: string | undefined
  /** Called with the position up to which the incidents log was followed. */
  readonly onFollowed: (cursor: Cursor) => void
  readonly onQuarantine: () => void
}

/** The views, by their names in the readiness report. */
type ViewName = 'incidents' | 'assembly' | 'alerts'
type RecordedEvent = RecordedAlert | AlertEvent3

/** Folded records are committed together: when there are so many, or after this time, ms. */
const commitEvery = 4_000
const commitEveryMs = 1_000
/** Longest wait of an alert event for the reports that it names, ms. */
const reportsWaitMs = 2_000

interface PageRecord {
  readonly stored: StoredRecord
  readonly own: TheatreRecord | null
}

export class IntakeViews {
  readonly reports: KnownReports
  readonly time: TheatreTime
  readonly outcomes: ReportOutcomes
  readonly own = new OwnRecords()
  readonly model: ReadModel
  readonly #options: IntakeViewsOptions
  readonly #facts: FactTable
  readonly #numbers: ReportNumbers
  readonly #rules = new RuleWordsIndex()
  /** Ids of applied records. */
  readonly #ids = new FirstOfEach()
  /** Records of the page that is read, with what this process wrote. */
  #page: PageRecord[] = []
  /** By partition: the last batch that was folded and not committed. */
  readonly #folded = new Map<number, Batch<TheatreRecord>>()
  #foldedCount = 0
  #committedMs = Number.NEGATIVE_INFINITY
  readonly #incidents: TopicView<TheatreRecord>
  readonly #assembly: TopicView<IncidentEvent>
  readonly #alerts: TopicView<RecordedEvent>

  constructor(options: IntakeViewsOptions) {
    this.#options = options
    const { viewsFolder } = options
    this.model = ReadModel.open({
      path: viewsFolder === undefined ? inMemory : join(viewsFolder, 'intake.sqlite'),
      groups: [...reportTables, incidentTables, quarantineTables],
      version: engineVersion
    })
    this.#facts = new FactTable(this.model, 'report_fact')
    this.time = new TheatreTime(this.#facts)
    this.reports = new KnownReports(this.model)
    this.#numbers = new ReportNumbers(this.model)
    this.outcomes = new ReportOutcomes(this.model, this.#numbers, this.#rules)
    this.#incidents = new TopicView<TheatreRecord>({
      ...options,
      ...this.#store(topics.incidents, () => this.#loadReports()),
      decode: decodeTheatreRecord,
      isTaken: stored => this.#isOwn(stored),
      take: batch => this.#foldIncidents(batch)
    })
    this.#assembly = new TopicView<IncidentEvent>({
      ...options,
      ...this.#store(topics.assembly, () => this.outcomes.loadIncidents()),
      decode: decodeIncidentEvent,
      take: batch =>
        this.model.transact(() => {
          for (const { stored, decoded } of batch.records) {
            const { partition, position } = stored
            const { time, cause } = decoded.envelope
            this.outcomes.applyIncident({ partition, position, time, cause, event: decoded.record })
          }
          this.model.folded(batch)
        })
    })
    this.#alerts = new TopicView<RecordedEvent>({
      ...options,
      ...this.#store(topics.alerts, () => this.outcomes.loadAlerts()),
      decode: decodeAlertEvent,
      take: batch => this.#foldAlerts(batch)
    })
  }

  #store(topic: Topic, load: () => void) {
    const resume = async (start: Cursor, end: Cursor) => {
      const cursor = await this.model.resume(this.#options.log, start, end)
      load()
      return cursor
    }
    return { topic, stored: { isOnDisk: this.model.isOnDisk, resume } }
  }

  #loadReports(): void {
    this.reports.load()
    this.time.load()
    for (const [, row] of this.#facts.list('rule|'))
      this.#rules.add(...(row as [string, RuleVersion]))
  }

  #isOwn(stored: StoredRecord): boolean {
    const own = this.own.take(stored.id)
    this.#page.push({ stored, own: own?.record ?? null })
    if (own?.isFolded === false) this.reports.apply(own.record, stored)
    return own !== undefined
  }

  #foldIncidents(batch: Batch<TheatreRecord>): void {
    const page = this.#page.splice(0)
    this.model.extend(() => this.#foldPage(page, batch))
    this.#folded.set(batch.partition, batch)
    this.#foldedCount += page.length
    const nowMs = this.#options.clock.monotonicMs()
    if (this.#foldedCount >= commitEvery || nowMs - this.#committedMs >= commitEveryMs)
      this.#commit()
    this.#options.onFollowed(batch.cursor)
  }

  #foldPage(page: readonly PageRecord[], batch: Batch<TheatreRecord>): void {
    let next = 0
    for (const { stored, own } of page) {
      const followed = batch.records[next]
      if (followed?.stored === stored) next++
      const record = own ?? (followed?.stored === stored ? followed.decoded.record : null)
      if (record === null) continue
      if (record.type === 'report.received') {
        const { reportId, handling } = record.data
        this.#numbers.count(stored.key, stored.id, reportId, handling)
      }
      // Two instances may have written different revisions under one id concurrently: the first
      // counts, here as for the rules.
      if (own === null && this.#ids.isFirst(stored.id)) this.#applyOther(record, stored)
    }
  }

  #applyOther(record: TheatreRecord, stored: StoredRecord): void {
    this.time.apply(record)
    this.reports.apply(record, stored)
    if (record.type !== 'rule.configured') return
    const { theatre, data } = record
    this.#rules.apply(record)
    this.#facts.put(`rule|${theatre}|${data.ruleId}|${data.ruleVersion}`, [theatre, data])
  }

  /** Commits what was folded of the incidents log, with its position. */
  #commit(): void {
    this.model.extend(() => {
      for (const batch of this.#folded.values()) this.model.folded(batch)
    })
    this.model.commit()
    this.#folded.clear()
    this.#foldedCount = 0
    this.#committedMs = this.#options.clock.monotonicMs()
  }

  async #foldAlerts(batch: Batch<RecordedEvent>): Promise<void> {
    // Events name their triggers by number: whoever wrote one had read these reports.
    if (batch.records.some(({ decoded }) => isVersion3(decoded.record))) {
      if (!(await this.#incidents.catchUp(reportsWaitMs)))
        this.#options.logger.warn({}, 'alert events are read before their reports')
    }
    this.model.transact(() => {
      for (const { stored, decoded } of batch.records)
        this.outcomes.applyAlert(decoded.record, decoded.envelope, stored.position)
      this.model.folded(batch)
    })
  }

  /** Follows all three topics from where their tables end; resolves once all have caught up. */
  async start(): Promise<void> {
    await Promise.all([this.#incidents.start(), this.#assembly.start()])
    await this.#alerts.start()
  }

  /** The error that ended each view, by name; null while it follows. */
  failures(): Readonly<Record<ViewName, Error | null>> {
    return {
      incidents: this.#incidents.failure,
      assembly: this.#assembly.failure,
      alerts: this.#alerts.failure
    }
  }

  /** Resolves with the first failure of a view, or of the tables. */
  get failed(): Promise<Error> {
    const views = [this.#incidents, this.#assembly, this.#alerts]
    return Promise.race([...views.map(view => view.failed), this.model.failed])
  }

  /** A cursor behind exactly the given places. Null before the start. */
  cursorBehind(places: readonly RecordPosition[]): Cursor | null {
    const cursor = this.#incidents.cursor
    if (cursor === null) return null
    return makeCursorBehind(cursor.topic, cursor.epoch, cursor.positions.length, places)
  }

  /** Why a log cannot be read at the moment, by the name of its view; null if it can. */
  troubles(): Readonly<Record<ViewName, string | null>> {
    return {
      incidents: this.#incidents.trouble,
      assembly: this.#assembly.trouble,
      alerts: this.#alerts.trouble
    }
  }

  /**
   * True once the fold of the incidents log has passed the end of the log `maxAgeMs` ago; 0 = its
   * end now.
   */
  catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    return this.#incidents.catchUp(timeoutMs, maxAgeMs)
  }

  /** True once the fold of the incidents log has made a condition true; false after the timeout. */
  untilFolded(isReached: () => boolean, timeoutMs: number): Promise<boolean> {
    return this.#incidents.until(isReached, timeoutMs)
  }

  /** True once the view of a topic has passed the cursor; by the topics that are followed here. */
  get waits(): ReadPositionsOptions['waits'] {
    return {
      [topics.incidents]: (cursor, timeoutMs) => this.#incidents.waitFor(cursor, timeoutMs),
      [topics.assembly]: (cursor, timeoutMs) => this.#assembly.waitFor(cursor, timeoutMs),
      [topics.alerts]: (cursor, timeoutMs) => this.#alerts.waitFor(cursor, timeoutMs)
    }
  }

  /**
   * True once the rules have folded what the cursor covers, and their output was followed here.
   * False after `timeoutMs`.
   */
  assembled(cursor: Cursor, timeoutMs: number): Promise<boolean> {
    return this.#options.progress.outputIsFollowed(
      cursor,
      { assembly: this.#assembly, alerts: this.#alerts },
      timeoutMs
    )
  }

  async close(): Promise<void> {
    const views = [this.#incidents, this.#assembly, this.#alerts]
    await Promise.all(views.map(view => view.close()))
    if (this.#incidents.failure === null && this.model.failure === null) this.#commit()
    this.model.close()
  }
}
