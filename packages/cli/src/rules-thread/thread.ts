// Runs inside the rules thread: a log of its own, a view of the control log, and the folds. It answers the routes' questions,
// reports its state periodically, and ends the process loudly when it fails.

import { availableParallelism } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FixedShare } from '@tocsin/event-log/fixed-membership'
import { createFolding, type Folding } from '@tocsin/rules/rules-folding'
import { systemClock } from '@tocsin/service-kit/process/clock'
import type { Readiness } from '@tocsin/service-kit/process/service'
import { ControlView } from '@tocsin/service-kit/projection/control-view'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { Registry } from 'prom-client'
import { type Answer, type Ask, type FromThread, type ThreadSettings, type ToThread, travelling } from './messages.ts'
import { openThreadLog, type ThreadLog } from './thread-log.ts'

/** Interval of state reports, ms. */
const wordEveryMs = 200
/** How long a question waits for the rules that were in the log when it arrived, ms. */
const catchUpMs = 1_000

interface Running {
  readonly folding: Folding
  readonly control: ControlView
  readonly threadLog: ThreadLog
  close(): Promise<void>
}

/** Serves this thread's port until told to close. */
export function runRulesThread(): void {
  const port = parentPort as MessagePort
  const settings = workerData as ThreadSettings
  const metrics = new Registry()
  const gone = new Set<number>()
  const asked = new Set<number>()
  let running: Promise<Running> | null = null
  const stopping = new AbortController()

  const tell = (message: FromThread) => port.postMessage(message)
  const fail = (error: unknown) => tell({ kind: 'failed', error: travelling(error) })

  const start = async (share: FixedShare): Promise<Running> => {
    const { signal } = stopping
    const begun = await begin({ ...settings, share, metrics, signal }, line => tell({ kind: 'line', line }), fail)
    const sayHowItIs = () => tell({ kind: 'state', readiness: readinessOf(begun), logStats: begun.threadLog.stats() })
    const word = setInterval(sayHowItIs, wordEveryMs)
    const close = async () => {
      clearInterval(word)
      await begun.close()
    }
    try {
      await begun.folding.start()
    } catch (error) {
      await close()
      throw error
    }
    sayHowItIs()
    tell({ kind: 'started' })
    return { ...begun, close }
  }

  const answer = async (id: number, ask: Ask): Promise<void> => {
    asked.add(id)
    try {
      const value =
        ask.what === 'metrics' ? await metrics.getMetricsAsJSON() : await answerTo(ask, await running, () => gone.has(id))
      tell({ kind: 'answer', id, value })
    } catch (error) {
      if (!(error instanceof ProblemError)) return tell({ kind: 'error', id, error: travelling(error) })
      const { code, message, errors, retryAfterS, members } = error
      tell({ kind: 'problem', id, problem: { code, detail: message, errors, retryAfterS, members } })
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

/** Opens what the folds need. If it rejects, whatever was opened is closed again. */
async function begin(
  settings: ThreadSettings & { readonly share: FixedShare; readonly metrics: Registry; readonly signal: AbortSignal },
  onLine: (line: string) => void,
  fail: (error: unknown) => void
): Promise<Running> {
  const { config, name, share, metrics, signal } = settings
  const logger = createLogger({ level: config.logLevel, name, destination: { write: onLine } })
  const clock = systemClock
  const threadLog = await openThreadLog({ config, share, clock, logger })
  const { log } = threadLog
  // The rest of the process reports the metrics of the control log.
  const control = new ControlView({ log, clock, logger, metrics: new Registry() })
  const giveUp = () => void log.close()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await threadLog.opened
    signal.removeEventListener('abort', giveUp)
    await control.start()
    const cursorKey = Buffer.from(settings.cursorKey)
    // The threads of folds share the processors.
    const previewThreads = Math.max(1, Math.floor(availableParallelism() / share.of))
    const folding = createFolding({ log, clock, control, logger, metrics, config, cursorKey, previewThreads })
    void Promise.race([folding.failed, control.failed, log.failed]).then(fail)
    return {
      folding,
      control,
      threadLog,
      async close() {
        await folding.close()
        await control.close()
        await log.close()
      }
    }
  } catch (error) {
    await control.close()
    await log.close()
    throw error
  }
}

/** Of the folds, and of the thread's own handle of the log where that can't reach it. */
function readinessOf({ folding, threadLog }: Running): Readiness {
  const { ready, checks } = folding.readiness()
  const health = threadLog.log.health()
  return health.ok ? { ready, checks } : { ready: false, checks: { ...checks, log: health.detail } }
}

async function answerTo(ask: Exclude<Ask, { what: 'metrics' }>, running: Running | null, isGone: () => boolean): Promise<Answer> {
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
