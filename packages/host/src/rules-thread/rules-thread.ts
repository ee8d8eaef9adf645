// One thread of folds as the rest of the process sees it: questions go to it as messages, with a
// deadline each.

import { Worker } from 'node:worker_threads'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { FixedShare } from '@tocsin/event-log/fixed-membership'
import type { KafkaStats } from '@tocsin/event-log/kafka/kafka-log'
import type {
  FoldAnswers,
  NearAnswer,
  PreviewAnswer,
  PreviewProgress,
  SeenStandings
} from '@tocsin/rules/rule/fold-answers'
import type { Readiness } from '@tocsin/service/process/service'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { writeLine } from '@tocsin/service/telemetry/logger'
import {
  type Ask,
  decodeError,
  type FromThread,
  type ThreadConfig,
  type ThreadMetrics,
  type ThreadSettings,
  type ToThread
} from './messages.ts'

/** Timeout of an answer of the folds, ms: a preview is given up after the same time. */
const answerMs = 30_000
/**
 * How long a scrape waits for metrics, ms: if a fold takes longer, the last ones that came are
 * returned.
 */
const metricsMs = 250
/** Interval between checks whether somebody still waits for an answer, ms. */
const lookEveryMs = 200
/** A thread silent for this long counts as stuck, ms: no fold may take that long. */
const silentMs = 30_000

export interface RulesThreadDeps extends ServiceDeps {
  readonly config: ThreadConfig
  readonly observeAppend: (seconds: number) => void
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One thread. It is loaded as soon as it is made, and folds from `start` on. */
export class RulesThread {
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #failure = Promise.withResolvers<Error>()
  readonly #started = Promise.withResolvers<void>()
  readonly #exited = Promise.withResolvers<void>()
  readonly #waiting = new Map<number, Waiting>()
  #asks = 0
  #readiness: Readiness = { ready: false, checks: { incidents: 'starting' } }
  #metrics: ThreadMetrics = []
  /** The question for metrics that is not answered yet. */
  #measuring: Promise<void> | null = null
  #logStats: KafkaStats | null = null
  #wordMs: number
  #isClosing = false
  /** What ended it; the process ends with it. */
  #over: Error | null = null

