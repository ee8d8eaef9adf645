// Cursors of the alerts log as readers hold them: the same on the stream, the feed and wherever a position is told. Equal positions give
// equal bytes.

import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { openCursor, sealCursor } from '@tocsin/service-kit/sealed-cursor'
import type { AlertJournal } from './alert-journal.ts'
import { hasPassed, type Positions, samePositions } from './positions.ts'

/** Sealed texts that are kept, so that the readers who stand at one place cost one seal. */
const sealedKept = 512

export type OpenedPosition =
  | { readonly kind: 'position'; readonly positions: Positions }
  /** Not ours, or of another life of the log. */
  | { readonly kind: 'foreign'; readonly reason: 'malformed' | 'version' | 'forged' | 'other-log' }

export class AlertCursors {
  readonly #key: Buffer
  readonly #journal: () => AlertJournal
  readonly #translate: (cursor: Cursor) => Cursor
  readonly #sealed = new Map<string, string>()

  /** `translate`: what a cursor of a log that was copied into this one means here. */
  constructor(key: Buffer, journal: () => AlertJournal, translate: (cursor: Cursor) => Cursor = cursor => cursor) {
    this.#key = key
    this.#journal = journal
    this.#translate = translate
  }

  seal(positions: Positions): string {
    const name = positions.join(',')
    const known = this.#sealed.get(name)
    if (known !== undefined) return known
    const cursors = [{ topic: topics.alerts, epoch: this.#journal().epoch, positions }]
    const text = sealCursor(this.#key, { cursors })
    this.#sealed.set(name, text)
    if (this.#sealed.size > sealedKept) this.#sealed.delete(this.#sealed.keys().next().value as string)
    return text
  }

  open(text: string): OpenedPosition {
    const opened = openCursor(this.#key, text)
    if (!opened.ok) return { kind: 'foreign', reason: opened.reason }
    const journal = this.#journal()
    const held = opened.position.cursors.find(each => each.topic === topics.alerts)
    const cursor = held && this.#translate(held)
    if (cursor?.epoch !== journal.epoch || cursor.positions.length !== journal.end.length)
      return { kind: 'foreign', reason: 'other-log' }
    return { kind: 'position', positions: cursor.positions }
  }
}

/** Whether the log holds all from these positions on. A cursor of a log that was cut back points beyond its end. */
export async function isHeld(log: EventLog, journal: AlertJournal, positions: Positions): Promise<boolean> {
  if (samePositions(positions, journal.end)) return true
  const states = await log.state(topics.alerts)
  const ends = states.toSorted((a, b) => a.partition - b.partition).map(state => state.end)
  const starts = states.toSorted((a, b) => a.partition - b.partition).map(state => state.start)
  return hasPassed(ends, positions) && hasPassed(positions, starts)
}

/** Records between the positions and the journal's end. */
export function recordsBehind(journal: AlertJournal, positions: Positions): number {
  return journal.end.reduce((sum, end, i) => sum + Math.max(0, Number(end - (positions[i] ?? 0n))), 0)
}
