// Tells whether this instance shows everything in the alerts log: it repeatedly queries the log's end and checks that its own
// fold gets there. After too long without that proof it must not claim to be live. How clients are told is up to the callers.

import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { TopicView } from '@tocsin/service-kit/projection/topic-view'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'

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
}

/** One query of the log: its start, on both clocks. */
interface Look {
  readonly atMs: number
  readonly time: number
  isDone: boolean
}

/** Maximum interval between two queries of the log, ms. */
const lookMsMax = 2_500

export class Liveness {
  readonly #deps: LivenessDeps
  readonly #stop = new AbortController()
  readonly #lookMs: number
  #known: Pick<Look, 'atMs' | 'time'> | null = null
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
   * How old what is shown here may be, whole seconds: since when nothing proves that the log is folded to its end. The same for
   * every reader, and whatever is hidden from one.
   */
  get ageSeconds(): number {
    return Math.floor(this.silentMs / 1000)
  }

  /** Queries until closed. Call once everything the log held is folded. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    const { signal } = this.#stop
    const broken = Promise.withResolvers<never>()
    let look: Look | null = null
    this.#known = { atMs: clock.monotonicMs(), time: clock.nowMs() }
    while (!signal.aborted) {
      // Not awaited: a log that never answers must block neither the next check nor the closing.
      if (look === null || look.isDone || clock.monotonicMs() - look.atMs > this.#deps.staleAfterMs) {
        const begun: Look = { atMs: clock.monotonicMs(), time: clock.nowMs(), isDone: false }
        look = begun
        this.#look(begun).then(() => {
          begun.isDone = true
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
    else if ((await view.waitFor(end, this.#lookMs)) || isGettingOn(before, view.cursor, end)) this.#know(look)
    else this.#trouble = 'the alerts log cannot be read'
  }

  /** A proof holds for the moment of the query: a late answer says nothing about later moments. */
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
    if (stale !== null && !this.#isTold) logger.error(stale, 'alerts are not live: clients of the stream are disconnected')
    if (stale === null && this.#isTold) logger.info('alerts are live again')
    this.#isTold = stale !== null
  }
}

/** An instance with a backlog is not cut off: it counts as live while whatever is behind makes progress. */
function isGettingOn(before: Cursor | null, now: Cursor | null, end: Cursor): boolean {
  if (before === null || now === null || now.epoch !== end.epoch) return false
  return end.positions.every((position, p) => {
    const at = now.positions[p] ?? 0n
    return at >= position || at > (before.positions[p] ?? 0n)
  })
}
