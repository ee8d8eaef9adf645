// Whether this instance shows everything in the alerts log: it repeatedly queries the log's end and
// checks that its own fold gets there. After too long without that proof it must not claim to be
// live. The callers decide how to notify clients.

import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { TopicView } from '@tocsin/service/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service/service-deps'

/** The shown state may be out of date. */
export interface Stale {
  /** The last moment at which the state was known to be complete (ISO 8601, UTC). */
  readonly since: string
  /** Explanation for people, without addresses. */
  readonly detail: string
}

export interface LivenessDeps extends Pick<ServiceDeps, 'clock' | 'logger'> {
  readonly log: Pick<EventLog, 'cursorAt' | 'health'>
  readonly view: Pick<TopicView<unknown>, 'cursor' | 'waitFor'>
  readonly staleAfterMs: number
  /** How far the rules have come. */
  readonly rules: Pick<RulesProgress, 'look'>
}

/** Maximum number of unanswered looks at the rules: an hour of them. */
const rulesLooksMax = 1_500

/** One query of the log: its start, on both clocks. */
interface Look {
  readonly atMs: number
  readonly time: number
  isDone: boolean
}

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
  #known: Pick<Look, 'atMs' | 'time'> | null = null
  /**
   * When the rules had been given what they have folded by now, on the monotonic clock; null before
   * the first look.
   */
  #rulesKnownMs: number | null = null
  /** Ends of the incidents log that the rules have not reached yet, oldest first. */
  readonly #rulesLooks: { readonly atMs: number; readonly ends: readonly bigint[] }[] = []
  #isAwaiting = false
  #trouble = 'the event log does not answer'
  #isTold = false

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
    const rulesMs =
      this.#rulesKnownMs === null ? 0 : this.#deps.clock.monotonicMs() - this.#rulesKnownMs
    return (
      (Math.floor(Math.max(this.silentMs, rulesMs) / (ageStepSeconds * 1000)) + 1) * ageStepSeconds
    )
  }

  /** Queries until closed. Call once this instance has folded everything in the log. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    const { signal } = this.#stop
    const broken = Promise.withResolvers<never>()
    let look: Look | null = null
    this.#known = { atMs: clock.monotonicMs(), time: clock.nowMs() }
    this.#rulesKnownMs = clock.monotonicMs()
    while (!signal.aborted) {
      // Not awaited: a log that never answers must block neither the next check nor the closing.
      if (
        look === null ||
        look.isDone ||
        clock.monotonicMs() - look.atMs > this.#deps.staleAfterMs
      ) {
        const begun: Look = { atMs: clock.monotonicMs(), time: clock.nowMs(), isDone: false }
        look = begun
        Promise.all([this.#look(begun), this.#askRules(begun.atMs)]).then(() => {
          begun.isDone = true
          this.#awaitProofs().catch(broken.reject)
        }, broken.reject)
      }
      await Promise.race([clock.sleep(this.#lookMs, signal), broken.promise])
      this.#tell()
    }
  }

  close(): void {
    this.#stop.abort()
  }

  async #look(look: Look): Promise<void> {
    const { log, view } = this.#deps
    const before = view.cursor
    const end = await this.#end()
    if (end === null) this.#trouble = 'the event log does not answer'
    else if (!log.health().ok) this.#trouble = 'the event log is not healthy'
    else if ((await view.waitFor(end, this.#lookMs)) || isGettingOn(before, view.cursor, end))
      this.#know(look)
    else this.#trouble = 'the alerts log cannot be read'
  }

  /**
   * A proof counts when it comes, not at the next look: else rules that are always a moment behind
   * seem 5 s behind.
   */
  async #awaitProofs(): Promise<void> {
    if (this.#isAwaiting) return
    this.#isAwaiting = true
    const { signal } = this.#stop
    for (
      let ms = 0;
      ms < this.#lookMs && this.#rulesLooks.length > 0 && !signal.aborted;
      ms += proofWaitMs
    ) {
      await this.#deps.clock.sleep(proofWaitMs, signal)
      await this.#askRules(null)
    }
    this.#isAwaiting = false
  }

  /**
   * `atMs`: of a look whose ends must be reached too. While the log does not answer, the age grows
   * by itself.
   */
  async #askRules(atMs: number | null): Promise<void> {
    try {
      const { ends, folded } = await this.#deps.rules.look()
      if (atMs !== null && this.#rulesLooks.length < rulesLooksMax)
        this.#rulesLooks.push({ atMs, ends })
      const isFolded = (end: bigint, p: number) => (folded[p] ?? 0n) >= end
      while (this.#rulesLooks[0]?.ends.every(isFolded))
        this.#rulesKnownMs = this.#rulesLooks.shift()?.atMs ?? null
    } catch (error) {
      if (!(error instanceof EventLogError)) throw error
    }
  }

  /** A proof is valid for the instant of the query only: a late answer proves no more than that. */
  #know(look: Look): void {
    if (this.#known === null || look.atMs > this.#known.atMs) this.#known = look
  }

  /** The log's end; null if the log does not answer. */
  async #end(): Promise<Cursor | null> {
    try {
      return await this.#deps.log.cursorAt(topics.alerts, 'latest')
    } catch (error) {
      if (error instanceof EventLogError) return null
      throw error
    }
  }

  #tell(): void {
    const { stale } = this
    const { logger } = this.#deps
    if (stale !== null && !this.#isTold)
      logger.error(stale, 'alerts are not live: clients of the stream are disconnected')
    if (stale === null && this.#isTold) logger.info('alerts are live again')
    this.#isTold = stale !== null
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
