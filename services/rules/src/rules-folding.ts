// The rules service without its routes: the engine, the wall ticker, and the queries they answer.
// It may run in a thread of its own, so that folding does not delay requests.

import { availableParallelism } from 'node:os'
import type { Clock } from '@tocsin/domain/ports'
import { listUnusedPatterns } from '@tocsin/engine/rules/default-rules'
import { listLooseNames } from '@tocsin/engine/theatre/rule-names'
import { listShortRetentions, type ShortRetention } from '@tocsin/engine/theatre/rule-retention'
import { topics } from '@tocsin/event-log/topics'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { Readiness, Service } from '@tocsin/service/process/service'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { type ClockStanding, judgeClock } from '@tocsin/service/theatre/clock-standing'
import { firstRecords } from './bootstrap.ts'
import { type EngineObserver, RulesEngine } from './partition/rules-engine.ts'
import { clockWords } from './partition/wall-ticker.ts'
import { findNearMisses } from './preview/near-answers.ts'
import { PreviewPool } from './preview/preview-pool.ts'
import { RulePreviews, type RulePreviewsOptions } from './preview/rule-previews.ts'
import type { FoldAnswers } from './rule/fold-answers.ts'
import { RuleOperations } from './rule/rule-operations.ts'
import { makeStandings, type RuleStandings } from './rule/standings.ts'
import type { RulesConfig } from './settings/config.ts'
import { type RulesGauges, type RulesMetrics, rulesMetrics } from './telemetry/rules-metrics.ts'
import type { Compression } from './theatre/snapshot-store.ts'

/**
 * How long a start waits for the rules, ms. Records after the last snapshot are folded in about
 * half of that (decision 0049), so a longer time means a backlog, or another engine: a running
 * suite serves requests meanwhile with either.
 */
const startWaitMs = 10_000

export interface FoldingDeps
  extends Pick<ServiceDeps, 'log' | 'clock' | 'control' | 'logger' | 'metrics'> {
  readonly config: RulesConfig
  readonly cursorKey: Buffer
  /** How snapshots are packed. Default: gzip in a thread. */
  readonly compression?: Compression
  /** Threads that preview theatres side by side. Default: one for each processor. */
  readonly previewThreads?: number
  /** Default: `startWaitMs`. */
  readonly startWaitMs?: number
}

export interface Folding extends Pick<Service, 'start' | 'readiness' | 'failed' | 'close'> {
  readonly engine: RulesEngine
  readonly answers: FoldAnswers
}

export function createFolding(deps: FoldingDeps): Folding {
  const { log, clock, control, config, cursorKey } = deps
  const failure = Promise.withResolvers<Error>()
  const stop = new AbortController()
  const loops: Promise<void>[] = []
  let state: 'starting' | 'catching up' | 'started' | 'closed' = 'starting'
  const standings = makeStandings(() => engine)
  const shorts = listShorts(control)
  const metrics = rulesMetrics(
    deps.metrics,
    collectGauges(
      () => engine,
      standings,
      () => clock.nowMs(),
      () => shorts().length
    )
  )
  const engine: RulesEngine = new RulesEngine({
    log,
    clock,
    observer: createObserver(deps, metrics),
    ...config.rules,
    ...(deps.compression === undefined ? {} : { compression: deps.compression })
  })
  const operations = new RuleOperations({ log, clock, control, cursorKey })
  const runner = new PreviewPool(deps.previewThreads ?? availableParallelism())
  const previews = new RulePreviews({
    ...{ engine: () => engine, control, clock, operations, runner },
    ended: previewsInto(metrics)
  })
  const guard = (loop: Promise<void>): void => {
    loops.push(
      loop.catch(error =>
        failure.resolve(
          error instanceof Error
            ? error
            : new Error('a loop of the rules service failed', { cause: error })
        )
      )
    )
  }

  return {
    engine,
    answers: {
      standings: async (principal, ruleIds) => standings.seenBy(principal, ruleIds),
      async near(principal, ruleId) {
        metrics.nearAsked.inc()
        return findNearMisses(engine, ruleId, principal)
      },
      preview: (principal, body, isGone) => previews.preview(body, principal, isGone),
      previewing: async principal => previews.progress(principal)
    },
    failed: failure.promise,
    async start() {
      // If several processes start on an empty log, each writes the same records; the first of each
      // id counts.
      const missing = firstRecords(control.state, new Date(clock.nowMs()).toISOString())
      if (missing.length > 0) await log.append(topics.control, missing)
      else {
        warnOnUnused(deps)
        warnOnShortRetentions(deps, shorts())
        warnOnLooseNames(deps)
      }
      const declared = await log.cursorAt(topics.control, 'latest')
      const before = await log.cursorAt(topics.incidents, 'latest')
      state = 'catching up'
      guard(engine.run())
      guard(engine.runTicker())
      // The suite is ready only once declared theatres exist and have a time.
      const isThere = () => engine.hasPassed(before) && engine.hasTold(declared)
      const reached = async () => {
        await waitUntil(isThere, clock, stop.signal, failure.promise)
        if (state === 'catching up') state = 'started'
      }
      guard(reached())
      // On a full disk, and behind a flood, that may take hours. What is published can be read
      // meanwhile, and reports are accepted: readiness names the backlog.
      const untilMs = clock.monotonicMs() + (deps.startWaitMs ?? startWaitMs)
      const isOver = () =>
        state !== 'catching up' || log.health().isFull === true || clock.monotonicMs() >= untilMs
      await waitUntil(isOver, clock, stop.signal, failure.promise)
    },
    readiness: () => checkReadiness(state, engine, clock.nowMs(), shorts().length),
    async close() {
      state = 'closed'
      stop.abort()
      await runner.close()
      await engine.close()
      await Promise.all(loops)
    }
  }
}

