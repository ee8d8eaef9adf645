// The notifier's part of the read model: alerts and their events, in tables, and what they are stated
// with. Listeners get each accepted alert event in log order.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor } from '@tocsin/event-log/port'
import type { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import type {
  AlertFold,
  ProcessModel,
  RecordedEvent
} from '@tocsin/read-model/process/process-model'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import type { DeclarationIndex } from '@tocsin/read-model/theatres/declaration-index'
import type { SourceActivity } from '@tocsin/read-model/theatres/source-activity'
import type { TheatreClocks } from '@tocsin/read-model/theatres/theatre-clocks'
import type { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { ActTrail } from './act-trail.ts'
import type { AlertAtLevel } from './alert-at-level.ts'
import { AlertIndex } from './alert-index.ts'
import { AlertJournal, type JournalLimits } from './alert-journal.ts'
import type { AlertRecord, DecodedRecord } from './alert-record.ts'
import { EventHistory } from './event-history.ts'
import { Statements } from './statements.ts'

export interface ProjectionOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly model: ProcessModel
  readonly metrics: NotifierMetrics
  readonly limits: JournalLimits
}

/**
 * Headlines rendered in one step, 1 ms or so, and the waits after it, ms. After a first fold all
 * alerts lack theirs, and a search for words renders what is missing: then the waits are short.
 */
const headlinesPerStep = 20
const firstStepsMs = 1
const nextStepMs = 10
const nextHeadlinesMs = 10_000

export interface AlertListener {
  /** One accepted event, after folding. Must not block or throw. */
  readonly take: (record: AlertRecord) => void
  /** After a batch of events: buffered output may be flushed. */
  readonly flush?: () => void
}

export class Projection implements AlertFold {
  readonly alerts: AlertIndex
  readonly incidents: IncidentTable
  readonly reports: KnownReports
  readonly sources: SourceActivity
  readonly clocks: TheatreClocks
  readonly declarations: DeclarationIndex
  readonly acts: ActTrail
  readonly rules: RuleWordsIndex
  readonly numbers: ReportNumbers
  readonly folds = new TheatreFolds()
  readonly statements: Statements
  readonly views: ProcessModel['views']
  readonly #options: ProjectionOptions
  readonly #listeners = new Set<AlertListener>()
  #journal: AlertJournal | null = null
  readonly #stop = new AbortController()

  constructor(options: ProjectionOptions) {
    const { model } = options
    this.#options = options
    this.incidents = model.incidents
    this.reports = model.reports
    this.sources = model.sources
    this.clocks = model.clocks
    this.declarations = model.declarations
    this.rules = model.rules
    this.numbers = model.numbers
    this.views = model.views
    this.statements = new Statements(this)
    this.alerts = new AlertIndex(model.file, this.incidents, this.folds, this.statements)
    this.acts = new ActTrail(this.alerts.events)
    model.setAlertFold(this)
  }

  /** Alert events in order. Available after `start` was called. */
  get journal(): AlertJournal {
    if (this.#journal === null) throw new Error('the projection is not started')
    return this.#journal
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

  /** Ends the rendering of headlines. */
  close(): void {
    this.#stop.abort()
  }

  load(start: Cursor, restored: Cursor | null): void {
    const { log, limits } = this.#options
    const history = new EventHistory(log, this.alerts.events, this.statements)
    this.alerts.load()
    this.#journal = new AlertJournal(log, start, history, this.alerts.events, limits)
    if (restored !== null) this.#journal.restored(restored)
  }

  take({ partition, records }: Batch<RecordedEvent>): void {
    for (const { stored, decoded } of records) {
      this.#foldAlert({
        partition,
        position: stored.position,
        envelope: decoded.envelope,
        recorded: decoded.record
      })
    }
    this.alerts.write()
  }

  find(alertId: string, level: Handling): AlertAtLevel | null {
    return this.alerts.get(alertId)?.at(level) ?? null
  }

  passed({ partition, cursor }: Batch<RecordedEvent>): void {
    this.journal.passed(partition, cursor.positions[partition] ?? 0n)
    for (const listener of this.#listeners) listener.flush?.()
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
