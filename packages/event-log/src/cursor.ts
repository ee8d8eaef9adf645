// Cursors as text, and how two of them compare. What a cursor means to a log is the adapter's; who may see one is the service kit's (sealed cursors).

import { EventLogError } from './errors.ts'
import type { Cursor, PartitionState, RecordPlace } from './port.ts'
import { cleanupOf, type Topic } from './topics.ts'

const cursorPattern = /^v1:([a-z0-9.-]+):([0-9a-f]{8,64}):((?:p\d+=\d+)(?:,p\d+=\d+)*)$/
/** Longest text that is looked at: 1,024 partitions of 20 digits and their names. */
const cursorTextMax = 32 * 1024

/** `v1:<topic>:<epoch>:p0=123,p1=456`: the next position to read in each partition. Equal cursors give equal text. */
export function encodeCursor(cursor: Cursor): string {
  return `v1:${cursor.topic}:${cursor.epoch}:${cursor.positions.map((position, i) => `p${i}=${position}`).join(',')}`
}

/** Reads a cursor's text. Throws `cursor-invalid` for anything that `encodeCursor` would not write. */
export function decodeCursor(text: string): Cursor {
  const match = text.length <= cursorTextMax ? cursorPattern.exec(text) : null
  const [, topic, epoch, list] = match ?? []
  if (topic === undefined || epoch === undefined || list === undefined || !isTopic(topic)) throw invalid(text)
  const cursor = { topic, epoch, positions: list.split(',').map(part => BigInt(part.slice(part.indexOf('=') + 1))) }
  if (encodeCursor(cursor) !== text) throw invalid(text)
  return cursor
}

/** True when `a` is at or behind `b` in every partition. Both must be of one topic and one epoch, else throws. */
export function isAtOrBefore(a: Cursor, b: Cursor): boolean {
  checkComparable(a, b)
  return a.positions.every((position, i) => position <= b.positions[i]!)
}

/** A copy of the cursor with one partition moved on. */
export function advance(cursor: Cursor, partition: number, next: bigint): Cursor {
  return { ...cursor, positions: cursor.positions.map((position, i) => (i === partition ? next : position)) }
}

/** The cursor after records of one topic, at the beginning of all other partitions. Pure. */
export function cursorBehind(topic: Topic, epoch: string, partitions: number, places: readonly RecordPlace[]): Cursor {
  const positions = Array.from({ length: partitions }, () => 0n)
  for (const { partition, position } of places)
    if (position >= (positions[partition] ?? position + 1n)) positions[partition] = position + 1n
  return { topic, epoch, positions }
}

/** What a consumer stands at when it commits only some partitions: those from `next`, the others as `held`. All of `next` without a list. Pure. */
export function committing(held: Cursor, next: Cursor, partitions?: readonly number[]): Cursor {
  if (partitions === undefined) return next
  return { ...next, positions: held.positions.map((position, i) => (partitions.includes(i) ? next.positions[i]! : position)) }
}

/** Refuses a cursor that is not of this life of the topic, by name. Positions are checked by `checkWithin`. */
export function checkLife(cursor: Cursor, epoch: string, partitions: number): void {
  if (cursor.epoch !== epoch)
    throw new EventLogError('log-replaced', `the cursor is of epoch ${cursor.epoch}, ${cursor.topic} is of epoch ${epoch}`)
  if (cursor.positions.length !== partitions)
    throw new EventLogError(
      'partitions-changed',
      `the cursor has ${cursor.positions.length} partitions, ${cursor.topic} has ${partitions}`
    )
}

/** Refuses a position outside of what a partition holds, by name. */
export function checkWithin(topic: Topic, state: PartitionState, position: bigint): void {
  const where = `${topic}/${state.partition}`
  if (position < state.start)
    throw new EventLogError('offset-lost', `${where}: position ${position} is gone, the first held is ${state.start}`)
  if (position > state.end)
    throw new EventLogError('offset-ahead', `${where}: position ${position} is beyond the end ${state.end}`)
}

/** Refuses a committed cursor that would go back in any partition (`stale-cursor`). */
export function checkForward(consumer: string, held: Cursor, next: Cursor): void {
  if (held.positions.some((position, i) => next.positions[i]! < position))
    throw new EventLogError('stale-cursor', `${consumer} is at ${encodeCursor(held)} and cannot go back to ${encodeCursor(next)}`)
}

function checkComparable(a: Cursor, b: Cursor): void {
  if (a.topic !== b.topic) throw new EventLogError('cursor-invalid', `cursors of ${a.topic} and ${b.topic} do not compare`)
  checkLife(a, b.epoch, b.positions.length)
}

function isTopic(text: string): text is Topic {
  return Object.hasOwn(cleanupOf, text)
}

function invalid(text: string): EventLogError {
  return new EventLogError('cursor-invalid', `not a cursor: ${JSON.stringify(text.slice(0, 80))}`)
}
