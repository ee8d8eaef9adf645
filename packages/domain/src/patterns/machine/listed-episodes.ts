// The findings of all episodes, in order of their beginning: each change touches only the episodes that changed.

import type { Finding } from '../../finding/finding.ts'

/** What an episode is at one moment. */
export interface Standing {
  /** Order: by their beginning, then by id. */
  readonly bornMs: number
  readonly id: string
  /** When it ends if nothing else comes. */
  readonly closesMs: number
}

interface Told<E> {
  /** Null if it is no episode any more. */
  readonly standing: (episode: E) => Standing | null
  /** The same object as long as nothing that it says has changed. */
  readonly finding: (episode: E, isEnded: boolean) => Finding
}

interface Entry<E> extends Standing {
  readonly episode: E
  readonly isEnded: boolean
}

export class ListedEpisodes<E extends object> {
  readonly #told: Told<E>
  /** In order of their beginning. */
  #entries: Entry<E>[] = []
  /** Of each entry. */
  #findings: Finding[] = []
  readonly #byEpisode = new Map<E, Entry<E>>()
  readonly #changed = new Set<E>()
  #nowMs = Number.NEGATIVE_INFINITY
  /** None ends before this; the last that has ended did so at this. Null if that is not known. */
  #ends: { readonly nextMs: number; readonly lastMs: number } | null = null
  #all: readonly Finding[] | null = null

  constructor(told: Told<E>) {
    this.#told = told
  }

  /** It grew, or is none any more. */
  change(episode: E): void {
    this.#changed.add(episode)
  }

  /** True if the findings may differ from the last ones that were asked for. */
  isChangedAt(nowMs: number): boolean {
    return this.#changed.size > 0 || this.#movesAt(nowMs)
  }

  /** The findings at a moment; the same list if nothing has changed. */
  at(nowMs: number): readonly Finding[] {
    if (this.#movesAt(nowMs))
      for (const { episode, closesMs, isEnded } of this.#entries) if (closesMs <= nowMs !== isEnded) this.#changed.add(episode)
    this.#nowMs = nowMs
    for (const episode of this.#changed) this.#list(episode)
    this.#changed.clear()
    this.#all ??= this.#findings.slice()
    return this.#all
  }

  /** The first moment at which an open one ends. */
  nextEndMs(): number | null {
    const { nextMs } = this.#knownEnds()
    return Number.isFinite(nextMs) ? nextMs : null
  }

  /** The episodes that ended before a moment; they are listed no longer. */
  takeEndedBefore(ms: number): E[] {
    const isOver = ({ isEnded, closesMs }: Entry<E>) => isEnded && closesMs < ms
    const gone = this.#entries.filter(isOver).map(({ episode }) => episode)
    if (gone.length === 0) return gone
    this.#findings = this.#findings.filter((_, i) => !isOver(this.#entries[i] as Entry<E>))
    this.#entries = this.#entries.filter(entry => !isOver(entry))
    for (const episode of gone) this.#byEpisode.delete(episode)
    this.#ends = null
    this.#all = null
    return gone
  }

  /** True if an episode ends, or has not ended any more, between the last moment and this one. */
  #movesAt(nowMs: number): boolean {
    if (nowMs === this.#nowMs) return false
    const { nextMs, lastMs } = this.#knownEnds()
    return nextMs <= nowMs || lastMs > nowMs
  }

  #knownEnds() {
    if (this.#ends !== null) return this.#ends
    let nextMs = Number.POSITIVE_INFINITY
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { closesMs, isEnded } of this.#entries) {
      if (!isEnded) nextMs = Math.min(nextMs, closesMs)
      else lastMs = Math.max(lastMs, closesMs)
    }
    this.#ends = { nextMs, lastMs }
    return this.#ends
  }

  #list(episode: E): void {
    const standing = this.#told.standing(episode)
    const before = this.#byEpisode.get(episode)
    if (standing === null) {
      if (before !== undefined) this.#remove(before)
      return
    }
    const { bornMs, id, closesMs } = standing
    const isEnded = closesMs <= this.#nowMs
    const finding = this.#told.finding(episode, isEnded)
    const isThere = before?.bornMs === bornMs && before.id === id
    if (before !== undefined && !isThere) this.#remove(before)
    const at = isThere ? this.#entries.indexOf(before as Entry<E>, this.#indexOf(standing)) : this.#indexOf(standing)
    if (isThere && before?.closesMs === closesMs && before.isEnded === isEnded && this.#findings[at] === finding) return
    const entry = { episode, bornMs, id, closesMs, isEnded }
    this.#byEpisode.set(episode, entry)
    this.#entries.splice(at, isThere ? 1 : 0, entry)
    this.#findings.splice(at, isThere ? 1 : 0, finding)
    this.#ends = null
    this.#all = null
  }

  #remove(entry: Entry<E>): void {
    const at = this.#entries.indexOf(entry, this.#indexOf(entry))
    this.#entries.splice(at, 1)
    this.#findings.splice(at, 1)
    this.#byEpisode.delete(entry.episode)
    this.#ends = null
    this.#all = null
  }

  /** The first index that does not precede an episode. */
  #indexOf(standing: Standing): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBirths(this.#entries[middle] as Entry<E>, standing) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The oldest first. */
export function compareBirths(a: Pick<Standing, 'bornMs' | 'id'>, b: Pick<Standing, 'bornMs' | 'id'>): number {
  return a.bornMs - b.bornMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
