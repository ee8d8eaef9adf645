// How far the alerts log is for readers: after the last event that could concern them, and how many
// such events lie behind a position. What readers may not see moves neither.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import { isTheatreInView, type ReaderView } from './reader-view.ts'

/** Of each partition the next to read. */
type Positions = readonly bigint[]

interface Mark {
  readonly partition: number
  readonly theatre: string
  readonly level: Handling
  /** After the last event that concerns readers of the level. */
  next: bigint
  /** From here on its events are counted. */
  from: bigint
  /** Of these events each `step`-th, the newest ones, and how many came since. */
  readonly places: bigint[]
  count: number
}

/**
 * As a snapshot holds it; those of earlier versions have no places, or do not say from where on
 * these count.
 */
interface MarkRow extends Pick<Mark, 'partition' | 'theatre' | 'level'> {
  readonly next: string
  readonly counted?: Counted
}

interface Counted {
  readonly step: number
  readonly count: number
  readonly from?: string
  readonly places: readonly string[]
}

/**
 * Of each mark about so many places are kept, or all of fewer events: a number of events is told to
 * about that part of it.
 */
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
      const mark = this.#marks.get(key) ?? {
        partition,
        theatre,
        level,
        next: 0n,
        from: 0n,
        places: [],
        count: 0
      }
      this.#marks.set(key, mark)
      mark.next = position + 1n
      mark.count++
      if (mark.count < this.#step) continue
      mark.count = 0
      mark.places.push(position)
      if (mark.places.length > this.#placesMax) mark.from = (mark.places.shift() ?? 0n) + 1n
    }
  }

  /** After the last event that could concern such a reader; `start` where there is none. */
  endIn(view: ReaderView, start: Positions): Positions {
    const end = [...start]
    for (const { partition, next } of this.#in(view))
      if (next > (end[partition] ?? 0n)) end[partition] = next
    return end
  }

  /**
   * About how many events that could concern such a reader come from these positions on: of each
   * partition and theatre up to a step more or fewer. Infinite where it is not known, or more than
   * are told apart.
   */
  eventsFrom(view: ReaderView, positions: Positions): number {
    let count = 0
    for (const { partition, from, places } of this.#in(view)) {
      const position = positions[partition] ?? 0n
      if (position < from) return Number.POSITIVE_INFINITY
      count += places.filter(place => place >= position).length * this.#step
    }
    return count
  }

  rows(): readonly MarkRow[] {
    return [...this.#marks.values()].map(({ next, from, places, count, ...mark }) => ({
      ...mark,
      next: String(next),
      counted: { step: this.#step, count, from: String(from), places: places.map(String) }
    }))
  }

  /**
   * Where the step is another, or it is not known from where on they count, none of those before it
   * is counted.
   */
  restore({ next, counted, ...mark }: MarkRow): void {
    const isCounted = counted?.step === this.#step && counted.from !== undefined
    const {
      count,
      from = next,
      places
    }: Omit<Counted, 'step'> = isCounted ? counted : { count: 0, places: [] }
    this.#marks.set(keyOf(mark), {
      ...mark,
      next: BigInt(next),
      from: BigInt(from),
      count,
      places: places.map(BigInt)
    })
  }

  *#in(view: ReaderView): Generator<Mark> {
    for (const mark of this.#marks.values())
      if (mark.level === view.handling && isTheatreInView(view, mark.theatre)) yield mark
  }
}

function keyOf({
  partition,
  theatre,
  level
}: Pick<Mark, 'partition' | 'theatre' | 'level'>): string {
  return `${partition}|${theatre}|${level}`
}
