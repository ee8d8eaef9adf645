// Watermark: the event time up to which a theatre assumes that it has heard everything. The minimum
// over live sources of (latest occurred − that source's lateness). Kept as sources are heard: what
// a report costs must not grow with how many sources there are, and anybody may report under a name
// of their own. Source: core-idea.md#watermark.

import { type SourceConfig, undeclaredSource } from '../record/theatre-record.ts'
import { dayMs } from '../space-time/event-time.ts'
import { LeastOf } from './least-of.ts'

/** What a theatre has heard from one source. */
export interface SourceHeard {
  /** Greatest end of an occurrence that it reported, ms. */
  readonly latestOccurredMs: number
  readonly greatestReportedAtMs: number
}

export interface SourceStanding {
  readonly heard: SourceHeard
  readonly config: Omit<SourceConfig, 'id'>
}

/** A source that is no archive. */
interface Speaking {
  readonly latestOccurredMs: number
  readonly latenessMs: number
  /** Up to where it is complete, as long as what it reported is not ahead of the tick, ms. */
  readonly completeMs: number
  /** From when it is no longer live, ms. */
  readonly silentMs: number
}

export class Watermark {
  /**
   * The one that falls silent last comes first, of several the one that was complete least far by
   * then.
   */
  readonly #speaking = new LeastOf<Speaking>(
    (a, b) => b.silentMs - a.silentMs || heldMs(a) - heldMs(b)
  )
  /** Of those that are live. */
  readonly #complete = new LeastOf<Speaking>((a, b) => a.completeMs - b.completeMs)
  readonly #silent = new LeastOf<Speaking>((a, b) => a.silentMs - b.silentMs)
  /** Latenesses of those that are live, with how many have each. */
  readonly #latenesses = new Map<number, number>()
  #greatestLatenessMs = Number.NEGATIVE_INFINITY
  #tickMs = Number.NEGATIVE_INFINITY

  /** A source was heard, or is configured otherwise. */
  put(id: string, { heard, config }: SourceStanding): void {
    this.#fallSilent(id)
    this.#speaking.remove(id)
    if (config.archive) return
    const { latestOccurredMs, greatestReportedAtMs } = heard
    const latenessMs = config.latenessDays * dayMs
    const silentMs = greatestReportedAtMs + config.cadenceDays * dayMs + 1
    const speaking = {
      latestOccurredMs,
      latenessMs,
      completeMs: latestOccurredMs - latenessMs,
      silentMs
    }
    this.#speaking.put(id, speaking)
    if (silentMs > this.#tickMs) this.#comeAlive(id, speaking)
  }

  /**
   * The minimum over live sources at a tick; null while no source is live: it then stands still and
   * is reported as stalled.
   */
  at(tickMs: number): number | null {
    this.#moveTo(tickMs)
    const least = this.#complete.least()
    if (least === undefined) return null
    return Math.min(least.item.completeMs, tickMs - this.#greatestLatenessMs)
  }

  /**
   * Where it stands while no source is live: its position when the last source fell silent; null if
   * none ever reported. It depends only on reports, not on ticks in between.
   */
  get stalledMs(): number | null {
    const last = this.#speaking.least()
    return last === undefined ? null : heldMs(last.item)
  }

  /**
   * The moment after a tick at which a live source falls silent, the earliest of them; null = none.
   */
  nextSilenceMs(tickMs: number): number | null {
    this.#moveTo(tickMs)
    return this.#silent.least()?.item.silentMs ?? null
  }

  #moveTo(tickMs: number): void {
    const isBack = tickMs < this.#tickMs
    this.#tickMs = tickMs
    if (isBack)
      for (const [id, each] of this.#speaking.entries())
        if (each.silentMs > tickMs && !this.#silent.has(id)) this.#comeAlive(id, each)
    for (
      let next = this.#silent.least();
      next !== undefined && next.item.silentMs <= tickMs;
      next = this.#silent.least()
    )
      this.#fallSilent(next.id)
  }

  #comeAlive(id: string, speaking: Speaking): void {
    this.#complete.put(id, speaking)
    this.#silent.put(id, speaking)
    this.#count(speaking.latenessMs, 1)
  }

  #fallSilent(id: string): void {
    const was = this.#silent.remove(id)
    if (was === undefined) return
    this.#complete.remove(id)
    this.#count(was.latenessMs, -1)
  }

  #count(latenessMs: number, by: 1 | -1): void {
    const count = (this.#latenesses.get(latenessMs) ?? 0) + by
    if (count > 0) {
      this.#latenesses.set(latenessMs, count)
      this.#greatestLatenessMs = Math.max(latenessMs, this.#greatestLatenessMs)
      return
    }
    this.#latenesses.delete(latenessMs)
    if (latenessMs === this.#greatestLatenessMs)
      this.#greatestLatenessMs = Math.max(...this.#latenesses.keys())
  }
}

/** Up to where a source was complete at the last moment at which it was live, ms. */
function heldMs({ latestOccurredMs, latenessMs, silentMs }: Speaking): number {
  return Math.min(latestOccurredMs, silentMs - 1) - latenessMs
}

export function heardWith(
  heard: SourceHeard | undefined,
  occurredToMs: number,
  reportedAtMs: number
): SourceHeard {
  return {
    latestOccurredMs: Math.max(heard?.latestOccurredMs ?? Number.NEGATIVE_INFINITY, occurredToMs),
    greatestReportedAtMs: Math.max(
      heard?.greatestReportedAtMs ?? Number.NEGATIVE_INFINITY,
      reportedAtMs
    )
  }
}

/** The settings of a source, or the defaults of an undeclared one. */
export function sourceSettings(config: SourceConfig | undefined): Omit<SourceConfig, 'id'> {
  return config ?? undeclaredSource
}
