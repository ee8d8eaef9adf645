// One alert for one reader level: which of its events are delivered, under which numbers, and its current content. A
// deterministic fold over the alert's events.

import type { AlertEventType, AlertState, Notify } from '@tocsin/domain/alert/alert'
import type { Handling } from '@tocsin/domain/report/handling'
import type { HeldState } from './held-state.ts'

/** Identifies an event within its alert. */
export interface EventOfAlert {
  readonly type: AlertEventType
  readonly data: Pick<AlertState, 'revision' | 'notify'>
}

/** How readers of a level get the events of an alert. */
export interface Numbering {
  /** True for an event that is not delivered to such readers. */
  isWithheld(revision: number): boolean
  /** The revision shown for a delivered event: the count of delivered ones. */
  numberOf(revision: number): number
  /**
   * Whom an event notifies among such readers: the first delivered event that notifies anybody also notifies those who missed
   * earlier ones.
   */
  notifyOf(event: EventOfAlert): Notify
}

/** Nothing is withheld, for readers who see everything the alert rests on. */
export const unabridged: Numbering = {
  isWithheld: () => false,
  numberOf: revision => revision,
  notifyOf: event => event.data.notify
}

/** Runs of withheld events kept per alert; later ones are only counted. */
const withheldRunsMax = 4096

const goesOnByItself: ReadonlySet<AlertEventType> = new Set(['alert.confirmed', 'alert.resolved', 'alert.retracted'])
const pages: ReadonlySet<AlertEventType> = new Set(['alert.raised', 'alert.revised', 'alert.escalated', 'alert.reopened'])

export class LevelStory implements Numbering {
  readonly level: Handling
  /** The current content and the event that set it; null if hidden from them. */
  shown: HeldState | null = null
  /** The other alerts named to them at that time. */
  named: Pick<AlertState, 'references' | 'partOf'> = { references: [], partOf: null }
  /** Time of the first delivered event; null before it. */
  firstTime: string | null = null
  /** The event by which it last left their view; 0 = none. */
  leftAt = 0
  /** Withheld revisions as pairs of first and last, ascending. */
  readonly #withheld: number[] = []
  /** Withheld events that are only counted: the history was too long to keep their numbers. */
  #forgotten = 0
  /** The first revision that was not quiet for them. */
  #toldAt = Number.POSITIVE_INFINITY
  #lastRevision = 0

  /** `before`: revisions not seen here, all treated alike. */
  constructor(level: Handling, before: { readonly count: number; readonly isShown: boolean }) {
    this.level = level
    this.#lastRevision = before.count
    if (before.count > 0 && !before.isShown) this.#withheld.push(1, before.count)
    if (before.count > 0 && before.isShown) this.#toldAt = 0
  }

  /** Some events were delivered and some withheld: the numbering can't be derived from the log's. */
  get isMixed(): boolean {
    const count = this.#countUpTo(this.#lastRevision)
    return count > 0 && count < this.#lastRevision
  }

  /** The number of the current content. */
  get revision(): number {
    return this.numberOf(this.#lastRevision)
  }

  /** Folds the next event, one that such readers get. */
  tell(event: EventOfAlert, time: string): void {
    const { revision } = event.data
    this.firstTime ??= time
    if (pages.has(event.type) || goesOnByItself.has(event.type))
      if (this.#toldAt === Number.POSITIVE_INFINITY && this.notifyOf(event) !== 'quiet') this.#toldAt = revision
    this.#lastRevision = revision
  }

  /** Folds the next event, one that such readers don't get, or only as leaving their view. */
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

  /** Index of the last run that begins at or before a revision; negative for none. */
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
