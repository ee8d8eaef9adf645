// Whether this instance shows everything in the alerts log: it repeatedly queries the log's end and
// checks that its own fold gets there. After too long without that proof it must not claim to be
// live. The callers decide how to notify clients.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyInstance } from 'fastify'

/** The shown state may be out of date. */
export interface Stale {
  /** The last moment at which the state was known to be complete (ISO 8601, UTC). */
  readonly since: string
  /** Explanation for people, without addresses. */
  readonly detail: string
}

export interface LivenessDeps extends Pick<ServiceDeps, 'clock' | 'logger' | 'log'> {
  readonly view: Pick<TopicView<unknown>, 'cursor' | 'waitFor'>
  readonly staleAfterMs: number
  /** How far the rules have come. */
  readonly rules: Pick<RulesProgress, 'look'>
}

/** Maximum number of unanswered looks at the rules: an hour of them. */
const rulesLooksMax = 1_500

/** Maximum interval between two queries of the log, ms. */
const lookMsMax = 2_500

/**
 * While the rules have not reached an end of the incidents log, they are asked again after this
 * long, ms.
 */
const proofWaitMs = 250

/**
 * Steps of the age. Two looks differ by at most half a step: a lag of the rules of some 2 s does
 * not show.
 */
const ageStepSeconds = 5

export class Liveness {
  readonly #deps: LivenessDeps
  readonly #stop = new AbortController()
  readonly #lookMs: number
  /** When the shown state was last known to be complete, on both clocks. */
  #known: { readonly atMs: number; readonly time: number } | null = null
  /**
   * When the rules had been given what they have folded by now, on the monotonic clock; null before
   * the first look.
   */
  #rulesKnownMs: number | null = null
  /** Ends of the incidents log that the rules have not reached yet, oldest first. */
  readonly #rulesLooks: { readonly atMs: number; readonly ends: readonly bigint[] }[] = []
  #trouble = 'the event log does not answer'
  #isLogged = false

  constructor(deps: LivenessDeps) {
    this.#deps = deps
    this.#lookMs = Math.min(lookMsMax, deps.staleAfterMs / 4)
  }

