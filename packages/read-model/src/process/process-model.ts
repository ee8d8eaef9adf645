// What a process has folded from the incidents, assembly and alerts logs: one follower for each log,
// one file for all. The services of the process read it.

import type { AlertState, RecordedAlert } from '@tocsin/contracts/alert/alert'
import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import type { AlertEvent3, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import {
  decodeAlertEvent,
  decodeIncidentEvent,
  decodeTheatreRecord,
  engineVersion,
  isVersion3
} from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { TopicView } from '@tocsin/service/projection/topic-view'
import type { Logger } from '@tocsin/service/telemetry/logger'
import type { Registry } from 'prom-client'
import { AlertLinks } from '../alerts/alert-links.ts'
import { IncidentTable } from '../incidents/incident-table.ts'
import { inMemory, ReadModel } from '../read-model.ts'
import { FactTable } from '../reports/fact-table.ts'
import { KnownReports } from '../reports/known-reports.ts'
import { OwnRecords } from '../reports/own-records.ts'
import { ReportNumbers } from '../reports/report-numbers.ts'
import { alertTables, incidentTables, quarantineTables, reportTables } from '../schema.ts'
import { PairDeclarations } from '../theatres/pair-declarations.ts'
import { SourceActivity } from '../theatres/source-activity.ts'
import { TheatreClocks } from '../theatres/theatre-clocks.ts'

export interface ProcessModelOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Where the lag of the followers is reported. */
  readonly metrics: Registry
  /** Of the file; default in memory. */
  readonly path?: string
}

export type RecordedEvent = RecordedAlert | AlertEvent3

/** The states of alerts, folded into tables of the same file by code of the notifier. */
export interface AlertFold {
  /**
   * Reads what stays in memory of the tables, after they were opened or emptied. `restored`: the
   * cursor behind them; null if they are empty.
   */
  readonly load: (start: Cursor, restored: Cursor | null) => void
  /** Folds a batch, in its transaction. */
  readonly take: (batch: Batch<RecordedEvent>) => void
  /** Called behind the transaction of each batch. */
  readonly passed?: (batch: Batch<RecordedEvent>) => void
  /** The alert as readers of a level have it; null if they have none. */
  readonly find: (alertId: string, level: Handling) => FoundAlert | null
}

export interface FoundAlert {
  readonly state: AlertState
  /** Null if the last event was of an earlier version. */
  readonly sum: AlertSum | null
}

interface Views {
  readonly incidents: TopicView<TheatreRecord>
  readonly assembly: TopicView<IncidentEvent>
  readonly alerts: TopicView<RecordedEvent>
}

/** Batches are committed together: when they have so many records, or after this time, ms. */
const commitEvery = 4_000
const commitEveryMs = 1_000
/** Longest wait of an alert event for the reports and incidents that it names, ms. */
const incidentsWaitMs = 2_000

export class ProcessModel {
  readonly file: ReadModel
  readonly reports: KnownReports
  /** Records that this process writes itself. */
  readonly own = new OwnRecords()
  /** Report numbers, by which alert events name their triggers. */
  readonly numbers: ReportNumbers
  readonly sources: SourceActivity
  readonly clocks: TheatreClocks
  readonly declarations: PairDeclarations
  readonly rules = new RuleWordsIndex()
  readonly incidents: IncidentTable
  /** Which alerts name a report. */
  readonly links: AlertLinks
  /** One per log, for callers that wait for a position. */
  readonly views: Views
  readonly #options: ProcessModelOptions
  readonly #facts: FactTable
  #alertFold: AlertFold | null = null
  readonly #listeners: ((cursor: Cursor) => void)[] = []
  /** Records of the page that is read that this process wrote. */
  #ownPage: { readonly stored: StoredRecord; readonly record: TheatreRecord }[] = []
  #foldedCount = 0
  #committedMs = Number.NEGATIVE_INFINITY
  #isCommitting = false
  #started: Promise<void> | null = null
  readonly #stop = new AbortController()

