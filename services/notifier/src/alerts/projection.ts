// The notifier's part of the read model: alerts and their events, in tables, and what they are stated
// with. Listeners get each accepted alert event in log order.

import type { AlertFold, ProcessModel } from '@tocsin/read-model/process/process-model'
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

export type Projection = ReturnType<typeof createProjection>

export function createProjection({
  model,
  log,
  clock,
  logger,
  metrics,
  limits
}: ProjectionOptions) {
  const { incidents, reports, numbers, sources, clocks, declarations, views } = model
  const alerts = new AlertIndex(model)
  const listeners = new Set<AlertListener>()
  const stop = new AbortController()
  let journal: AlertJournal | null = null

  const getJournal = (): AlertJournal => {
    if (journal === null) throw new Error('the projection is not started')
    return journal
  }
  const note = (
    { acceptance, record }: Folded,
    { envelope: { theatre }, recorded }: DecodedRecord
  ) => {
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
    const { partition, position, envelope, event } = record
    const { data } = event
    if ('evidenceLost' in data)
      logger.error(
        { theatre, seq, alertId: data.alertId, revision: data.revision },
        'the evidence of an alert is unknown until an event states it whole'
      )
    getJournal().add(record)
    const done = whoDid(event)
    if (done !== null)
      alerts.events.insertAct({
        ...{ at: envelope.time, partition, position, id: envelope.id, type: event.type },
        ...{ subject: data.alertId, theatre: data.theatre, ...done }
      })
    for (const listener of listeners) listener.take(record)
  }

  const fold: AlertFold = {
    load(start, restored) {
      alerts.load()
      journal = new AlertJournal(log, alerts, start, restored, limits.recentEventsMax)
    },
    take: batch => alerts.take(batch, note),
    find: (alertId, level) => alerts.find(alertId, level),
    passed({ partition, cursor }) {
      getJournal().passed(partition, cursor.positions[partition] ?? 0n)
      for (const listener of listeners) listener.flush?.()
    }
  }
  model.setAlertFold(fold)

  return {
    ...{ incidents, reports, numbers, sources, clocks, declarations, views, alerts },
    /** Alert events in order. Available after `start` was called. */
    get journal(): AlertJournal {
      return getJournal()
    },
    /** Per log, `ok` or the fault. */
    get checks(): Readonly<Record<string, string>> {
      return Object.fromEntries(
        Object.entries(views).map(([name, view]) => [
          name,
          view.failure?.message ?? (view.cursor === null ? (view.trouble ?? 'not started') : 'ok')
        ])
      )
    },
    subscribe(listener: AlertListener): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Renders headlines until closed, so that word searches need not wait for them. */
    async renderHeadlines(): Promise<void> {
      for (let stepMs = firstStepsMs; !stop.signal.aborted; ) {
        const isMore = alerts.foldHeadlines(headlinesPerStep)
        if (!isMore) stepMs = nextStepMs
        await clock.sleep(isMore ? stepMs : nextHeadlinesMs, stop.signal)
      }
    },
    close(): void {
      stop.abort()
    }
  }
}
