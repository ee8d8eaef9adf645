// How far the alerts log is for readers: after the last event that could concern them, and how many such events lie behind a
// position. What readers may not see moves neither.

import type { Handling } from '@tocsin/domain/report/handling'
import { isTheatreInView, type ReaderView } from './reader-view.ts'

/** Of each partition the next to read. */
type Positions = readonly bigint[]

interface Mark {
  readonly partition: number
  readonly theatre: string
  readonly level: Handling
  /** After the last event that concerns readers of the level. */
  next: bigint
  /** Of these events each `step`-th, the newest ones, and how many came since. */
  readonly places: bigint[]
  count: number
}

/** As a snapshot holds it; those of earlier versions have no places. */
interface MarkRow extends Pick<Mark, 'partition' | 'theatre' | 'level'> {
  readonly next: string
  readonly counted?: { readonly step: number; readonly count: number; readonly places: readonly string[] }
}

/** Places that are kept of each mark, at most, so that a number of events is told to a part of it. */
const placesKept = 64

export class ViewMarks {
  readonly #step: number
  readonly #placesMax: number
  /** By partition, theatre and level. */
  readonly #marks = new Map<string, Mark>()

  /** `countedMax`: numbers of events up to which they are told apart. */
  constructor(countedMax: number) {
    this.#step = Math.max(1, Math.floor(countedMax / placesKept))
    this.#placesMax = Math.floor(countedMax / this.#step) + 1
  }

  /** An event concerns readers of these levels. In order. */
  note(partition: number, position: bigint, theatre: string, concerned: readonly Handling[]): void {
    for (const level of concerned) {
      const key = keyOf({ partition, theatre, level })
      const mark = this.#marks.get(key) ?? { partition, theatre, level, next: 0n, places: [], count: 0 }
      this.#marks.set(key, mark)
      mark.next = position + 1n
      mark.count++
      if (mark.count < this.#step) continue
      mark.count = 0
      mark.places.push(position)
      if (mark.places.length > this.#placesMax) mark.places.shift()
    }
  }

  /** After the last event that could concern such a reader; `start` where there is none. */
  endIn(view: ReaderView, start: Positions): Positions {
    const end = [...start]
    for (const { partition, next } of this.#in(view)) if (next > (end[partition] ?? 0n)) end[partition] = next
    return end
  }

  /** How many events that could concern such a reader come from these positions on; a few fewer, or as many as are told apart. */
  eventsFrom(view: ReaderView, positions: Positions): number {
    let count = 0
    for (const { partition, places } of this.#in(view))
      count += places.filter(place => place >= (positions[partition] ?? 0n)).length * this.#step
    return count
  }

  rows(): readonly MarkRow[] {
    return [...this.#marks.values()].map(({ next, places, count, ...mark }) => ({
      ...mark,
      next: String(next),
      counted: { step: this.#step, count, places: places.map(String) }
    }))
  }

  /** By another step nothing is counted of what was before. */
  restore({ next, counted, ...mark }: MarkRow): void {
    const { count, places } = counted?.step === this.#step ? counted : { count: 0, places: [] }
    this.#marks.set(keyOf(mark), { ...mark, next: BigInt(next), count, places: places.map(BigInt) })
  }

  *#in(view: ReaderView): Generator<Mark> {
    for (const mark of this.#marks.values()) if (mark.level === view.handling && isTheatreInView(view, mark.theatre)) yield mark
  }
}

function keyOf({ partition, theatre, level }: Pick<Mark, 'partition' | 'theatre' | 'level'>): string {
  return `${partition}|${theatre}|${level}`
}
