// The promises of the port beyond the named cases: atomic appends, limits, tails that wait and end,
// compaction, cursors that only move forward.

import { expect, it } from 'vitest'
import { advance, decodeCursor, encodeCursor } from '../cursor.ts'
import type { EventLog, StoredRecord } from '../port.ts'
import { topics } from '../topics.ts'
import {
  getErrorCode,
  readAll,
  readPage,
  readTail,
  record,
  selectCounting,
  waitUntil
} from './reading.ts'
import type { LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents

type Test = (log: EventLog, subject: LogSubject) => Promise<void>

/** Declares one test per promise. */
export function testPortPromises(factory: LogFactory): void {
  for (const [name, test] of Object.entries(promises))
    it(name, async () => {
      const subject = await factory.make({ partitions: 1 })
      const log = await subject.open()
      try {
        await test(log, subject)
      } finally {
        await log.close()
        await subject.dispose()
      }
    })
}

const promises: Readonly<Record<string, Test>> = {
  'returns positions in the order given, also for a repeated id': async log => {
    const first = await log.append(topic, [record('a'), record('b'), record('a')])
    expect(first).toEqual([0n, 1n, 2n].map(position => ({ partition: 0, position })))
    const second = await log.append(topic, [record('b', 'other key', 'other text'), record('c')])
    expect(second).toEqual([3n, 4n].map(position => ({ partition: 0, position })))
    expect(
      (await readAll(log, topic)).map(r => [r.id, r.key, Buffer.from(r.value!).toString()])
    ).toEqual([
      ['a', 'sahel', 'value of a'],
      ['b', 'sahel', 'value of b'],
      ['c', 'sahel', 'value of c']
    ])
  },

  'writes nothing of an append that is refused': async log => {
    expect(
      await getErrorCode(log.append(topic, [record('a'), { id: 'b', key: 'k', value: null }]))
    ).toBe('record-invalid')
    expect(await getErrorCode(log.append(topic, [record('a'), record('')]))).toBe('record-invalid')
    expect(await getErrorCode(log.append(topic, [record('a'), record('b', '')]))).toBe(
      'record-invalid'
    )
    expect(await getErrorCode(log.append(topic, [record('a'), record('\ud800')]))).toBe(
      'record-invalid'
    )
    expect(await getErrorCode(log.append(topic, [record('a'), record('b'.repeat(5000))]))).toBe(
      'record-too-large'
    )
    expect(await readAll(log, topic)).toEqual([])
    expect(await log.append(topic, [])).toEqual([])
  },

  'stores any ids, keys and values unchanged': async log => {
    const odd = [
      { id: 'ünïcödé ✓ 𝒳', key: 'clé/日本', value: new Uint8Array() },
      {
        id: '0'.repeat(32),
        key: "'; DROP TABLE x;--",
        value: Uint8Array.from({ length: 256 }, (_, i) => i)
      },
      { id: 'x'.repeat(500), key: 'y'.repeat(500), value: new Uint8Array(1024 * 1024) }
    ]
    await log.append(topic, odd)
    const stored = await readAll(log, topic)
    expect(
      stored.map(({ id, key, value }) => ({ id, key, value: Uint8Array.from(value!) }))
    ).toEqual(odd)
  },

  'returns pages within their limits, of at least one record': async log => {
    await log.append(
      topic,
      Array.from({ length: 50 }, (_, i) => record(`r-${i}`, 'sahel', 'x'.repeat(1000)))
    )
    expect(
      (await log.read(topic, 0, 0n, { recordsMax: 7, bytesMax: 1_000_000 })).records
    ).toHaveLength(7)
    expect(
      (await log.read(topic, 0, 10n, { recordsMax: 50, bytesMax: 3_500 })).records.length
    ).toBeLessThanOrEqual(3)
    const one = await log.read(topic, 0, 20n, { recordsMax: 50, bytesMax: 1 })
    expect(one.records.map(r => r.id)).toEqual(['r-20'])
    expect(one).toMatchObject({ next: 21n, end: 50n })
    expect(await log.read(topic, 0, 50n, { recordsMax: 5, bytesMax: 5 })).toEqual({
      partition: 0,
      records: [],
      next: 50n,
      end: 50n
    })
  },

  'wakes a waiting tail for new records, from this handle and from another': async (
    log,
    subject
  ) => {
    const other = await subject.open()
    const seen: string[] = []
    const stop = new AbortController()
    const cursor = await log.cursorAt(topic, 'latest')
    const reading = (async () => {
      for await (const page of log.tail(cursor, { signal: stop.signal }))
        seen.push(...page.records.map(r => r.id))
    })()
    for (const [i, handle] of [log, other, log, other].entries()) {
      await handle.append(topic, [record(`r-${i}`)])
      await waitUntil(`record ${i} at the tail`, () => seen.length === i + 1)
    }
    stop.abort()
    await reading
    expect(seen).toEqual(['r-0', 'r-1', 'r-2', 'r-3'])
    await other.close()
  },

  'reads on demand: a slow consumer delays nobody and gets every record': async log => {
    const stop = new AbortController()
    const slow = log
      .tail(await log.cursorAt(topic, 'earliest'), { signal: stop.signal, recordsMax: 10 })
      [Symbol.asyncIterator]()
    await log.append(topic, [record('r-0')])
    const seen = (await slow.next()).value!.records.map((r: { id: string }) => r.id)
    for (let i = 1; i < 300; i += 3)
      await log.append(topic, [record(`r-${i}`), record(`r-${i + 1}`), record(`r-${i + 2}`)])
    while (seen.length < 301) {
      const page = (await slow.next()).value!
      expect(page.records.length).toBeLessThanOrEqual(10)
      seen.push(...page.records.map((r: { id: string }) => r.id))
    }
    expect(seen).toEqual(Array.from({ length: 301 }, (_, i) => `r-${i}`))
    stop.abort()
    expect((await slow.next()).done).toBe(true)
  },

  'ends a tail when its signal aborts, even while it waits': async log => {
    const stop = new AbortController()
    const waiting = readFirstPage(log, await log.cursorAt(topic, 'latest'), stop.signal)
    stop.abort()
    expect(await waiting).toBeUndefined()
    const aborted = readFirstPage(log, await log.cursorAt(topic, 'latest'), stop.signal)
    expect(await aborted).toBeUndefined()
  },

  'follows only the requested partitions': async (_, subject) => {
    await subject.recreate()
    const log = await subject.open({ partitions: 4 })
    const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`)
    await log.append(
      topic,
      keys.map(key => record(key, key))
    )
    const seen: number[] = []
    const stop = new AbortController()
    const mine = (await readAll(log, topic)).filter(r => r.partition === 1 || r.partition === 3)
    for await (const page of log.tail(await log.cursorAt(topic, 'earliest'), {
      signal: stop.signal,
      partitions: [1, 3],
      recordsMax: 2
    })) {
      seen.push(...page.records.map(r => r.partition))
      if (seen.length === mine.length) stop.abort()
    }
    expect(new Set(seen)).toEqual(new Set([1, 3]))
    await log.close()
  },

  'keeps only the last record of a key on a compacted topic; a null value erases the key': async (
    log,
    subject
  ) => {
    const keys = topics.keys
    await log.append(keys, [
      record('k1', 'report-1', 'secret one'),
      record('k2', 'report-2', 'secret two')
    ])
    await log.append(keys, [record('k3', 'report-1', 'secret three')])
    await log.append(keys, [{ id: 'k4', key: 'report-2', value: null }])
    const held = [
      ['k3', 'secret three', 2n],
      ['k4', null, 3n]
    ]
    const seen = (records: Awaited<ReturnType<typeof readAll>>) =>
      records.map(r => [
        r.id,
        r.value === null ? null : Buffer.from(r.value).toString(),
        r.position
      ])
    expect(seen(await readAll(log, keys))).toEqual(held)
    const other = await subject.open()
    expect(seen(await readAll(other, keys))).toEqual(held)
    const tailed: StoredRecord[] = []
    await readTail(
      other,
      await other.cursorAt(keys, 'earliest'),
      page => tailed.push(...page.records),
      { recordsMax: 1 }
    )
    expect(seen(selectCounting(keys, tailed))).toEqual(held)
    await other.close()
  },

  'keeps a cursor per consumer and topic, which only moves forward': async (log, subject) => {
    await log.append(topic, [record('a'), record('b')])
    const latest = await log.cursorAt(topic, 'latest')
    expect(await log.committed('rules', topic)).toBeNull()
    await log.commit('rules', latest)
    await log.commit('rules', latest)
    expect(await getErrorCode(log.commit('rules', advance(latest, 0, 1n)))).toBe('stale-cursor')
    await log.commit('notifier', advance(latest, 0, 1n))
    const other = await subject.open()
    expect(await other.committed('rules', topic)).toEqual(latest)
    expect(await other.committed('notifier', topic)).toEqual(advance(latest, 0, 1n))
    expect(await other.committed('rules', topics.alerts)).toBeNull()
    await other.close()
  },

  'encodes cursors as text that only this log accepts': async log => {
    await log.append(topic, [record('a')])
    const cursor = await log.cursorAt(topic, 'latest')
    expect(encodeCursor(cursor)).toBe(`v1:${topic}:${await log.epoch(topic)}:p0=1`)
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor)
  },

  'refuses every call after it was closed': async (_, subject) => {
    const log = await subject.open()
    const cursor = await log.cursorAt(topic, 'latest')
    const pending = readPage(log, cursor)
    await log.close()
    await log.close()
    expect(await getErrorCode(pending)).toBe('closed')
    expect(await getErrorCode(log.append(topic, [record('a')]))).toBe('closed')
    expect(await getErrorCode(log.read(topic, 0, 0n, { recordsMax: 1, bytesMax: 1 }))).toBe(
      'closed'
    )
    expect(await getErrorCode(log.commit('x', cursor))).toBe('closed')
    expect(await getErrorCode(log.committed('x', topic))).toBe('closed')
    expect(await getErrorCode(log.state(topic))).toBe('closed')
  },

  'completes accepted appends before it closes': async (_, subject) => {
    const log = await subject.open()
    const appends = Array.from({ length: 20 }, (_, i) => log.append(topic, [record(`r-${i}`)]))
    await log.close()
    expect((await Promise.all(appends)).flat().map(a => a.position)).toEqual(
      appends.map((_, i) => BigInt(i))
    )
    const again = await subject.open()
    expect(await readAll(again, topic)).toHaveLength(20)
    await again.close()
  }
}

async function readFirstPage(
  log: EventLog,
  cursor: Parameters<EventLog['tail']>[0],
  signal: AbortSignal
) {
  for await (const page of log.tail(cursor, { signal })) return page
  return undefined
}
