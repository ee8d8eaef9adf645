// Cursors as text, and their order. The adapter checks a cursor against its log; the service kit
// seals cursors that clients get.

import { EventLogError } from './errors.ts'
import type { Cursor, PartitionState, RecordPosition } from './port.ts'
import { cleanupOf, type Topic } from './topics.ts'

const cursorPattern = /^v1:([a-z0-9.-]+):([0-9a-f]{8,64}):((?:p\d+=\d+)(?:,p\d+=\d+)*)$/
/** Longest text that is parsed: 1,024 partitions of 20 digits with their names. */
const cursorTextMax = 32 * 1024

/**
 * `v1:<topic>:<epoch>:p0=123,p1=456`: the next position to read in each partition. Equal cursors
 * give equal text.
 */
export function encodeCursor(cursor: Cursor): string {
  return `v1:${cursor.topic}:${cursor.epoch}:${cursor.positions.map((position, i) => `p${i}=${position}`).join(',')}`
}

/** Decodes a cursor. Throws `cursor-invalid` for any text that `encodeCursor` would not produce. */
export function decodeCursor(text: string): Cursor {
  const match = text.length <= cursorTextMax ? cursorPattern.exec(text) : null
  const [, topic, epoch, list] = match ?? []
  if (topic === undefined || epoch === undefined || list === undefined || !isTopic(topic))
    throw createInvalidError(text)
  const cursor = {
    topic,
    epoch,
    positions: list.split(',').map(part => BigInt(part.slice(part.indexOf('=') + 1)))
  }
  if (encodeCursor(cursor) !== text) throw createInvalidError(text)
  return cursor
}

/**
 * True if `a` is not ahead of `b` in any partition. Throws if they differ in topic, epoch or number
 * of partitions.
 */
export function isAtOrBefore(a: Cursor, b: Cursor): boolean {
  checkComparable(a, b)
  return a.positions.every((position, i) => position <= b.positions[i]!)
}

/** A copy of the cursor with one partition advanced. */
export function advance(cursor: Cursor, partition: number, next: bigint): Cursor {
  return {
    ...cursor,
    positions: cursor.positions.map((position, i) => (i === partition ? next : position))
  }
}

/**
 * The cursor behind the given records of a topic; all other partitions are at their beginning.
 * Pure.
 */
export function makeCursorBehind(
  topic: Topic,
  epoch: string,
  partitions: number,
  places: readonly RecordPosition[]
): Cursor {
  const positions = Array.from({ length: partitions }, () => 0n)
  for (const { partition, position } of places)
    if (position >= (positions[partition] ?? position + 1n)) positions[partition] = position + 1n
  return { topic, epoch, positions }
}

/**
 * The cursor of a consumer that commits only some partitions: those from `next`, the others from
 * `held`. Without a list, all of `next`. Pure.
 */
export function mergeCommit(held: Cursor, next: Cursor, partitions?: readonly number[]): Cursor {
  if (partitions === undefined) return next
  return {
    ...next,
    positions: held.positions.map((position, i) =>
      partitions.includes(i) ? next.positions[i]! : position
    )
  }
}

/**
 * Refuses a cursor of another epoch or partition count (`log-replaced`, `partitions-changed`).
 * `checkWithin` checks positions.
 */
export function checkLife(cursor: Cursor, epoch: string, partitions: number): void {
  if (cursor.epoch !== epoch)
    throw new EventLogError(
      'log-replaced',
      `the cursor is of epoch ${cursor.epoch}, ${cursor.topic} is of epoch ${epoch}`
    )
  if (cursor.positions.length !== partitions)
    throw new EventLogError(
      'partitions-changed',
      `the cursor has ${cursor.positions.length} partitions, ${cursor.topic} has ${partitions}`
    )
}

/** Refuses a position outside of what a partition has (`offset-lost`, `offset-ahead`). */
export function checkWithin(topic: Topic, state: PartitionState, position: bigint): void {
  if (position < state.start)
    throw new EventLogError(
      'offset-lost',
      `${topic}/${state.partition}: position ${position} is gone, the first held is ${state.start}`
    )
  checkNotAhead(topic, state.partition, position, state.end)
}

/** Refuses a position beyond the end of the partition (`offset-ahead`). */
export function checkNotAhead(
  topic: Topic,
  partition: number,
  position: bigint,
  end: bigint
): void {
  if (position > end)
    throw new EventLogError(
      'offset-ahead',
      `${topic}/${partition}: position ${position} is beyond the end ${end}`
    )
}

/** Refuses a committed cursor that would go back in any partition (`stale-cursor`). */
export function checkForward(consumer: string, held: Cursor, next: Cursor): void {
  if (held.positions.some((position, i) => next.positions[i]! < position))
    throw new EventLogError(
      'stale-cursor',
      `${consumer} is at ${encodeCursor(held)} and cannot go back to ${encodeCursor(next)}`
    )
}

function checkComparable(a: Cursor, b: Cursor): void {
  if (a.topic !== b.topic)
    throw new EventLogError(
      'cursor-invalid',
      `cursors of ${a.topic} and ${b.topic} cannot be compared`
    )
  checkLife(a, b.epoch, b.positions.length)
}

function isTopic(text: string): text is Topic {
  return Object.hasOwn(cleanupOf, text)
}

function createInvalidError(text: string): EventLogError {
  return new EventLogError('cursor-invalid', `not a cursor: ${JSON.stringify(text.slice(0, 80))}`)
}
