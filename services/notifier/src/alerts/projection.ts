// The notifier's read model: what is folded from three logs into tables. A restart continues from
// them. Listeners get each accepted alert event in log order.

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
import { type ReportHead, readReportHead } from '@tocsin/contracts/report/report-head'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { alertTables } from '@tocsin/read-model/alerts/alert-schema'
import { incidentTables } from '@tocsin/read-model/incidents/incident-schema'
import { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { FactTable } from '@tocsin/read-model/reports/fact-table'
import { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import { ReportPlaces } from '@tocsin/read-model/theatres/report-places'
import { SourceActivity } from '@tocsin/read-model/theatres/source-activity'
import { theatreTables } from '@tocsin/read-model/theatres/theatre-schema'
import { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { type StoredState, TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Registry } from 'prom-client'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { ActTrail } from './act-trail.ts'
import type { AlertRecord, DecodedRecord } from './alert-entry.ts'
import { AlertIndex } from './alert-index.ts'
import { AlertJournal, type JournalLimits } from './alert-journal.ts'
import { DeclarationIndex } from './declaration-index.ts'
import { EventHistory } from './event-history.ts'
import { Statements } from './statements.ts'
import { TheatreClocks } from './theatre-clocks.ts'

export interface ProjectionOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly metrics: NotifierMetrics
  /** Where the lag of the views is reported. */
  readonly registry: Registry
  readonly limits: JournalLimits
  /** Folder for the read model; default in memory. */
  readonly viewsFolder?: string | undefined
}

/**
 * Headlines rendered in one step, 1 ms or so, and the waits after it, ms. After a first fold all
 * alerts lack theirs, and a search for words renders what is missing: then the waits are short.
 */
const headlinesPerStep = 20
const firstStepsMs = 1
const nextStepMs = 10
const nextHeadlinesMs = 10_000

/** Longest wait of an alert event for the incidents that it names, ms. */
const incidentsWaitMs = 2_000

type RecordedEvent = RecordedAlert | AlertEvent3

export interface AlertListener {
  /** One accepted event, after folding. Must not block or throw. */
  readonly take: (record: AlertRecord) => void
  /** After a batch of events: buffered output may be flushed. */
  readonly flush?: () => void
}

interface HeadedReport {
  readonly stored: StoredRecord
  readonly head: ReportHead | ReportRevision
}

interface Views {
  readonly incidents: TopicView<TheatreRecord>
  readonly assembly: TopicView<IncidentEvent>
  readonly alerts: TopicView<RecordedEvent>
}

export class Projection {
  readonly alerts: AlertIndex
  readonly incidents: IncidentTable
  readonly reports: ReportPlaces
  readonly sources: SourceActivity
  readonly clocks: TheatreClocks
  readonly declarations: DeclarationIndex
  readonly acts: ActTrail
  readonly rules = new RuleWordsIndex()
  /** Report numbers, by which alert events name their triggers. */
  readonly numbers: ReportNumbers
  readonly folds = new TheatreFolds()
  readonly statements: Statements
  /** One per log, for callers that wait for a position. */
  readonly views: Views
  readonly #options: ProjectionOptions
  readonly #model: ReadModel
  readonly #listeners = new Set<AlertListener>()
  #journal: AlertJournal | null = null
  readonly #facts: FactTable
  /** Reports of the page that is read, by their heads. */
  #heads: HeadedReport[] = []
  readonly #stop = new AbortController()

  constructor(options: ProjectionOptions) {
    this.#options = options
    const { viewsFolder } = options
    this.#model = ReadModel.open({
      path: viewsFolder === undefined ? inMemory : join(viewsFolder, 'notifier.sqlite'),
      groups: [alertTables, incidentTables, theatreTables],
      version: engineVersion
    })
    this.incidents = new IncidentTable(this.#model)
    this.reports = new ReportPlaces(this.#model)
    this.sources = new SourceActivity(this.#model)
    this.numbers = new ReportNumbers(this.#model)
    this.#facts = new FactTable(this.#model, 'report_fact')
    this.clocks = new TheatreClocks(this.#facts)
    this.declarations = new DeclarationIndex(this.#facts)
    this.statements = new Statements(this)
    this.alerts = new AlertIndex(this.#model, this.incidents, this.folds, this.statements)
    this.acts = new ActTrail(this.alerts.events)
    this.views = {
      incidents: new TopicView({
        ...this.#followOptions('incidents'),
        stored: this.#store(() => this.#loadTheatres()),
        decode: decodeTheatreRecord,
        isTaken: stored => this.#takeHead(stored),
        take: batch => this.#foldIncidents(batch)
      }),
      assembly: new TopicView({
        ...this.#followOptions('assembly'),
        stored: this.#store(() => this.incidents.load()),
        decode: decodeIncidentEvent,
        take: batch => this.#foldAssembly(batch)
      }),
      alerts: new TopicView({
        ...this.#followOptions('alerts'),
        stored: this.#store(cursor => {
          this.alerts.load()
          if (cursor !== null) this.journal.restored(cursor)
        }),
        decode: decodeAlertEvent,
        take: batch => this.#foldAlerts(batch)
      })
    }
  }

  /** Alert events in order. Available after `start` was called. */
  get journal(): AlertJournal {
    if (this.#journal === null) throw new Error('the projection is not started')
    return this.#journal
  }

  /** Resolves with the error that ended a fold or the tables for good; pending if there is none. */
  get failed(): Promise<Error> {
    const views = Object.values(this.views).map(view => view.failed)
    return Promise.race([...views, this.#model.failed])
  }

  /** Per log, `ok` or the fault. */
  get checks(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.views).map(([name, view]) => [
        name,
        view.failure?.message ?? (view.cursor === null ? (view.trouble ?? 'not started') : 'ok')
      ])
    )
  }

  /**
   * Folds everything in the logs, then follows them. Rejects if a log can't be read or has records
   * that this version can't read.
   */
  async start(): Promise<void> {
    const { log, limits } = this.#options
    const history = new EventHistory(log, this.alerts.events, this.statements)
    this.#journal = new AlertJournal(
      log,
      await log.cursorAt(topics.alerts, 'earliest'),
      history,
      this.alerts.events,
      limits
    )
    const { incidents, assembly, alerts } = this.views
    // Statements of alerts name incidents.
    await Promise.all([incidents.start(), assembly.start()])
    await alerts.start()
  }

  subscribe(listener: AlertListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Renders headlines until closed, so that word searches need not wait for them. */
  async renderHeadlines(): Promise<void> {
    const { signal } = this.#stop
    for (let stepMs = firstStepsMs; !signal.aborted; ) {
      const isMore = this.alerts.foldHeadlines(headlinesPerStep)
      if (!isMore) stepMs = nextStepMs
      await this.#options.clock.sleep(isMore ? stepMs : nextHeadlinesMs, signal)
    }
  }

  /** Stops following. Idempotent; pending waits resolve with `false`. */
  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(Object.values(this.views).map(view => view.close()))
    this.#model.close()
  }

  #followOptions(name: keyof Views) {
    const { log, clock, logger, metrics, registry } = this.#options
    return {
      ...{ log, clock, logger },
      metrics: registry,
      topic: topics[name],
      onQuarantine: () => metrics.quarantined.inc({ topic: name })
    }
  }

  /** `load`: reads the part of the tables that stays in memory. */
  #store(load: (cursor: Cursor | null) => void): StoredState {
    return {
      isOnDisk: this.#model.isOnDisk,
      resume: async (start, end) => {
        const cursor = await this.#model.resume(this.#options.log, start, end)
        load(cursor)
        return cursor
      }
    }
  }

  /** For most reports the head suffices: they are not decoded. */
  #takeHead(stored: StoredRecord): boolean {
    const head = stored.value === null ? null : readReportHead(stored.value)
    if (head !== null) this.#heads.push({ stored, head })
    return head !== null
  }

  #foldIncidents(batch: Batch<TheatreRecord>): void {
    const heads = this.#heads
    this.#heads = []
    const inOrder = [...heads, ...batch.records].sort((a, b) =>
      a.stored.position < b.stored.position ? -1 : 1
    )
    this.#model.transact(() => {
      for (const each of inOrder)
        if ('head' in each) this.#foldReport(each)
        else this.#foldIncident(each.stored, each.decoded.record)
      this.#model.folded(batch)
    })
  }

  #foldReport({ stored: { id, partition, position, key }, head }: HeadedReport): void {
    // Two intake instances may have written different revisions under one id concurrently: the first
    // counts, as for the rules.
    if (!this.numbers.count(key, id, head.reportId, head.handling)) return
    this.reports.received(partition, position, head)
    this.sources.took(key, head)
  }

  #foldIncident(stored: StoredRecord, record: TheatreRecord): void {
    if (record.type === 'report.received') {
      this.#foldReport({ stored, head: record.data })
      return
    }
    this.clocks.apply(record, stored)
    this.reports.apply(stored.partition, stored.position, record)
    this.declarations.apply(record, stored)
    if (record.type !== 'rule.configured') return
    const { theatre, data } = record
    this.rules.apply(record)
    this.#facts.put(`rule|${theatre}|${data.ruleId}|${data.ruleVersion}`, [theatre, data])
  }

  #loadTheatres(): void {
    this.clocks.load()
    this.declarations.load()
    const rules = this.#facts.list('rule|').map(([, row]) => row as [string, RuleVersion])
    for (const row of rules.sort(([, a], [, b]) => a.ruleVersion - b.ruleVersion))
      this.rules.add(...row)
  }

  #foldAssembly(batch: Batch<IncidentEvent>): void {
    this.#model.transact(() => {
      for (const { stored, decoded } of batch.records) {
        const { partition, position } = stored
        const { time, cause } = decoded.envelope
        this.incidents.apply({ partition, position, time, cause, event: decoded.record })
      }
      this.#model.folded(batch)
    })
  }

  async #foldAlerts(batch: Batch<RecordedEvent>): Promise<void> {
    const { partition, records, cursor } = batch
    // Before any event is folded: after an error the whole batch comes again.
    if (records.some(({ decoded }) => isVersion3(decoded.record))) await this.#learnIncidents()
    this.#model.transact(() => {
      for (const { stored, decoded } of records) {
        this.#foldAlert({
          partition,
          position: stored.position,
          envelope: decoded.envelope,
          recorded: decoded.record
        })
      }
      this.alerts.write()
      this.#model.folded(batch)
    })
    this.journal.passed(partition, cursor.positions[partition] ?? 0n)
    for (const listener of this.#listeners) listener.flush?.()
  }

  /** Folds the incidents that the log has now: whoever wrote an event wrote its incidents before. */
  async #learnIncidents(): Promise<void> {
    const { incidents, assembly } = this.views
    const views = [incidents.catchUp(incidentsWaitMs), assembly.catchUp(incidentsWaitMs)]
    const isKnown = (await Promise.all(views)).every(Boolean)
    if (!isKnown) this.#options.logger.warn({}, 'alert events are read before their incidents')
  }

  #foldAlert(decoded: DecodedRecord): void {
    const { logger, metrics } = this.#options
    const { partition, position, envelope, recorded } = decoded
    const { theatre } = envelope
    const { seq } = recorded.data
    const folded = this.alerts.apply(decoded)
    const { acceptance, event } = folded
    if (acceptance === 'conflicting') {
      metrics.conflicts.inc()
      logger.error(
        { theatre, seq },
        'the log holds two different records at one seq: the first one counts'
      )
    }
    if (acceptance === 'gap') {
      metrics.gaps.inc()
      logger.error({ theatre, seq }, 'a seq is missing before this record')
    }
    if (folded.event === null || event === null) return
    if ('evidenceLost' in event.data) {
      const { alertId, revision } = event.data
      logger.error(
        { theatre, seq, alertId, revision },
        'the evidence of an alert is unknown until an event states it whole'
      )
    }
    const { sum, readers } = folded
    const record: AlertRecord = { partition, position, envelope, event, sum, readers }
    this.journal.add(record)
    this.acts.take(record)
    for (const listener of this.#listeners) listener.take(record)
  }
}
