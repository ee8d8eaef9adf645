// One alert for one reader level: which of its events are delivered, under which numbers, and its
// current content. A deterministic fold over the alert's events.

import type { AlertEventType, AlertState, Notify } from '@tocsin/domain/alert/alert'
import { mayPage } from '@tocsin/domain/alert/paging'
import type { Handling } from '@tocsin/domain/report/handling'
import { type AlertCalls, noCalls } from '@tocsin/domain/response/alert-calls'
import type { HeldState } from './held-state.ts'
import { HiddenNumbers, type HiddenNumbersRow } from './hidden-numbers.ts'

/** Identifies an event within its alert. */
export interface EventOfAlert {
  readonly type: AlertEventType
  readonly data: Pick<AlertState, 'revision' | 'notify' | 'pattern' | 'severity'>
}

/** How readers of a level get the events of an alert. */
export interface Numbering {
  /** True for an event that is not delivered to such readers. */
  isWithheld(revision: number): boolean
  /** The revision shown for a delivered event: the count of delivered ones. */
  numberOf(revision: number): number
  /** The operator revision shown: without the comments that such readers are not told of. */
  operatorNumberOf(operatorRevision: number): number
  /**
   * Whom an event notifies among such readers: the first delivered event that notifies anybody also
   * notifies those who missed earlier ones, unless its pattern pages from a higher severity on.
   */
  notifyOf(event: EventOfAlert): Notify
}

/** Nothing is withheld, for readers who see everything the alert rests on. */
export const unabridged: Numbering = {
  isWithheld: () => false,
  numberOf: revision => revision,
  operatorNumberOf: operatorRevision => operatorRevision,
  notifyOf: event => event.data.notify
}

const goesOnByItself: ReadonlySet<AlertEventType> = new Set([
  'alert.confirmed',
  'alert.resolved',
  'alert.retracted'
])
const pages: ReadonlySet<AlertEventType> = new Set([
  'alert.raised',
  'alert.revised',
  'alert.escalated',
  'alert.reopened'
])

/** A story as plain data, without what is shown. */
export interface StoryRow {
  readonly level: Handling
  readonly named: LevelStory['named']
  readonly firstTime: string | null
  readonly leftAt: number
  readonly withheld: readonly number[]
  readonly forgotten: number
  /** Left out before comments had a handling. */
  readonly comments?: HiddenNumbersRow
  /** Null: never. */
  readonly toldAt: number | null
  readonly lastRevision: number
}

export class LevelStory implements Numbering {
  readonly level: Handling
  /** The current content and the event that set it; null if hidden from them. */
  shown: HeldState | null = null
  /** The other alerts named to them at that time. */
  named: Pick<AlertState, 'references' | 'partOf'> = { references: [], partOf: null }
  /** Time of the first delivered event; null before it. */
  firstTime: string | null = null
  /** By the delivered events. */
  calls: AlertCalls = noCalls
  /** The event by which it last left their view; 0 = none. */
  leftAt = 0
  /** Withheld revisions. */
  #withheld = new HiddenNumbers()
  /** The operator revisions of comments that they are not told of. */
  #comments = new HiddenNumbers()
  /** The first revision that was not quiet for them. */
  #toldAt = Number.POSITIVE_INFINITY
  #lastRevision = 0

  /** `before`: revisions not seen here, all treated alike. */
  constructor(level: Handling, before: { readonly count: number; readonly isShown: boolean }) {
    this.level = level
    this.#lastRevision = before.count
    if (before.count > 0 && !before.isShown) this.#withheld.addRun(1, before.count)
    if (before.count > 0 && before.isShown) this.#toldAt = 0
  }

  static restored(row: StoryRow, shown: HeldState | null): LevelStory {
    const story = new LevelStory(row.level, { count: row.lastRevision, isShown: true })
    story.shown = shown
    story.named = row.named
    story.firstTime = row.firstTime
    story.leftAt = row.leftAt
    story.#withheld = new HiddenNumbers({ runs: row.withheld, forgotten: row.forgotten })
    story.#comments = new HiddenNumbers(row.comments)
    story.#toldAt = row.toldAt ?? Number.POSITIVE_INFINITY
    return story
  }

  /** A copy as plain data. */
  row(): StoryRow {
    const { runs: withheld, forgotten } = this.#withheld.row()
    return {
      level: this.level,
      named: this.named,
      firstTime: this.firstTime,
      leftAt: this.leftAt,
      withheld,
      forgotten,
      comments: this.#comments.row(),
      toldAt: this.#toldAt === Number.POSITIVE_INFINITY ? null : this.#toldAt,
      lastRevision: this.#lastRevision
    }
  }

  /**
   * Some events were delivered and some withheld: the numbering can't be derived from the log's.
   */
  get isMixed(): boolean {
    const count = this.#withheld.countUpTo(this.#lastRevision)
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
      if (this.#toldAt === Number.POSITIVE_INFINITY && this.notifyOf(event) !== 'quiet')
        this.#toldAt = revision
    this.#lastRevision = revision
  }

  /** Folds the next event, one that such readers don't get, or only as leaving their view. */
  withhold(revision: number): void {
    this.#lastRevision = revision
    this.#withheld.addRun(revision, revision)
  }

  /** Notes that the event withheld is a comment that they may not read. */
  withholdComment(operatorRevision: number): void {
    this.#comments.addRun(operatorRevision, operatorRevision)
  }

  isWithheld(revision: number): boolean {
    return this.#withheld.has(revision)
  }

  operatorNumberOf(operatorRevision: number): number {
    return operatorRevision - this.#comments.countUpTo(operatorRevision)
  }

  numberOf(revision: number): number {
    return Math.max(1, revision - this.#withheld.countUpTo(revision))
  }

  notifyOf({ type, data }: EventOfAlert): Notify {
    if (data.notify === 'quiet' || this.#toldAt < data.revision) return data.notify
    if (goesOnByItself.has(type)) return 'quiet'
    return pages.has(type) && mayPage(data.pattern, data.severity) ? 'page' : data.notify
  }
}
