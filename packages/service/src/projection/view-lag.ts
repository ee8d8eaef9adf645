// Metrics for the lag of a process's views. The log is queried when /metrics is read, once per
// topic, however many views follow it; without an answer in time the metrics are absent.

import type { Clock } from '@tocsin/domain/ports'
import type { Lag } from '@tocsin/event-log/follow'
import type { EventLog, PartitionState } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { Gauge, type Registry } from 'prom-client'
import { within } from '../process/within.ts'

export interface LaggingView {
  readonly log: EventLog
  readonly clock: Clock
  readonly topic: Topic
  /** The lag, given the states of the topic's partitions; null while the view follows nothing. */
  readonly lag: (states: readonly PartitionState[]) => Promise<Lag | null>
}

const askMs = 1_000

type Views = Map<Topic, LaggingView[]>
const viewsOf = new WeakMap<Registry, Views>()

/** Adds a view's lag to the metrics of a registry: of several views of one topic, the greatest. */
export function watchLag(registry: Registry, view: LaggingView): void {
  const views = viewsOf.get(registry) ?? createGauges(registry)
  views.set(view.topic, [...(views.get(view.topic) ?? []), view])
}

function createGauges(registry: Registry): Views {
  const views: Views = new Map()
  viewsOf.set(registry, views)
  // Both gauges are collected at once, and share one query.
  const look = () =>
    Promise.all([...views].map(async ([topic, each]) => ({ topic, lag: await findFurthest(each) })))
  let looking: ReturnType<typeof look> | null = null
  const addGauge = (name: string, help: string, unit: keyof Lag) =>
    new Gauge({
      ...{ name, help: `${help} Absent while the log does not answer.`, labelNames: ['topic'] },
      registers: [registry],
      async collect() {
        looking ??= look().finally(() => {
          looking = null
        })
        const found = await looking
        this.reset()
        for (const { topic, lag } of found) if (lag !== null) this.set({ topic }, lag[unit])
      }
    })
  addGauge(
    'tocsin_view_lag_records',
    'Records of a followed log that this process has not folded yet.',
    'events'
  )
  addGauge(
    'tocsin_view_lag_seconds',
    'Time since when there have been records of a followed log that this process has not folded yet.',
    'seconds'
  )
  return views
}

/** The greatest lag of the views; null if none follows, or the log does not answer. */
async function findFurthest(views: readonly LaggingView[]): Promise<Lag | null> {
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
