// Steps that the cases share: text records, reading a whole topic, following a tail to its present
// end, and the code of an error.

import { expect } from 'vitest'
import { EventLogError, type EventLogErrorCode } from '../errors.ts'
import type { Cursor, EventLog, NewRecord, Page, ReadLimits, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'

const wideLimits: ReadLimits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 }

export function record(id: string, key = 'sahel', text = `value of ${id}`): NewRecord {
  return { id, key, value: Buffer.from(text) }
}

/**
 * Every record of a topic that counts, by partition: the first of each id, and on a compacted topic
 * the last of each key.
 */
export async function readAll(log: EventLog, topic: Topic): Promise<StoredRecord[]> {
  return selectCounting(topic, await readStored(log, topic))
}

/** The stored records that count for a reader. */
export function selectCounting(topic: Topic, stored: readonly StoredRecord[]): StoredRecord[] {
  const firsts = selectFirsts(stored)
  if (cleanupOf[topic] !== 'compacted') return firsts
  const last = new Map(firsts.map(r => [`${r.partition}/${r.key}`, r]))
  return firsts.filter(r => last.get(`${r.partition}/${r.key}`) === r)
}

/** The first record of each id in each partition. */
export function selectFirsts(stored: readonly StoredRecord[]): StoredRecord[] {
  const seen = new Set<string>()
  return stored.filter(({ partition, id }) => {
    const name = `${partition}/${id}`
    return !seen.has(name) && seen.add(name)
  })
}

/** Everything that a topic has, by partition, from the first position. */
export async function readStored(
  log: EventLog,
  topic: Topic,
  limits = wideLimits,
  seen?: (page: Page) => void
): Promise<StoredRecord[]> {
  const all: StoredRecord[] = []
  for (const { partition, start, end } of await log.state(topic)) {
    let from = start
    while (from < end) {
      const page = await log.read(topic, partition, from, limits)
      expect(page.records.length, 'there are records before the end').toBeGreaterThan(0)
      expect(page.next, 'a page advances').toBeGreaterThan(from)
      seen?.(page)
      all.push(...page.records)
      from = page.next
    }
  }
  return all
}

/**
 * Follows from a cursor until everything now in the log was returned. Returns the cursor reached.
 */
export async function readTail(
  log: EventLog,
  cursor: Cursor,
  take: (page: Page) => void,
  limits: Partial<ReadLimits> = {}
): Promise<Cursor> {
  const waitUntil = await log.cursorAt(cursor.topic, 'latest')
  const positions = [...cursor.positions]
  const isThere = () => positions.every((position, p) => position >= waitUntil.positions[p]!)
  if (isThere()) return cursor
  const stop = new AbortController()
  for await (const page of log.tail(cursor, { ...limits, signal: stop.signal })) {
    expect(page.next, 'a reader never goes back').toBeGreaterThan(positions[page.partition]!)
    positions[page.partition] = page.next
    take(page)
    if (isThere()) stop.abort()
  }
  return { ...cursor, positions }
}

/**
 * The code of the error that a promise rejects with; fails when it resolves, or rejects with
 * anything but an EventLogError.
 */
export async function getErrorCode(promise: Promise<unknown>): Promise<EventLogErrorCode> {
  const outcome = await promise.then(
    () => 'the promise resolved',
    error => error
  )
  expect(outcome, String(outcome)).toBeInstanceOf(EventLogError)
  return (outcome as EventLogError).code
}

/** The first page of a tail, or its error. */
export async function readPage(log: EventLog, cursor: Cursor): Promise<Page | undefined> {
  const stop = new AbortController()
  for await (const page of log.tail(cursor, { signal: stop.signal })) return page
  return undefined
}

/** The positions of each partition have no gaps, from the start. */
export function expectNoGaps(records: readonly StoredRecord[]): void {
  for (const [partition, held] of Map.groupBy(records, r => r.partition))
    for (const [i, r] of held.entries())
      expect(r.position, `position in partition ${partition}`).toBe(held[0]!.position + BigInt(i))
}

/**
 * Resolves when the condition is true; fails with its description after `waitMs`. Waits for
 * conditions, never for a fixed time.
 */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  waitMs = 60_000
): Promise<void> {
  const deadline = performance.now() + waitMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`timed out after ${waitMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
