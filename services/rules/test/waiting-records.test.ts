// Records that wait to be folded: in the order of the log until a theatre has used up its turn,
// then by who had least; within a theatre always in order, several together if they cost little.
// Nothing is passed over, and no more is read ahead than there is room for.

import type { StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingRecords } from '../src/partition/waiting-records.ts'

function record(position: number, key: string, bytes = 1): StoredRecord {
  const id = String(position)
  return {
    topic: topics.incidents,
    partition: 0,
    position: BigInt(position),
    id,
    key,
    value: new Uint8Array(bytes)
  }
}

/** The records of a text: each letter is a theatre. */
function recordsOf(text: string, from = 0): StoredRecord[] {
  return [...text].map((key, n) => record(from + n, key))
}

function waitingOf(text: string): WaitingRecords {
  const waiting = new WaitingRecords(0n)
  waiting.add(recordsOf(text), BigInt(text.length), 0)
  return waiting
}

/**
 * The theatres in the order in which they are folded one by one, if a record of each takes this
 * long, ms.
 */
function foldedOf(waiting: WaitingRecords, tookMs: Readonly<Record<string, number>>): string {
  let folded = ''
  for (let [one] = waiting.take(1); one !== undefined; [one] = waiting.take(1)) {
    folded += one.key
    waiting.spend(one.key, tookMs[one.key] ?? 0, 1)
  }
  return folded
}

describe('records that wait', () => {
  it('are folded in the order of the log while each theatre has little', () => {
    expect(foldedOf(waitingOf('abacabcca'), { a: 1, b: 1, c: 1 })).toBe('abacabcca')
  })

  it('of a theatre that has had its turn wait for the others', () => {
    expect(foldedOf(waitingOf('aaaaaaaaaabb'), { a: 10, b: 1 })).toBe('aaabbaaaaaaa')
  })

  it('are folded by equal shares of time if several theatres have many', () => {
    expect(
      foldedOf(waitingOf(`${'a'.repeat(12)}${'b'.repeat(12)}`), { a: 10, b: 30 }).slice(0, 12)
    ).toBe('aaabaaabaaab')
  })

  it.each([
    ['many', 10_000, 1],
    ['large', 16, 1024 * 1024]
  ])('are read ahead only while there is room for them: %s', async (_, count, bytes) => {
    const waiting = new WaitingRecords(0n)
    const stop = new AbortController()
    for (let n = 0; n < count; n++) {
      expect(waiting.isFull).toBe(false)
      waiting.add([record(n, 'a', bytes)], BigInt(n + 1), 0)
    }
    expect(waiting.isFull).toBe(true)
    let isRoom = false
    const room = waiting.room(stop.signal).then(() => {
      isRoom = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(isRoom).toBe(false)
    waiting.take(1)
    await room
    expect(waiting.isFull).toBe(false)
  })

  it('are all folded, each theatre in its order, and none lies before the position', () => {
    const times = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 200 }))
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c') }), { maxLength: 8 }),
        times,
        (pages, tookMs) => {
          const text = pages.join('')
          const waiting = new WaitingRecords(0n)
          const left = new Set<bigint>()
          const taken: StoredRecord[] = []
          let at = 0
          for (const page of [...pages, '']) {
            waiting.add(recordsOf(page, at), BigInt(at + page.length), at)
            for (let n = 0; n < page.length; n++) left.add(BigInt(at + n))
            at += page.length
            for (let n = page === '' ? at : 3; n > 0; n--) {
              const next = waiting.take(n)
              const [first] = next
              if (first === undefined) break
              waiting.spend(first.key, (tookMs[first.key] ?? 0) * next.length, next.length)
              for (const one of next) left.delete(one.position)
              taken.push(...next)
              const [lowest = BigInt(at)] = left
              expect(waiting.position).toBe(lowest)
            }
          }
          expect(left.size).toBe(0)
          for (const theatre of 'abc') {
            const own = taken.filter(({ key }) => key === theatre).map(({ position }) => position)
            expect(own).toEqual(own.toSorted((a, b) => Number(a - b)))
          }
          expect(taken.length).toBe(text.length)
        }
      )
    )
  })
})
