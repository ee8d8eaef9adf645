// One alert as readers of one level of handling get it: which of its events they are told, under which numbers, and what it says to them now. A fold
// over the alert's events, the same wherever the log is folded.

import type { AlertEventType, AlertState, Notify } from '@tocsin/domain/alert/alert'
import type { Handling } from '@tocsin/domain/report/handling'
import type { HeldState } from './held-state.ts'

/** What tells an event of an alert from the others. */
export interface EventOfAlert {
  readonly type: AlertEventType
  readonly data: Pick<AlertState, 'revision' | 'notify'>
}

/** How readers of a level get the events of an alert. */
export interface Numbering {
  /** True for an event of which such readers hear nothing. */
  isWithheld(revision: number): boolean
  /** The revision that such readers are shown, of an event that is not withheld: it counts those that they get. */
  numberOf(revision: number): number
  /** Whom an event is for among such readers: who was told nothing before is paged by the first that pages anybody. */
  notifyOf(event: EventOfAlert): Notify
}

/** Nothing is withheld, as from readers who may see whatever an alert rests on. */
export const unabridged: Numbering = {
  isWithheld: () => false,
  numberOf: revision => revision,
  notifyOf: event => event.data.notify
}

/** Runs of withheld events that are remembered of one alert; of a longer story the first are only counted. */
export const withheldRunsMax = 4096

const goesOnByItself: ReadonlySet<AlertEventType> = new Set(['alert.confirmed', 'alert.resolved', 'alert.retracted'])
const pages: ReadonlySet<AlertEventType> = new Set(['alert.raised', 'alert.revised', 'alert.escalated', 'alert.reopened'])

export class LevelStory implements Numbering {
  readonly level: Handling
  /** What it says to them now, and the event that said it; null where they may not see it. */
  shown: HeldState | null = null
  /** The other alerts that it named to them, when it was said. */
  named: Pick<AlertState, 'references' | 'partOf'> = { references: [], partOf: null }
  /** Time of the first event that they got; null before it. */
  firstTime: string | null = null
  /** The event by which it left their view last; 0 = none. */
  leftAt = 0
  /** Withheld revisions, as pairs of first and last, ascending. */
  readonly #withheld: number[] = []
  /** Withheld ones that are only counted: the story was too long to tell which. */
  #forgotten = 0
  /** The first revision that was not quiet to them. */
  #toldAt = Number.POSITIVE_INFINITY
  #lastRevision = 0

  /** `before`: revisions that were not seen here, all alike. */
  constructor(level: Handling, before: { readonly count: number; readonly isShown: boolean }) {
    this.level = level
    this.#lastRevision = before.count
    if (before.count > 0 && !before.isShown) this.#withheld.push(1, before.count)
    if (before.count > 0 && before.isShown) this.#toldAt = 0
  }

  /** Some events were told to such readers, and some were not: their numbers are not to be had from the log's. */
  get isMixed(): boolean {
    const count = this.#countUpTo(this.#lastRevision)
    return count > 0 && count < this.#lastRevision
  }

  /** The number of what it says now. */
  get revision(): number {
    return this.numberOf(this.#lastRevision)
  }

  /** Takes the next event: one that such readers get. */
  tell(event: EventOfAlert, time: string): void {
    const { revision } = event.data
    this.firstTime ??= time
    if (pages.has(event.type) || goesOnByItself.has(event.type))
      if (this.#toldAt === Number.POSITIVE_INFINITY && this.notifyOf(event) !== 'quiet') this.#toldAt = revision
    this.#lastRevision = revision
  }

  /** Takes the next event: one of which such readers hear nothing, or no more than that the alert has left their view. */
  withhold(revision: number): void {
    this.#lastRevision = revision
    if (this.#withheld.at(-1) === revision - 1) this.#withheld[this.#withheld.length - 1] = revision
    else this.#withheld.push(revision, revision)
    if (this.#withheld.length <= 2 * withheldRunsMax) return
    const [first, last] = this.#withheld.splice(0, 2) as [number, number]
    this.#forgotten += last - first + 1
  }

  isWithheld(revision: number): boolean {
    const at = this.#runAt(revision)
    return at >= 0 && revision <= (this.#withheld[at + 1] as number)
  }

  numberOf(revision: number): number {
    return Math.max(1, revision - this.#countUpTo(revision))
  }

  notifyOf({ type, data }: EventOfAlert): Notify {
    if (data.notify === 'quiet' || this.#toldAt < data.revision) return data.notify
    if (goesOnByItself.has(type)) return 'quiet'
    return pages.has(type) ? 'page' : data.notify
  }

  #countUpTo(revision: number): number {
    let count = this.#forgotten
    for (let i = 0; i < this.#withheld.length; i += 2) {
      const [first, last] = [this.#withheld[i] as number, this.#withheld[i + 1] as number]
      if (first > revision) break
      count += Math.min(last, revision) - first + 1
    }
    return count
  }

  /** Where the last run begins that does not begin after a revision; less than 0 for none. */
  #runAt(revision: number): number {
    let [low, high] = [0, this.#withheld.length / 2]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#withheld[2 * middle] as number) <= revision) low = middle + 1
      else high = middle
    }
    return 2 * (low - 1)
  }
}
