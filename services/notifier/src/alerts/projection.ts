// The notifier's part of the read model: alerts and their events, in tables, and what they are stated
// with. Listeners get each accepted alert event in log order.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor } from '@tocsin/event-log/port'
import type {
  AlertFold,
  ProcessModel,
  RecordedEvent
} from '@tocsin/read-model/process/process-model'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { AlertIndex, type Folded } from './alert-index.ts'
import { AlertJournal } from './alert-journal.ts'
import type { AlertRecord, DecodedRecord } from './alert-record.ts'
import { whoDid } from './officers-talk.ts'

export interface ProjectionOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  readonly model: ProcessModel
  readonly metrics: NotifierMetrics
  readonly limits: { readonly recentEventsMax: number }
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
  readonly incidents: ProcessModel['incidents']
  readonly reports: ProcessModel['reports']
  readonly numbers: ProcessModel['numbers']
  readonly sources: ProcessModel['sources']
  readonly clocks: ProcessModel['clocks']
  readonly declarations: ProcessModel['declarations']
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
    this.numbers = model.numbers
    this.sources = model.sources
    this.clocks = model.clocks
    this.declarations = model.declarations
    this.views = model.views
    this.alerts = new AlertIndex(model)
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

  close(): void {
    this.#stop.abort()
  }

  load(start: Cursor, restored: Cursor | null): void {
    const { log, limits } = this.#options
    this.alerts.load()
    this.#journal = new AlertJournal(log, this.alerts, start, restored, limits.recentEventsMax)
  }

  take(batch: Batch<RecordedEvent>): void {
    this.alerts.take(batch, (folded, record) => this.#note(folded, record))
  }

  find(alertId: string, level: Handling) {
    return this.alerts.find(alertId, level)
  }

  passed({ partition, cursor }: Batch<RecordedEvent>): void {
    this.journal.passed(partition, cursor.positions[partition] ?? 0n)
    for (const listener of this.#listeners) listener.flush?.()
  }

  #note({ acceptance, record }: Folded, { envelope: { theatre }, recorded }: DecodedRecord): void {
    const { logger, metrics } = this.#options
    const { seq } = recorded.data
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
    if (record === null) return
    const { data } = record.event
    if ('evidenceLost' in data)
      logger.error(
        { theatre, seq, alertId: data.alertId, revision: data.revision },
        'the evidence of an alert is unknown until an event states it whole'
      )
    this.journal.add(record)
    const { partition, position, envelope, event } = record
    const done = whoDid(event)
    if (done !== null)
      this.alerts.events.insertAct({
        ...{ at: envelope.time, partition, position, id: envelope.id, type: event.type },
        ...{ subject: data.alertId, theatre: data.theatre, ...done }
      })
    for (const listener of this.#listeners) listener.take(record)
  }
}