/**
 * A rule that must see more than is retained is reported, and does not make the service unready:
 * the other rules still work.
 */
function checkReadiness(
  state: string,
  engine: RulesEngine,
  nowMs: number,
  short: number
): Readiness {
  const clock = clockWords(wrongClocks(engine, nowMs))
  const stopped = [...engine.stoppedTheatres].map(
    ([theatre, why]) => [`theatre ${theatre}`, why] as const
  )
  const { workers } = engine
  const behind = workers
    .filter(worker => worker.state !== 'live')
    .map(worker => `${worker.partition} is ${worker.state}`)
  const ready = state === 'started' && behind.length === 0
  const incidents =
    behind.length > 0 ? `partition ${behind.join(', ')}` : ready ? ownedBy(workers) : state
  return {
    ready: ready && stopped.length === 0 && clock === 'ok',
    checks: {
      incidents,
      ...(clock === 'ok' ? {} : { clock }),
      ...(short === 0
        ? {}
        : {
            retention: `too short for ${short} ${short === 1 ? 'rule' : 'rules'}: tocsin rules list says where`
          }),
      ...Object.fromEntries(stopped)
    }
  }
}

function ownedBy(workers: RulesEngine['workers']): string {
  return workers.length === 0 ? 'ok: other instances own all partitions' : 'ok'
}

/** Polls until the condition is true or the service ends. Rejects with a loop's failure. */
async function waitUntil(
  reached: () => boolean,
  clock: Clock,
  signal: AbortSignal,
  failed: Promise<Error>
): Promise<void> {
  let failure: Error | null = null
  void failed.then(error => {
    failure = error
  })
  while (!reached() && !signal.aborted) {
    await clock.sleep(2, signal)
    if (failure !== null) throw failure
  }
}

/**
 * Logs new default rules that the suite does not run. A suite keeps its rules: new ones are not
 * started by an upgrade.
 */
function warnOnUnused({ control, logger }: FoldingDeps): void {
  const patterns = listUnusedPatterns(control.state.rules.values())
  if (patterns.length === 0) return
  logger.info(
    { patterns },
    'no rule uses these patterns: `tocsin rules apply default --new` declares the missing rules'
  )
}

/**
 * The rules of this log that must see more than a theatre of theirs retains, each with the first
 * such theatre. Readiness asks several times a second: it is looked at again only when rules or
 * theatres have changed.
 */
function listShorts(control: FoldingDeps['control']): () => readonly ShortRetention[] {
  let seen: Pick<ControlState, 'rules' | 'theatres'> | null = null
  let shorts: readonly ShortRetention[] = []
  return () => {
    const { rules, theatres } = control.state
    if (seen?.rules === rules && seen.theatres === theatres) return shorts
    seen = { rules, theatres }
    // By rule: the first of each.
    const all = listShortRetentions(rules.values(), theatres.values())
    shorts = all.filter(({ ruleId }, i) => ruleId !== all[i - 1]?.ruleId)
    return shorts
  }
}

