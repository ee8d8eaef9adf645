// The rules service with its folds in threads: its routes are here, under the host's one guard, and
// questions to the folds go to the threads. Each folds its own share of the partitions, so that a
// long fold delays neither intake, nor the notifier, nor the theatres of other threads. Source:
// decision 0108.

import { availableParallelism } from 'node:os'
import type { KafkaStats } from '@tocsin/event-log/kafka/kafka-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { rulesInterface } from '@tocsin/rules/rules-interface'
import type { Service } from '@tocsin/service/process/service'
import { registerReadGauge } from '@tocsin/service/telemetry/metrics'
import { Registry } from 'prom-client'
import {
  mergeMetrics,
  mergeNear,
  mergePreviews,
  mergeProgress,
  mergeReadiness,
  mergeStandings
} from './combined-answers.ts'
import { RulesThread, type RulesThreadDeps } from './rules-thread.ts'

export interface RulesThreadsDeps extends RulesThreadDeps {
  readonly config: RulesThreadDeps['config'] & { readonly rulesThreads: number }
  /** Gets a reader of the statistics of the threads on a Kafka log. */
  readonly includeStats: (read: () => readonly (KafkaStats | null)[]) => void
}

/** Starts the first thread immediately, so that it is loaded when its service starts. */
export function createRulesInThreads(deps: RulesThreadsDeps): Service {
  const failure = Promise.withResolvers<Error>()
  const threads: RulesThread[] = []
  const add = (): void => {
    const thread = new RulesThread(deps)
    void thread.failed.then(failure.resolve)
    threads.push(thread)
  }
  add()
  deps.includeStats(() => threads.map(({ logStats }) => logStats))
  const silence = createSilenceGauge(threads)
  const callEach = <T>(ask: (thread: RulesThread) => Promise<T>): Promise<T[]> =>
    Promise.all(threads.map(ask))
  /** Asks all threads. When one refuses, the others give up as if the client had gone. */
  const callUntilRefused = async <T>(
    isGone: () => boolean,
    ask: (thread: RulesThread, isGone: () => boolean) => Promise<T>
  ) => {
    let isRefused = false
    try {
      return await callEach(thread => ask(thread, () => isRefused || isGone()))
    } catch (error) {
      isRefused = true
      throw error
    }
  }
  const routed = rulesInterface(deps, {
    standings: async (principal, ruleIds) =>
      mergeStandings(await callEach(({ answers }) => answers.standings(principal, ruleIds))),
    near: async (principal, ruleId, isGone) =>
      mergeNear(
        await callUntilRefused(isGone, ({ answers }, isOver) =>
          answers.near(principal, ruleId, isOver)
        )
      ),
    preview: async (principal, body, isGone) =>
      mergePreviews(
        await callUntilRefused(isGone, ({ answers }, isOver) =>
          answers.preview(principal, body, isOver)
        )
      ),
    previewing: async principal =>
      mergeProgress(await callEach(({ answers }) => answers.previewing(principal)))
  })
  return {
    ...routed,
    failed: failure.promise,
    async start() {
      const count = await countThreads(deps)
      while (threads.length < count) add()
      await Promise.all(threads.map((thread, index) => thread.start({ index, of: count })))
    },
    readiness: () => mergeReadiness(threads.map(thread => thread.readiness())),
    metrics: async () =>
      mergeMetrics([
        ...(await callEach(thread => thread.metrics())),
        await silence.getMetricsAsJSON()
      ]),
    close: async () => void (await callEach(thread => thread.close()))
  }
}

/**
 * A thread that is stuck leaves its own metrics as they were, so that its lag seems small: this one
 * is of its host.
 */
function createSilenceGauge(threads: readonly RulesThread[]): Registry {
  const registry = new Registry()
  registerReadGauge(
    registry,
    'tocsin_rules_thread_silent_seconds',
    'Seconds since a thread of the rules last told how it is: its other metrics are of that time. With several threads, the longest.',
    () => Math.max(...threads.map(({ silentForMs }) => silentForMs)) / 1000,
    'max'
  )
  return registry
}

/** One per partition, and no more than processors, unless configured. */
async function countThreads({
  log,
  config
}: {
  log: EventLog
  config: RulesThreadsDeps['config']
}) {
  const most = config.rulesThreads === 0 ? availableParallelism() : config.rulesThreads
  return Math.max(1, Math.min(most, await log.partitionCount(topics.incidents)))
}