  constructor({ config, clock, logger, secrets, observeAppend }: RulesThreadDeps) {
    const { data, log, brokers, kafka, partitions, rules, logLevel } = config
    const workerData: ThreadSettings = {
      name: String(logger.bindings().name ?? 'rules'),
      config: { data, log, brokers, kafka, partitions, rules, logLevel },
      cursorKey: secrets.derive('cursor')
    }
    this.#clock = clock
    this.#wordMs = clock.monotonicMs()
    this.#worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
      name: 'rules',
      workerData
    })
    this.#worker.on('message', (message: FromThread) => {
      this.#wordMs = clock.monotonicMs()
      if (message.kind === 'line') writeLine(logger, message.line)
      else if (message.kind === 'appended') observeAppend(message.seconds)
      else this.#take(message)
    })
    this.#worker.on('error', error =>
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    )
    this.#worker.on('exit', code => {
      if (!this.#isClosing)
        this.#fail(new Error(`the rules thread ended unexpectedly with code ${code}`))
      this.#exited.resolve()
    })
    // `start` reports the error; without a handler an earlier failure would be an unhandled
    // rejection.
    this.#started.promise.catch(() => {})
  }

  get failed(): Promise<Error> {
    return this.#failure.promise
  }

  readonly answers: FoldAnswers = {
    standings: async (principal, ruleIds) =>
      (await this.#request(
        { what: 'standings', principal, ruleIds },
        { withinMs: answerMs }
      )) as SeenStandings,
    near: async (principal, ruleId, isGone) =>
      (await this.#request(
        { what: 'near', principal, ruleId },
        { withinMs: answerMs, isGone }
      )) as NearAnswer,
    preview: async (principal, body, isGone) =>
      (await this.#request(
        { what: 'preview', principal, body },
        { withinMs: 2 * answerMs, isGone }
      )) as PreviewAnswer,
    previewing: async principal =>
      (await this.#request(
        { what: 'previewing', principal },
        { withinMs: answerMs }
      )) as PreviewProgress | null
  }

  /** Resolves when its share of the partitions is folded. Rejects if it can't be. */
  async start(share: FixedShare): Promise<void> {
    this.#post({ kind: 'start', share })
    await this.#started.promise
  }

  /** Time since its last state message, ms; it sends several a second. */
  get silentForMs(): number {
    return this.#clock.monotonicMs() - this.#wordMs
  }

  readiness(): Readiness {
    if (this.#over !== null)
      return {
        ready: false,
        checks: { ...this.#readiness.checks, thread: `ended: ${this.#over.message}` }
      }
    const { silentForMs } = this
    if (silentForMs < silentMs) return this.#readiness
    const checks = {
      ...this.#readiness.checks,
      thread: `not responding for ${Math.floor(silentForMs / 1000)} s`
    }
    return { ready: false, checks }
  }

  /** Statistics of its handle of a Kafka log, as last reported. */
  get logStats(): KafkaStats | null {
    return this.#logStats
  }

  /**
   * The last ones that came, if it is too busy to answer. An answer that comes too late is what the
   * next scrape is told: under long folds each comes too late, and the figures would stand still
   * while the thread still says how it is.
   */
  async metrics(): Promise<ThreadMetrics> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null
    })
    const over = new AbortController()
    try {
      await Promise.race([this.#measuring, this.#clock.sleep(metricsMs, over.signal)])
    } finally {
      over.abort()
    }
    return this.#metrics
  }

  async #measure(): Promise<void> {
    try {
      this.#metrics = (await this.#request(
        { what: 'metrics' },
        { withinMs: answerMs }
      )) as ThreadMetrics
    } catch (error) {
      // Too busy, or ended: `silentForMs` and `readiness` show it.
      if (!(error instanceof ProblemError)) throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#post({ kind: 'close' })
    await this.#exited.promise
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  /**
   * Rejects with the thread's problem, `overloaded` if it does not answer in time, or
   * `shutting-down` if it has ended.
   */
  async #request(
    ask: Ask,
    { withinMs, isGone }: { withinMs: number; isGone?: () => boolean }
  ): Promise<unknown> {
    if (this.#over !== null) throw createEndedError(this.#over)
    this.#asks += 1
    const id = this.#asks
    const answered = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answered)
    const over = new AbortController()
    const late = this.#clock.sleep(withinMs, over.signal).then(() => {
      if (over.signal.aborted) return
      throw new ProblemError('overloaded', 'the rules are busy folding reports: try again', {
        retryAfterS: 1
      })
    })
    const looking =
      isGone === undefined
        ? null
        : setInterval(() => isGone() && this.#post({ kind: 'gone', id }), lookEveryMs)
    this.#post({ kind: 'ask', id, ask })
    try {
      return await Promise.race([answered.promise, late])
    } finally {
      over.abort()
      if (looking !== null) clearInterval(looking)
      this.#post({ kind: 'gone', id })
      this.#waiting.delete(id)
    }
  }

  #take(message: Exclude<FromThread, { kind: 'line' | 'appended' }>): void {
    switch (message.kind) {
      case 'started':
        this.#started.resolve()
        return
      case 'state':
        this.#readiness = message.readiness
        this.#logStats = message.logStats
        return
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.value)
        return
      case 'problem': {
        const { code, detail, errors, retryAfterS, members } = message.problem
        const more = retryAfterS === null ? {} : { retryAfterS }
        this.#waiting
          .get(message.id)
          ?.reject(new ProblemError(code, detail, { errors: [...errors], members, ...more }))
        return
      }
      case 'error':
        this.#waiting.get(message.id)?.reject(decodeError(message.error))
        return
      case 'failed':
        this.#fail(decodeError(message.error))
        return
      default:
        message satisfies never
    }
  }

  #fail(error: Error): void {
    this.#started.reject(error)
    this.#failure.resolve(error)
    this.#over ??= error
    for (const { reject } of this.#waiting.values()) reject(createEndedError(error))
  }
}

/** The thread has ended and the process closes: the client may try again elsewhere. */
function createEndedError(cause: Error): ProblemError {
  return new ProblemError(
    'shutting-down',
    'The rules have ended, and this process ends with them.',
    { retryAfterS: 5, cause }
  )
}