  constructor(options: ProcessModelOptions) {
    this.#options = options
    this.file = ReadModel.open({
      path: options.path ?? inMemory,
      groups: [reportTables, incidentTables, alertTables, quarantineTables],
      version: engineVersion
    })
    this.#facts = new FactTable(this.file)
    this.reports = new KnownReports(this.file)
    this.numbers = new ReportNumbers(this.file)
    this.sources = new SourceActivity(this.file)
    this.clocks = new TheatreClocks(this.#facts)
    this.declarations = new PairDeclarations(this.file, this.#facts)
    this.incidents = new IncidentTable(this.file)
    this.links = new AlertLinks(this.file)
    this.views = {
      incidents: new TopicView({
        ...options,
        ...this.#store(topics.incidents, () => this.#loadTheatres()),
        decode: decodeTheatreRecord,
        isTaken: stored => this.#takeOwn(stored),
        take: batch => this.#foldTheatres(batch)
      }),
      assembly: new TopicView({
        ...options,
        ...this.#store(topics.assembly, () => this.incidents.load()),
        decode: decodeIncidentEvent,
        take: batch => this.#foldAssembly(batch)
      }),
      alerts: new TopicView({
        ...options,
        ...this.#store(topics.alerts, (start, restored) => this.#alertFold?.load(start, restored)),
        decode: decodeAlertEvent,
        take: batch => this.#foldAlerts(batch)
      })
    }
  }

  /** Resolves with the error that ended a fold or the tables for good; pending if there is none. */
  get failed(): Promise<Error> {
    const views = Object.values(this.views).map(view => view.failed)
    return Promise.race([...views, this.file.failed])
  }

  /** Call this before `start`. */
  setAlertFold(fold: AlertFold): void {
    this.#alertFold = fold
  }

  /** The alert as readers of a level have it; null if they have none. */
  findAlert(alertId: string, level: Handling): FoundAlert | null {
    return this.#alertFold?.find(alertId, level) ?? null
  }

  /** The listener gets the cursor behind each batch of the incidents log. */
  onFollowed(listener: (cursor: Cursor) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Folds everything in the logs, then follows them; each service that reads the model calls this.
   * Rejects if a log cannot be read or has records that this version cannot read.
   */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    const { incidents, assembly, alerts } = this.views
    // Statements of alerts name incidents.
    await Promise.all([incidents.start(), assembly.start()])
    await alerts.start()
  }

  /** Stops following: pending waits resolve with `false`. Then closes the file. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    const views = Object.values(this.views)
    await Promise.all(views.map(view => view.close()))
    if (this.file.failure === null) this.#commit()
    this.file.close()
  }

  #store(topic: Topic, load: (start: Cursor, restored: Cursor | null) => void) {
    const { log } = this.#options
    const resume = async (start: Cursor, end: Cursor) => {
      const restored = await this.file.resume(log, start, end)
      load(start, restored)
      return restored
    }
    return { topic, stored: { isOnDisk: this.file.isOnDisk, resume } }
  }

  /** Folds a batch of a log; its rows are committed with those of the next batches. */
  #fold(batch: Batch<unknown>, count: number, work: () => void): void {
    this.file.extend(() => {
      work()
      this.file.folded(batch)
    })
    this.#foldedCount += count
    const isDue = this.#options.clock.monotonicMs() - this.#committedMs >= commitEveryMs
    if (isDue || this.#foldedCount >= commitEvery) this.#commit()
    else if (!this.#isCommitting) void this.#commitLater()
  }

  async #commitLater(): Promise<void> {
    this.#isCommitting = true
    await this.#options.clock.sleep(commitEveryMs, this.#stop.signal)
    this.#isCommitting = false
    if (!this.#stop.signal.aborted && this.file.failure === null) this.#commit()
  }

  #commit(): void {
    this.file.commit()
    this.#foldedCount = 0
    this.#committedMs = this.#options.clock.monotonicMs()
  }

  #loadTheatres(): void {
    this.reports.load()
    this.clocks.load()
    this.declarations.load()
    const rules = this.#facts.list('rule|').map(([, row]) => row as [string, RuleVersion])
    for (const row of rules.sort(([, a], [, b]) => a.ruleVersion - b.ruleVersion))
      this.rules.add(...row)
  }

  #takeOwn(stored: StoredRecord): boolean {
    const own = this.own.take(stored.id)
    if (own === undefined) return false
    if (!own.isFolded) this.reports.apply(own.record, stored)
    this.#ownPage.push({ stored, record: own.record })
    return true
  }

  #foldTheatres(batch: Batch<TheatreRecord>): void {
    const own = this.#ownPage
    this.#ownPage = []
    this.#fold(batch, own.length + batch.records.length, () => {
      let next = 0
      const passOwn = (before: bigint) => {
        for (; next < own.length && own[next]!.stored.position < before; next++)
          this.#countReport(own[next]!.stored, own[next]!.record)
      }
      for (const { stored, decoded } of batch.records) {
        passOwn(stored.position)
        this.#foldTheatre(stored, decoded.record)
      }
      passOwn(batch.cursor.positions[batch.partition] as bigint)
    })
    for (const listener of this.#listeners) listener(batch.cursor)
  }

  #foldTheatre(stored: StoredRecord, record: TheatreRecord): void {
    if (record.type === 'report.received') {
      // Two intake instances may have written different revisions under one id concurrently, and the
      // first counts, as for the rules.
      if (this.numbers.has(stored.key, stored.id)) return
      this.reports.apply(record, stored)
      this.#countReport(stored, record)
      return
    }
    this.reports.apply(record, stored)
    this.clocks.apply(record, stored)
    this.declarations.apply(record, stored)
    if (record.type !== 'rule.configured') return
    const { theatre, data } = record
    this.rules.apply(record)
    this.#facts.put(`rule|${theatre}|${data.ruleId}|${data.ruleVersion}`, [theatre, data])
  }

  #countReport({ key, id }: StoredRecord, record: TheatreRecord): void {
    if (record.type !== 'report.received') return
    const { reportId, handling } = record.data
    if (this.numbers.count(key, id, this.reports.findRow(reportId), handling))
      this.sources.took(key, record.data)
  }

  #foldAssembly(batch: Batch<IncidentEvent>): void {
    this.#fold(batch, batch.records.length, () => {
      for (const { stored, decoded } of batch.records) {
        const { partition, position } = stored
        const { time, cause } = decoded.envelope
        this.incidents.apply({ partition, position, time, cause, event: decoded.record })
      }
    })
  }

  async #foldAlerts(batch: Batch<RecordedEvent>): Promise<void> {
    // Before any event is folded: after an error the whole batch comes again.
    if (batch.records.some(({ decoded }) => isVersion3(decoded.record)))
      await this.#learnIncidents()
    this.#fold(batch, batch.records.length, () => {
      for (const { decoded } of batch.records) this.links.apply(decoded.record, decoded.envelope)
      this.#alertFold?.take(batch)
    })
    this.#alertFold?.passed?.(batch)
  }

  /** Folds the incidents that the log has now: whoever wrote an event wrote its incidents before. */
  async #learnIncidents(): Promise<void> {
    const { incidents, assembly } = this.views
    const views = [incidents.catchUp(incidentsWaitMs), assembly.catchUp(incidentsWaitMs)]
    const isKnown = (await Promise.all(views)).every(Boolean)
    if (!isKnown) this.#options.logger.warn({}, 'alert events are read before their incidents')
  }
}
