// The findings of all fronts, ended ones first: each change moves only the fronts that it touched.

import type { Finding } from '../../finding/finding.ts'
import { closesAtMs, type Front, type FrontReach } from './front-story.ts'
import { compareFronts, type FrontTrack } from './members.ts'

interface Entry {
  readonly track: FrontTrack
  /** The front as it was when it was listed. */
  readonly front: Front
  readonly closesMs: number
  readonly finding: Finding
}

export class ListedFronts {
  readonly #parameters: FrontReach
  /** In order of their end. */
  readonly #ended: Entry[] = []
  /** In order of their beginning. */
  readonly #open: Entry[] = []
  readonly #entries = new Map<FrontTrack, Entry>()
  readonly #changed = new Set<FrontTrack>()
  #nowMs = Number.NEGATIVE_INFINITY
  #all: readonly Finding[] | null = null

  constructor(parameters: FrontReach) {
    this.#parameters = parameters
  }

  /** It grew, merged, or is no front any more. */
  change(track: FrontTrack): void {
    this.#changed.add(track)
  }

  /** True if the findings may differ from the last ones that were asked for. */
  isChangedAt(nowMs: number): boolean {
    return this.#changed.size > 0 || this.#movesAt(nowMs)
  }

  /** The findings at a moment; the same list if nothing has changed. */
  at(nowMs: number): readonly Finding[] {
    if (this.#movesAt(nowMs)) {
      const [since, until] = [Math.min(this.#nowMs, nowMs), Math.max(this.#nowMs, nowMs)]
      for (const list of [this.#open, this.#ended])
        for (const { track, closesMs } of list) if (closesMs > since && closesMs <= until) this.#changed.add(track)
    }
    this.#nowMs = nowMs
    for (const track of this.#changed) this.#list(track)
    this.#changed.clear()
    if (this.#all !== null) return this.#all
    const all: Finding[] = []
    for (const list of [this.#ended, this.#open]) for (const { finding } of list) all.push(finding)
    this.#all = all
    return all
  }

  /** The first moment after this one at which a front ends. */
  nextEndMs(afterMs: number): number | null {
    let next: number | null = null
    for (const { closesMs } of this.#open) if (closesMs > afterMs && (next === null || closesMs < next)) next = closesMs
    return next
  }

  /** The fronts that ended before a moment; they are listed no longer. */
  takeEndedBefore(ms: number): FrontTrack[] {
    let count = 0
    while (count < this.#ended.length && (this.#ended[count] as Entry).closesMs < ms) count += 1
    if (count === 0) return []
    this.#all = null
    const gone = this.#ended.splice(0, count).map(({ track }) => track)
    for (const track of gone) this.#entries.delete(track)
    return gone
  }

  /** True if a front ends, or has not ended any more, between the last moment and this one. */
  #movesAt(nowMs: number): boolean {
    if (nowMs === this.#nowMs) return false
    if (nowMs < this.#nowMs) return (this.#ended.at(-1)?.closesMs ?? nowMs) > nowMs
    return this.#open.some(({ closesMs }) => closesMs <= nowMs)
  }

  #list(track: FrontTrack): void {
    const front = track.merger === null ? track.front : null
    const before = this.#entries.get(track)
    const closesMs = front === null ? 0 : closesAtMs(front, this.#parameters)
    const isEnded = closesMs <= this.#nowMs
    const finding = front === null ? null : track.finding(isEnded, this.#parameters)
    if (before === undefined && finding === null) return
    if (before?.finding !== finding) this.#all = null
    if (before !== undefined) this.#takeOut(before)
    if (front === null || finding === null) return
    const entry = { track, front, closesMs, finding }
    this.#entries.set(track, entry)
    if (isEnded) insert(this.#ended, entry, compareEnded)
    else insert(this.#open, entry, compareOpen)
  }

  #takeOut(entry: Entry): void {
    const list = entry.finding.toMs === null ? this.#open : this.#ended
    list.splice(list.lastIndexOf(entry), 1)
    this.#entries.delete(entry.track)
  }
}

function compareOpen(a: Entry, b: Entry): number {
  return compareFronts(a.front, b.front)
}

function compareEnded(a: Entry, b: Entry): number {
  return a.closesMs - b.closesMs || compareFronts(a.front, b.front)
}

function insert(list: Entry[], entry: Entry, compare: (a: Entry, b: Entry) => number): void {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(list[middle] as Entry, entry) <= 0) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, entry)
}