  /** Null while the shown state is complete, or was less than `staleAfterMs` ago. */
  get stale(): Stale | null {
    if (this.#known === null || this.silentMs <= this.#deps.staleAfterMs) return null
    return { since: new Date(this.#known.time).toISOString(), detail: this.#trouble }
  }

  /** Time since the last proof, ms; 0 before the first query. */
  get silentMs(): number {
    return this.#known === null ? 0 : this.#deps.clock.monotonicMs() - this.#known.atMs
  }

  /**
   * Maximum age of what is shown here, seconds: the time since the last proof that the rules have
   * folded what was accepted, and this instance what they wrote. Rounded up to a step: smaller
   * changes would reveal to a reader when hidden records come. The same for every reader.
   */
  get ageSeconds(): number {
    const nowMs = this.#deps.clock.monotonicMs()
    const ageMs = Math.max(this.silentMs, nowMs - (this.#rulesKnownMs ?? nowMs))
    return (Math.floor(ageMs / (ageStepSeconds * 1000)) + 1) * ageStepSeconds
  }

  /** Queries until closed. Call once this instance has folded everything in the log. */
  async run(): Promise<void> {
    const { clock, staleAfterMs } = this.#deps
    const { signal } = this.#stop
    const broken = Promise.withResolvers<never>()
    let [begunMs, isDone] = [clock.monotonicMs(), true]
    this.#known = { atMs: begunMs, time: clock.nowMs() }
    this.#rulesKnownMs = begunMs
    while (!signal.aborted) {
      // Not awaited: a log that never answers must block neither the next check nor the closing.
      if (isDone || clock.monotonicMs() - begunMs > staleAfterMs) {
        const at = { atMs: clock.monotonicMs(), time: clock.nowMs() }
        ;[begunMs, isDone] = [at.atMs, false]
        Promise.all([this.#look(at), this.#askRules(at.atMs)]).then(() => {
          isDone ||= begunMs === at.atMs
        }, broken.reject)
      }
      await Promise.race([clock.sleep(this.#lookMs, signal), broken.promise])
      this.#log()
    }
  }

  close(): void {
    this.#stop.abort()
  }

  async #look(at: { readonly atMs: number; readonly time: number }): Promise<void> {
    const { log, view } = this.#deps
    const before = view.cursor
    const end = await nullIfLogFails(log.cursorAt(topics.alerts, 'latest'))
    if (end === null) this.#trouble = 'the event log does not answer'
    else if (!log.health().ok) this.#trouble = 'the event log is not healthy'
    else if ((await view.waitFor(end, this.#lookMs)) || isGettingOn(before, view.cursor, end)) {
      // A proof is valid for the instant of the query only: a late answer proves no more than that.
      if (this.#known === null || at.atMs > this.#known.atMs) this.#known = at
    } else this.#trouble = 'the alerts log cannot be read'
  }

  /**
   * Adds a look, and asks for its proof until the next one is due: a proof counts when it comes, else
   * rules that are always a moment behind seem 5 s behind. While the log does not answer, the age
   * grows by itself.
   */
  async #askRules(atMs: number): Promise<void> {
    const { clock, rules } = this.#deps
    const { signal } = this.#stop
    const untilMs = atMs + this.#lookMs - proofWaitMs
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const progress = await nullIfLogFails(rules.look())
      if (progress === null) return
      const { ends, folded } = progress
      if (isFirst && this.#rulesLooks.length < rulesLooksMax) this.#rulesLooks.push({ atMs, ends })
      const isFolded = (end: bigint, p: number) => (folded[p] ?? 0n) >= end
      while (this.#rulesLooks[0]?.ends.every(isFolded))
        this.#rulesKnownMs = this.#rulesLooks.shift()?.atMs ?? null
      // Longer, and the next look would be left out.
      if (this.#rulesLooks.length === 0 || clock.monotonicMs() >= untilMs) return
      await clock.sleep(proofWaitMs, signal)
    }
  }

  #log(): void {
    const { stale } = this
    const { logger } = this.#deps
    if (stale !== null && !this.#isLogged)
      logger.error(stale, 'alerts are not live: clients of the stream are disconnected')
    if (stale === null && this.#isLogged) logger.info('alerts are live again')
    this.#isLogged = stale !== null
  }
}

async function nullIfLogFails<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof EventLogError) return null
    throw error
  }
}

/**
 * An instance with a backlog is not cut off: it counts as live while its lagging folds make
 * progress.
 */
function isGettingOn(before: Cursor | null, now: Cursor | null, end: Cursor): boolean {
  if (before === null || now === null || now.epoch !== end.epoch) return false
  return end.positions.every((position, p) => {
    const at = now.positions[p] ?? 0n
    return at >= position || at > (before.positions[p] ?? 0n)
  })
}

/** Since when an answer may be out of date, ISO 8601 in UTC; absent while current. */
const staleHeader = 'tocsin-stale-since'

/**
 * Adds the header to the answers of an app's reading routes, which return the last known state while
 * this instance is cut off: people on watch need it. Reads for machines that follow step by step are
 * refused instead.
 */
export function markStaleAnswers(app: FastifyInstance, stale: () => Stale | null): void {
  app.addHook('onSend', async (request, reply) => {
    const found = request.method === 'GET' && request.url.startsWith('/v1/') ? stale() : null
    if (found !== null) reply.header(staleHeader, found.since)
  })
}

/**
 * For what machines follow step by step: throws ProblemError `projection-behind` while this
 * instance is cut off from the log.
 */
export function refuseWhileStale(stale: Stale | null): void {
  if (stale === null) return
  throw new ProblemError(
    'projection-behind',
    `Not live since ${stale.since}: ${stale.detail}. Try again, or at another instance.`,
    {
      retryAfterS: 5,
      members: { staleSince: stale.since }
    }
  )
}
