// Metrics for the lag of a process's views. The log is queried when /metrics is read, once per
// topic, however many views follow it; without an answer in time the metrics are absent.

import type { Clock } from '@tocsin/domain/ports'
import type { Lag } from '@tocsin/event-log/follow'
import type { EventLog, PartitionState } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { Gauge, type Registry } from 'prom-client'
import { within } from '../process/within.ts'

export interface LaggingView {
  readonly log: Pick<EventLog, 'state'>
  readonly clock: Clock
  readonly topic: Topic
  /** The lag, given the states of the topic's partitions; null while the view follows nothing. */
  readonly lag: (states: readonly PartitionState[]) => Promise<Lag | null>
}

/** Timeout of the query, ms. */
const askMs = 1_000

const boards = new WeakMap<Registry, LagBoard>()

/** Adds a view's lag to the metrics of a registry: of several views of one topic, the greatest. */
export function watchLag(registry: Registry, view: LaggingView): void {
  const board = boards.get(registry) ?? new LagBoard(registry)
  boards.set(registry, board)
  board.add(view)
}

class LagBoard {
  readonly #views = new Map<Topic, LaggingView[]>()
  readonly #records: Gauge<'topic'>
  readonly #seconds: Gauge<'topic'>
  #looking: Promise<void> | null = null

  constructor(registry: Registry) {
    const shared = {
      labelNames: ['topic'] as const,
      registers: [registry],
      collect: () => this.#look()
    }
    this.#records = new Gauge({
      ...shared,
      name: 'tocsin_view_lag_records',
      help: 'Records of a followed log that this process has not folded yet. Absent while the log does not answer.'
    })
    this.#seconds = new Gauge({
      ...shared,
      name: 'tocsin_view_lag_seconds',
      help: 'Time since when there have been records of a followed log that this process has not folded yet. Absent while the log does not answer.'
    })
  }

  add(view: LaggingView): void {
    this.#views.set(view.topic, [...(this.#views.get(view.topic) ?? []), view])
  }

  /** Both gauges are collected at once, and share one query. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    const seen = await Promise.all(
      [...this.#views].map(async ([topic, views]) => [topic, await furthest(views)] as const)
    )
    this.#records.reset()
    this.#seconds.reset()
    for (const [topic, lag] of seen) {
      if (lag === null) continue
      this.#records.set({ topic }, lag.events)
      this.#seconds.set({ topic }, lag.seconds)
    }
  }
}

/** The greatest lag of the views; null if none follows, or the log does not answer. */
async function furthest(views: readonly LaggingView[]): Promise<Lag | null> {
  const [first] = views
  if (first === undefined) return null
  const { log, clock, topic } = first
  // `tocsin_log_up` reports a log that does not answer.
  const states = await within(
    clock,
    askMs,
    log.state(topic).catch(() => null)
  )
  if (states === null) return null
  const lags = (await Promise.all(views.map(view => view.lag(states)))).filter(lag => lag !== null)
  if (lags.length === 0) return null
  return {
    events: Math.max(...lags.map(lag => lag.events)),
    seconds: Math.max(...lags.map(lag => lag.seconds))
  }
}
