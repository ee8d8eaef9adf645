// Which alert a judge is asked about next. First alerts that are new, changed or at their own
// deadline, the gravest first. Then alerts that are only due to be asked again, in turn. A sweep
// over those may take longer than their interval, and new alerts do not wait for it. Pure.

import { Deadlines } from './deadlines.ts'

export class AskingOrder {
  /** By lane, the gravest first; each in the order in which it came. */
  readonly #news: readonly Set<string>[]
  readonly #laneOf = new Map<string, number>()
  /** Alerts with a deadline of their own. */
  readonly #timed = new Deadlines()
  /** When each is asked again, ms; who was asked first is first. */
  readonly #again = new Map<string, number>()
  /**
   * Asked before their turn since all news was asked last: one that is due again meanwhile waits
   * for its turn.
   */
  readonly #hurried = new Set<string>()

  constructor(laneCount: number) {
    this.#news = Array.from({ length: laneCount }, () => new Set<string>())
  }

  /** The alert is new, or it changed. */
  add(alertId: string, lane: number): void {
    const before = this.#laneOf.get(alertId) ?? Number.POSITIVE_INFINITY
    if (before <= lane) return
    this.#news[before]?.delete(alertId)
    this.#news[lane]?.add(alertId)
    this.#laneOf.set(alertId, lane)
  }

  /** When its own time comes, and when it is asked again at the latest; null: never. */
  later(
    alertId: string,
    { endMs, againMs }: { readonly endMs: number | null; readonly againMs: number | null }
  ): void {
    this.#timed.set(alertId, endMs)
    this.#again.delete(alertId)
    if (againMs !== null) this.#again.set(alertId, againMs)
  }

  /** Alerts that reached their own deadline, each once. */
  ended(nowMs: number): readonly string[] {
    const ended = this.#timed.reachedAt(nowMs)
    for (const alertId of ended) this.#timed.set(alertId, null)
    return ended
  }

  /** If it is due to be asked again, it is so now: others depend on it. */
  hurry(alertId: string, lane: number, nowMs: number): void {
    if (!this.#isDue(alertId, nowMs) || this.#hurried.has(alertId)) return
    this.#hurried.add(alertId)
    this.add(alertId, lane)
  }

  next(nowMs: number): string | null {
    for (const lane of this.#news) for (const alertId of lane) return alertId
    for (const alertId of this.#again.keys()) return this.#isDue(alertId, nowMs) ? alertId : null
    return null
  }

  /** It was asked. */
  asked(alertId: string): void {
    this.#news[this.#laneOf.get(alertId) ?? 0]?.delete(alertId)
    this.#laneOf.delete(alertId)
    if (this.hasAllNews) this.#hurried.clear()
  }

  /** No new alert is left to ask about. */
  get hasAllNews(): boolean {
    return this.#laneOf.size === 0
  }

  /** The lane of the gravest news that is still to be asked of; infinite if there is none. */
  get gravestLane(): number {
    const lane = this.#news.findIndex(each => each.size > 0)
    return lane === -1 ? Number.POSITIVE_INFINITY : lane
  }

  /** When the next alert is due to be asked again, ms; null: only when something changes. */
  get nextMs(): number | null {
    const [againMs = null] = this.#again.values()
    const endMs = this.#timed.earliestMs()
    return againMs === null || endMs === null ? (againMs ?? endMs) : Math.min(againMs, endMs)
  }

  #isDue(alertId: string, nowMs: number): boolean {
    return (this.#again.get(alertId) ?? Number.POSITIVE_INFINITY) <= nowMs
  }
}
