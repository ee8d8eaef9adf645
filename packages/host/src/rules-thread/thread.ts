// Runs inside the rules thread: a separate log handle, a view of the control log, and the folds. It
// answers the routes' questions, reports its state periodically, and ends the process loudly when
// it fails.

import { availableParallelism } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FixedShare } from '@tocsin/event-log/fixed-membership'
import { createFolding, type Folding } from '@tocsin/rules/rules-folding'
import { systemClock } from '@tocsin/service/process/clock'
import type { Readiness } from '@tocsin/service/process/service'
import { ControlView } from '@tocsin/service/projection/control-view'
import { observeAppends } from '@tocsin/service/telemetry/log-appends'
import { createLogger, type Logger } from '@tocsin/service/telemetry/logger'
import { endTracing, startTracing } from '@tocsin/service/telemetry/tracing'
import { Registry } from 'prom-client'
import { waitUntilOpened } from '../process/opened-unless.ts'
import {
  type Answer,
  type Ask,
  encodeError,
  type FromThread,
  type ThreadSettings,
  type ToThread
} from './messages.ts'
import { openThreadLog, type ThreadLog } from './thread-log.ts'

/** Interval of state reports, ms. */
const wordEveryMs = 200
/** How long a question waits for the rules that were in the log when it arrived, ms. */
const catchUpMs = 1_000

interface Running {
  readonly folding: Folding
  readonly control: ControlView
  close(): Promise<void>
}

/** Serves this thread's port until asked to close. */
export function runRulesThread(): void {
  const port = parentPort as MessagePort
  const settings = workerData as ThreadSettings
  const metrics = new Registry()
  const gone = new Set<number>()
  const asked = new Set<number>()
  let running: Promise<Running> | null = null
  const stopping = new AbortController()

  const post = (message: FromThread) => port.postMessage(message)
  const fail = (error: unknown) => post({ kind: 'failed', error: encodeError(error) })

  const start = async (share: FixedShare): Promise<Running> => {
    const { name, config } = settings
    const logger = createLogger({
      level: config.logLevel,
      name,
      destination: { write: line => post({ kind: 'line', line }) }
    })
    await startTracing(name, logger)
    const threadLog = await openThreadLog({ config, share, clock: systemClock, logger })
    observeAppends(threadLog.log, systemClock, seconds => post({ kind: 'appended', seconds }))
    let begun: Running | null = null
    const postState = () =>
      post({
        kind: 'state',
        readiness: checkReadiness(threadLog, begun),
        logStats: threadLog.stats()
      })
    // From now on: its own handle may wait for brokers that are away again.
    const word = setInterval(postState, wordEveryMs)
    try {
      await waitUntilOpened(stopping.signal, threadLog)
      begun = await begin({ ...settings, share, metrics, logger, threadLog }, fail)
      await begun.folding.start()
    } catch (error) {
      clearInterval(word)
      await (begun ?? threadLog.log).close()
      throw error
    }
    postState()
    post({ kind: 'started' })
    const { close } = begun
    return {
      ...begun,
      async close() {
        clearInterval(word)
        await close()
        await endTracing()
      }
    }
  }

  const answer = async (id: number, ask: Ask): Promise<void> => {
    asked.add(id)
    try {
      const value =
        ask.what === 'metrics'
          ? await metrics.getMetricsAsJSON()
          : await answerTo(ask, await running, () => gone.has(id))
      post({ kind: 'answer', id, value })
    } catch (error) {
      if (!(error instanceof ProblemError))
        return post({ kind: 'error', id, error: encodeError(error) })
      const { code, message, errors, retryAfterS, members } = error
      post({
        kind: 'problem',
        id,
        problem: { code, detail: message, errors, retryAfterS, members }
      })
    } finally {
      asked.delete(id)
      gone.delete(id)
    }
  }

  const close = async (): Promise<void> => {
    stopping.abort()
    await running?.then(
      begun => begun.close(),
      () => {}
    )
    port.close()
  }

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'start':
        running = start(message.share)
        running.catch(fail)
        return
      case 'ask':
        void answer(message.id, message.ask)
        return
      case 'gone':
        if (asked.has(message.id)) gone.add(message.id)
        return
      case 'close':
        close().catch(fail)
        return
      default:
        message satisfies never
    }
  })
}

interface Begun extends ThreadSettings {
  readonly share: FixedShare
  readonly metrics: Registry
  readonly logger: Logger
  readonly threadLog: ThreadLog
}

/**
 * Makes the folds over an open log. If it rejects, everything made is closed again, and the log
 * is not.
 */
async function begin(
  { config, cursorKey, share, metrics, logger, threadLog }: Begun,
  fail: (error: unknown) => void
): Promise<Running> {
  const { log } = threadLog
  const clock = systemClock
  // The rest of the process reports the metrics of the control log.
  const control = new ControlView({ log, clock, logger, metrics: new Registry() })
  try {
    await control.start()
    // The threads of folds share the processors.
    const previewThreads = Math.max(1, Math.floor(availableParallelism() / share.of))
    const parts = {
      log,
      clock,
      control,
      logger,
      metrics,
      config,
      cursorKey: Buffer.from(cursorKey),
      previewThreads
    }
    const folding = createFolding(parts)
    void Promise.race([folding.failed, control.failed, log.failed]).then(fail)
    return {
      folding,
      control,
      async close() {
        await folding.close()
        await control.close()
        await log.close()
      }
    }
  } catch (error) {
    await control.close()
    throw error
  }
}

/** Of the folds, and of the thread's own handle of the log where that can't reach it. */
function checkReadiness({ log }: ThreadLog, begun: Running | null): Readiness {
  const { ready, checks } = begun?.folding.readiness() ?? {
    ready: false,
    checks: { incidents: 'starting' }
  }
  const health = log.health()
  return health.ok ? { ready, checks } : { ready: false, checks: { ...checks, log: health.detail } }
}

async function answerTo(
  ask: Exclude<Ask, { what: 'metrics' }>,
  running: Running | null,
  isGone: () => boolean
): Promise<Answer> {
  if (running === null) throw new ProblemError('starting-up', 'The rules are still starting.')
  const { answers } = running.folding
  // Read your own writes: a rule declared a moment ago is known to the caller.
  await running.control.catchUp(catchUpMs)
  switch (ask.what) {
    case 'standings':
      return answers.standings(ask.principal, ask.ruleIds)
    case 'near':
      return answers.near(ask.principal, ask.ruleId, isGone)
    case 'preview':
      return answers.preview(ask.principal, ask.body, isGone)
    case 'previewing':
      return answers.previewing(ask.principal)
    default:
      return ask satisfies never
  }
}
