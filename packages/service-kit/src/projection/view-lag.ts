// How far the views of a process are behind the logs that they follow, as figures. The log is asked when /metrics is read, once for each topic,
// however many views of this process follow it; a log that does not answer in time has no figures.

import type { Clock } from '@tocsin/domain/ports'
import type { Lag } from '@tocsin/event-log/follow'
import type { EventLog, PartitionState } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { Gauge, type Registry } from 'prom-client'

export interface LaggingView {
  readonly log: Pick<EventLog, 'state'>
  readonly clock: Clock
  readonly topic: Topic
  /** Judged by where the topic's partitions end; null while the view follows nothing. */
  readonly lag: (states: readonly PartitionState[]) => Promise<Lag | null>
}

/** How long /metrics waits for the log, ms. */
const askMs = 1_000

const boards = new WeakMap<Registry, LagBoard>()

/** Shows a view's lag among a registry's figures: of several views of one topic, the one that is furthest behind. */
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
    const shared = { labelNames: ['topic'] as const, registers: [registry], collect: () => this.#look() }
    this.#records = new Gauge({
      ...shared,
      name: 'tocsin_view_lag_records',
      help: 'Records of a log that this process follows and has not folded yet. Absent while the log does not answer.'
    })
    this.#seconds = new Gauge({
      ...shared,
      name: 'tocsin_view_lag_seconds',
      help: 'How long there have been records of a log that this process follows and has not folded yet. Absent while the log does not answer.'
    })
  }

  add(view: LaggingView): void {
    this.#views.set(view.topic, [...(this.#views.get(view.topic) ?? []), view])
  }

  /** Both figures are collected at once, and look together. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    const seen = await Promise.all([...this.#views].map(async ([topic, views]) => [topic, await furthest(views)] as const))
    this.#records.reset()
    this.#seconds.reset()
    for (const [topic, lag] of seen) {
      if (lag === null) continue
      this.#records.set({ topic }, lag.events)
      this.#seconds.set({ topic }, lag.seconds)
    }
  }
}

/** The lag of the view that is furthest behind; null where none follows, or the log does not say where it ends. */
async function furthest(views: readonly LaggingView[]): Promise<Lag | null> {
  const [first] = views
  const states = first === undefined ? null : await statesOf(first)
  if (states === null) return null
  const lags = (await Promise.all(views.map(view => view.lag(states)))).filter(lag => lag !== null)
  if (lags.length === 0) return null
  return { events: Math.max(...lags.map(lag => lag.events)), seconds: Math.max(...lags.map(lag => lag.seconds)) }
}

/** Where a topic's partitions end; null when the log does not say so in time, which `tocsin_log_up` is for. */
async function statesOf({ log, clock, topic }: LaggingView): Promise<readonly PartitionState[] | null> {
  const answered = new AbortController()
  const late = clock.sleep(askMs, answered.signal).then(() => null)
  try {
    return await Promise.race([log.state(topic).catch(() => null), late])
  } finally {
    answered.abort()
  }
}
