// Small steps that the cases share: records of text, reading all there is, taking a tail to its present end, and naming the error.

import { expect } from 'vitest'
import { EventLogError, type EventLogErrorCode } from '../errors.ts'
import type { Appended, Cursor, EventLog, NewRecord, Page, ReadLimits, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'

const wideLimits: ReadLimits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 }

export function record(id: string, key = 'sahel', text = `value of ${id}`): NewRecord {
  return { id, key, value: Buffer.from(text) }
}

/** Everything of a topic that counts, partition by partition: of records with one id the first, of a compacted topic's key the last. */
export async function readAll(log: EventLog, topic: Topic, limits = wideLimits): Promise<StoredRecord[]> {
  return whatCounts(log, topic, await readStored(log, topic, limits))
}

/** What a reader keeps of what is stored: where ids are exact it is all there. */
export function whatCounts(log: EventLog, topic: Topic, stored: readonly StoredRecord[]): StoredRecord[] {
  if (log.capabilities.exactIdDedup) return [...stored]
  const firsts = firstOfEach(stored)
  if (cleanupOf[topic] !== 'compacted') return firsts
  const last = new Map(firsts.map(r => [`${r.partition}/${r.key}`, r]))
  return firsts.filter(r => last.get(`${r.partition}/${r.key}`) === r)
}

/** The first record of each id in each partition. */
export function firstOfEach(stored: readonly StoredRecord[]): StoredRecord[] {
  const seen = new Set<string>()
  return stored.filter(({ partition, id }) => {
    const name = `${partition}/${id}`
    return !seen.has(name) && seen.add(name)
  })
}

/** Everything that a topic holds, partition by partition, from the first held position on. */
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
      expect(page.records.length, 'records before the end').toBeGreaterThan(0)
      expect(page.next, 'a page moves on').toBeGreaterThan(from)
      seen?.(page)
      all.push(...page.records)
      from = page.next
    }
  }
  return all
}

/** Follows from a cursor until all that is in the log now has been handed out. Returns where it came to. */
export async function tailToEnd(
  log: EventLog,
  cursor: Cursor,
  take: (page: Page) => void,
  limits: Partial<ReadLimits> = {}
): Promise<Cursor> {
  const until = await log.cursorAt(cursor.topic, 'latest')
  const positions = [...cursor.positions]
  const isThere = () => positions.every((position, p) => position >= until.positions[p]!)
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

/** Holds an answer's `duplicate`s to what is expected, where the log can tell; else none is said to be one. */
export function expectDuplicates(log: EventLog, placed: readonly Appended[], duplicates: readonly boolean[]): void {
  expect(placed.map(a => a.duplicate)).toEqual(log.capabilities.exactIdDedup ? duplicates : duplicates.map(() => false))
}

/** The code of the error that a promise rejects with; fails when it resolves, or rejects with anything but an EventLogError. */
export async function codeOf(promise: Promise<unknown>): Promise<EventLogErrorCode> {
  const outcome = await promise.then(
    () => 'it resolved',
    error => error
  )
  expect(outcome, String(outcome)).toBeInstanceOf(EventLogError)
  return (outcome as EventLogError).code
}

/** The first page of a tail, or its error. */
export async function firstPage(log: EventLog, cursor: Cursor): Promise<Page | undefined> {
  const stop = new AbortController()
  for await (const page of log.tail(cursor, { signal: stop.signal })) return page
  return undefined
}

/** Positions of each partition without a gap from the start on. */
export function expectNoGaps(records: readonly StoredRecord[]): void {
  for (const [partition, held] of Map.groupBy(records, r => r.partition))
    for (const [i, r] of held.entries())
      expect(r.position, `position in partition ${partition}`).toBe(held[0]!.position + BigInt(i))
}

/** Resolves when the condition holds; fails after a while by name. Waits for conditions, never for luck. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, waitMs = 15_000): Promise<void> {
  const deadline = performance.now() + waitMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${waitMs} ms in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
