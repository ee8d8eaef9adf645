// Cursors of the alerts log as readers hold them: the same on the stream, the feed and wherever a position is told. Equal positions give
// equal bytes.

import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { openCursor, sealCursor } from '@tocsin/service-kit/projection/sealed-cursor'
import type { AlertJournal } from '../projection/alert-journal.ts'
import type { SnapshotPlace } from '../projection/open-alerts.ts'
import { hasPassed, type Positions, samePositions } from '../projection/positions.ts'

/** Sealed texts that are kept, so that the readers who stand at one place cost one seal. */
const sealedKept = 512

export type OpenedPosition =
  /** `rest`: the reader still lacks the part of a snapshot that comes after this place; null where it lacks nothing. */
  | { readonly kind: 'position'; readonly positions: Positions; readonly rest: SnapshotPlace | null }
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

  /** With `rest`, the cursor of a reader in the middle of a snapshot: whoever comes back with it gets what is left of it. */
  seal(positions: Positions, rest: SnapshotPlace | null = null): string {
    const name = rest === null ? positions.join(',') : `${positions.join(',')} ${JSON.stringify(rest)}`
    const known = this.#sealed.get(name)
    if (known !== undefined) return known
    const cursors = [{ topic: topics.alerts, epoch: this.#journal().epoch, positions }]
    const text = sealCursor(this.#key, rest === null ? { cursors } : { cursors, extra: { snapshot: rest } })
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
    // It carries our own MAC: what is in it is as it was written.
    const extra = opened.position.extra as { readonly snapshot?: SnapshotPlace } | undefined
    return { kind: 'position', positions: cursor.positions, rest: extra?.snapshot ?? null }
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
