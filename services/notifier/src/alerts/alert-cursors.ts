// Cursors of the alerts log for readers: identical on the stream, the feed and in headers. Equal
// positions give equal bytes.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { namesEpoch, shortEpoch } from '@tocsin/service/projection/epochs'
import { openCursor, sealCursor } from '@tocsin/service/projection/sealed-cursor'
import { LRUCache } from 'lru-cache'
import { type AlertJournal, type Positions, samePositions } from './alert-journal.ts'
import type { GravePlace } from './list-queries.ts'

/** Cached sealed cursors, so that readers at the same place cost one seal. */
const sealedKept = 512

/** Where a reader resumes. */
export interface ResumePlace {
  readonly positions: Positions
  /** The reader still lacks the snapshot parts after this place; null if none is missing. */
  readonly rest: GravePlace | null
  /** The cursor that the reader gave, which names this place to it; null: it gave none. */
  readonly cursor: string | null
}

export type OpenedCursor =
  | ({ readonly kind: 'from' } & ResumePlace)
  /** Of another epoch of the log, or of another version: the reader needs the whole state again. */
  | { readonly kind: 'lost' }
  /**
   * Not issued by this suite, or not for reading events. `fault`: what is wrong with it, behind
   * "the cursor".
   */
  | { readonly kind: 'forged'; readonly fault: string }

interface AlertCursorsDeps {
  readonly cursorKey: Buffer
  readonly log: EventLog
  readonly journal: () => AlertJournal
  /** Maps a cursor of a log that was copied into this one. */
  readonly translate: (cursor: Cursor) => Cursor
}

export class AlertCursors {
  readonly #deps: AlertCursorsDeps
  readonly #sealed = new LRUCache<string, string>({ maxSize: sealedKept, sizeCalculation: () => 1 })

  constructor(deps: AlertCursorsDeps) {
    this.#deps = deps
  }

  /**
   * With `rest`, the cursor of a reader inside a snapshot: whoever resumes with it gets the
   * remaining parts.
   */
  seal(positions: Positions, rest: GravePlace | null = null): string {
    const extra = { snapshot: rest }
    const name =
      rest === null ? positions.join(',') : `${positions.join(',')} ${JSON.stringify(extra)}`
    const known = this.#sealed.peek(name)
    if (known !== undefined) return known
    const cursors = [
      { topic: topics.alerts, epoch: shortEpoch(this.#deps.journal().epoch), positions }
    ]
    const text = sealCursor(this.#deps.cursorKey, rest === null ? { cursors } : { cursors, extra })
    this.#sealed.set(name, text)
    return text
  }

  /** Characters of a cursor without the rest of a snapshot: the same for all of a log. */
  get length(): number {
    return this.seal(this.#deps.journal().start).length
  }

  open(text: string): OpenedCursor {
    const { cursorKey, translate } = this.#deps
    const opened = openCursor(cursorKey, text)
    if (!opened.ok)
      return opened.reason === 'version'
        ? { kind: 'lost' }
        : { kind: 'forged', fault: 'was not issued by this suite' }
    const journal = this.#deps.journal()
    const held = opened.content.cursors.find(each => each.topic === topics.alerts)
    if (held === undefined)
      return {
        kind: 'forged',
        fault: 'is of a list or of a write, not of the stream, the events or the feed'
      }
    const cursor = translate(held)
    const isOfLog = namesEpoch(cursor.epoch, journal.epoch)
    if (!isOfLog || cursor.positions.length !== journal.end.length) return { kind: 'lost' }
    // Authenticated by our own MAC: the content is as it was written.
    const extra = opened.content.extra as
      | { readonly snapshot?: GravePlace; readonly told?: unknown }
      | undefined
    // Releases with policies on streams sealed `told`: their reader had not got all before it.
    if (extra?.told !== undefined) return { kind: 'lost' }
    const { positions } = cursor
    return { kind: 'from', positions, rest: extra?.snapshot ?? null, cursor: text }
  }

  /** `open`, but `lost` too if the log has not everything from there on. Knows `earliest` and `latest`. */
  async resume(text: string, view: ReaderView): Promise<OpenedCursor> {
    const journal = this.#deps.journal()
    const from = { kind: 'from', rest: null, cursor: null } as const
    if (text === 'earliest') return { ...from, positions: journal.start }
    if (text === 'latest') return { ...from, positions: journal.endInView(view) }
    const opened = this.open(text)
    if (opened.kind !== 'from' || samePositions(opened.positions, journal.end)) return opened
    // A cursor of a truncated log points beyond its end.
    const states = await this.#deps.log.state(topics.alerts)
    const isThere = opened.positions.every((position, p) => {
      const state = states.find(({ partition }) => partition === p)
      return state !== undefined && state.start <= position && position <= state.end
    })
    return isThere ? opened : { kind: 'lost' }
  }
}
