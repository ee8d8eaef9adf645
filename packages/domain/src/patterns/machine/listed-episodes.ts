// The findings of all episodes, in order of their beginning: each change touches only the episodes
// that changed.

import type { Finding } from '../../finding/finding.ts'
import { placeOf } from '../../fold/sorted.ts'

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
  #ends: { nextMs: number; lastMs: number } | null = null
  #all: readonly Finding[] | null = null

  constructor(told: Told<E>) {
    this.#told = told
  }

  /** It grew, or is none any more. */
  change(episode: E): void {
    this.#changed.add(episode)
  }

  /**
   * True if the findings at a moment, or the next end, differ from the last ones that were asked
   * for.
   */
  isChangedAt(nowMs: number): boolean {
    if (this.#changed.size === 0) return this.#movesAt(nowMs)
    const [all, { nextMs }] = [this.#all, this.#knownEnds()]
    return this.at(nowMs) !== all || this.#knownEnds().nextMs !== nextMs
  }

  /** The findings at a moment; the same list if nothing has changed. */
  at(nowMs: number): readonly Finding[] {
    if (this.#movesAt(nowMs))
      for (const { episode, closesMs, isEnded } of this.#entries)
        if (closesMs <= nowMs !== isEnded) this.#changed.add(episode)
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

  #knownEnds(): { readonly nextMs: number; readonly lastMs: number } {
    if (this.#ends !== null) return this.#ends
    const ends = { nextMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY }
    for (const { closesMs, isEnded } of this.#entries) {
      if (!isEnded) ends.nextMs = Math.min(ends.nextMs, closesMs)
      else ends.lastMs = Math.max(ends.lastMs, closesMs)
    }
    this.#ends = ends
    return ends
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
    const at = isThere ? this.#entries.lastIndexOf(before as Entry<E>) : this.#indexOf(standing)
    const isSame = isThere && this.#findings[at] === finding
    if (isSame && before?.closesMs === closesMs && before.isEnded === isEnded) return
    const entry = { episode, bornMs, id, closesMs, isEnded }
    this.#byEpisode.set(episode, entry)
    this.#noteEnds(isThere ? (before as Entry<E>) : null, entry)
    if (isThere) this.#entries[at] = entry
    else this.#entries.splice(at, 0, entry)
    if (isSame) return
    if (isThere) this.#findings[at] = finding
    else this.#findings.splice(at, 0, finding)
    this.#all = null
  }

  #remove(entry: Entry<E>): void {
    const at = this.#entries.lastIndexOf(entry)
    this.#entries.splice(at, 1)
    this.#findings.splice(at, 1)
    this.#byEpisode.delete(entry.episode)
    this.#noteEnds(entry, null)
    this.#all = null
  }

  /** What ended first, or last, is looked for again only once that may be another. */
  #noteEnds(gone: Entry<E> | null, come: Entry<E> | null): void {
    const ends = this.#ends
    if (ends === null) return
    if (gone?.closesMs === (gone?.isEnded ? ends.lastMs : ends.nextMs)) this.#ends = null
    else if (come?.isEnded) ends.lastMs = Math.max(ends.lastMs, come.closesMs)
    else if (come) ends.nextMs = Math.min(ends.nextMs, come.closesMs)
  }

  /** The first index that does not precede an episode. */
  #indexOf(standing: Standing): number {
    const last = this.#entries.at(-1)
    // Most begin last.
    if (last !== undefined && compareBirths(last, standing) < 0) return this.#entries.length
    return placeOf(this.#entries, standing, compareBirths)
  }
}

/** The oldest first. */
export function compareBirths(
  a: Pick<Standing, 'bornMs' | 'id'>,
  b: Pick<Standing, 'bornMs' | 'id'>
): number {
  return a.bornMs - b.bornMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