/**
 * Such a rule of an older log is folded as it was. What it has not seen it cannot find: somebody
 * must know.
 */
function warnOnShortRetentions({ logger }: FoldingDeps, shorts: readonly ShortRetention[]): void {
  for (const short of shorts)
    logger.error(
      short,
      'a theatre retains less than a rule must see: it may miss what it should find. Retain more, or shorten it'
    )
}

/** Rules over findings of an older log that name a missing rule: they find none of its findings. */
function warnOnLooseNames({ control, logger }: FoldingDeps): void {
  for (const { ruleId, name } of listLooseNames([...control.state.rules.values()]))
    logger.error(
      { ruleId, named: name },
      'a rule over findings names what no rule answers: of that it finds nothing'
    )
}

/** Theatres on the wall clock with a time that does not fit the clock. */
function wrongClocks(engine: RulesEngine, nowMs: number): ClockStanding[] {
  return engine.owners
    .flatMap(({ config, now, isEmpty }) =>
      config?.clock === 'wall'
        ? [judgeClock(nowMs, now === null ? null : Date.parse(now), isEmpty)]
        : []
    )
    .filter(({ kind }) => kind !== 'right')
}

function collectGauges(
  engine: () => RulesEngine,
  standings: RuleStandings,
  nowMs: () => number,
  retainedTooShort: () => number
): RulesGauges {
  return {
    lagRecords: () => engine().lagRecords,
    lagSeconds: () => engine().lagSeconds,
    partitions: () => engine().workers,
    theatresStopped: () => engine().stoppedTheatres.size,
    clocksWrong: () => wrongClocks(engine(), nowMs()),
    predicateFailures: () => standings.failures(),
    retainedTooShort
  }
}

function previewsInto({ previews, previewSeconds }: RulesMetrics): RulePreviewsOptions['ended'] {
  return (outcome, seconds) => {
    previews.inc({ outcome })
    if (outcome === 'done' || outcome === 'given-up') previewSeconds.observe(seconds)
  }
}

interface RaisedAlert {
  readonly severity?: string
  readonly pattern?: string
  readonly drill?: boolean
}

function createObserver({ logger }: FoldingDeps, metrics: RulesMetrics): EngineObserver {
  return {
    folded(seconds, output) {
      metrics.records.inc()
      metrics.foldSeconds.observe(seconds)
      for (const { type, data } of output.events) {
        metrics.alertEvents.inc({ event: type.slice('alert.'.length) })
        const { severity = '', pattern = '', drill = false } = data as RaisedAlert
        if (type === 'alert.raised' && !drill) metrics.raised.inc({ severity, pattern })
      }
      if (output.ignored) metrics.ignored.inc({ reason: output.ignored })
    },
    retried(error) {
      metrics.retries.inc()
      logger.warn({ error }, 'the log does not answer: retrying')
    },
    quarantined(stored, reason) {
      logger.error(
        { position: `${stored.topic}/${stored.partition}/${stored.position}`, reason },
        'bytes of the incidents log were quarantined'
      )
    },
    stopped(theatre, why) {
      logger.fatal(
        { theatre, why },
        'a theatre has stopped at a record of a newer version: upgrade this service'
      )
    },
    conflict(theatre, seqs) {
      metrics.conflicts.inc(seqs.length)
      logger.error(
        { theatre, seqs: seqs.slice(0, 20) },
        'the log holds alerts that differ from those of this engine: the published ones stand'
      )
    },
    snapshot(theatre, outcome, detail) {
      metrics.snapshots.inc({ outcome })
      if (outcome === 'written') logger.debug({ theatre, detail }, 'snapshot written')
      else logger.warn({ theatre, outcome, detail }, 'a snapshot was not written or read')
    },
    assigned(partitions) {
      logger.info({ partitions }, 'partitions of the incidents log were assigned to this instance')
    },
    takenUp(partition, seconds, theatres) {
      metrics.takeoverSeconds.observe(seconds)
      logger.info({ partition, seconds, theatres }, 'a partition was loaded')
    },
    timeSet(theatre, { to, by, reason }) {
      logger.warn(
        { theatre, to, by, reason },
        'the time of a theatre was set back: the theatre was refolded'
      )
    },
    clockJumped() {
      logger.warn('the wall clock has jumped: no ticks until it has run steadily')
    }
  }
}
