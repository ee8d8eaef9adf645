// The findings of all episodes in order of their beginning: a change moves only those that it
// touched.

import type { Finding } from '../../finding/finding.ts'
import { compareRows } from '../episode/late-rows.ts'
import type { HarmEpisode } from './harm-episode.ts'

export class ListedHarm {
  readonly #episodes: HarmEpisode[] = []
  /** By episode: when it ended or will end, and what it says, as last listed. */
  readonly #closesMs: number[] = []
  readonly #findings: (Finding | null)[] = []
  readonly #changed = new Set<HarmEpisode>()
  /** Null: not as last told. */
  #all: readonly Finding[] | null = []
  #nowMs = Number.NEGATIVE_INFINITY

  get episodes(): readonly HarmEpisode[] {
    return this.#episodes
  }

  begins(episode: HarmEpisode): void {
    let at = this.#episodes.length
    while (at > 0 && compareRows((this.#episodes[at - 1] as HarmEpisode).begun, episode.begun) > 0)
      at -= 1
    this.#episodes.splice(at, 0, episode)
    this.#closesMs.splice(at, 0, Number.NaN)
    this.#findings.splice(at, 0, null)
    this.#changed.add(episode)
  }

  changes(episode: HarmEpisode): void {
    this.#changed.add(episode)
  }

  vanishes(episode: HarmEpisode): void {
    const at = this.#episodes.lastIndexOf(episode)
    this.#episodes.splice(at, 1)
    this.#closesMs.splice(at, 1)
    this.#findings.splice(at, 1)
    this.#changed.delete(episode)
    this.#all = null
  }

  /** True if the findings may differ from the last ones that were asked for. */
  isChangedAt(nowMs: number): boolean {
    return this.#all === null || this.#changed.size > 0 || this.#movesAt(nowMs)
  }

  /** The findings at a moment; the same list if nothing has changed. */
  at(nowMs: number): readonly Finding[] {
    if (this.#movesAt(nowMs))
      this.#closesMs.forEach((ms, i) => {
        if (ms <= nowMs !== ms <= this.#nowMs) this.#changed.add(this.#episodes[i] as HarmEpisode)
      })
    this.#nowMs = nowMs
    for (const episode of this.#changed) {
      const i = this.#episodes.lastIndexOf(episode)
      const { closesMs } = episode
      const finding = episode.finding(closesMs <= nowMs)
      this.#closesMs[i] = closesMs
      if (finding === this.#findings[i]) continue
      this.#findings[i] = finding
      this.#all = null
    }
    this.#changed.clear()
    this.#all ??= this.#findings.slice() as Finding[]
    return this.#all
  }

  /** The first moment after this one at which an episode ends. */
  nextEndMs(afterMs: number): number | null {
    let next = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#closesMs.length; i++) {
      const ms = this.#closesMs[i] as number
      if (ms > afterMs && ms < next) next = ms
    }
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  /** Takes out those that had ended for good before a moment. */
  takeEndedBefore(ms: number): HarmEpisode[] {
    const ended = this.#episodes.filter(
      ({ begun, members, closesMs }) => begun.passed > 0 && members.length === 0 && closesMs < ms
    )
    for (const episode of ended) this.vanishes(episode)
    return ended
  }

  /** True if an episode ends, or has not ended any more, between the last moment and this one. */
  #movesAt(nowMs: number): boolean {
    if (nowMs === this.#nowMs) return false
    const since = Math.min(this.#nowMs, nowMs)
    const until = Math.max(this.#nowMs, nowMs)
    return this.#closesMs.some(ms => ms > since && ms <= until)
  }
}
