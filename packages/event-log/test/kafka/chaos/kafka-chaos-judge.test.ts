// The judge detects each kind of fault that it is meant to detect.

import { describe, expect, it } from 'vitest'
import type { NewRecord, StoredRecord } from '../../../src/port.ts'
import { topics } from '../../../src/topics.ts'
import { type AppendAttempt, type Evidence, judge } from './kafka-chaos-judge.ts'

const record = (id: string): NewRecord => ({ id, key: 'k', value: Buffer.from(id) })
const stored = (ids: readonly string[]): StoredRecord[] =>
  ids.map((id, i) => ({
    topic: topics.incidents,
    partition: 0,
    position: BigInt(i),
    ...record(id)
  }))
const acked = (began: number, positions: Readonly<Record<string, number>>): AppendAttempt => ({
  records: Object.keys(positions).map(record),
  began,
  ended: began + 1,
  answers: Object.values(positions).map(position => ({
    partition: 0,
    position: BigInt(position)
  }))
})
const unknown = (began: number, ...ids: string[]): AppendAttempt => ({
  records: ids.map(record),
  began,
  ended: began + 1,
  answers: null
})

function evidence(
  attempts: readonly AppendAttempt[],
  held: readonly string[],
  seen: readonly string[] = held
): Evidence {
  return {
    attempts,
    stored: stored(held),
    readers: new Map([['reader', stored(seen)]]),
    partitions: 1
  }
}

describe('the judge', () => {
  it('accepts duplicates, appends in doubt that are stored or not, and readers that stopped early', () => {
    const attempts = [
      unknown(0, 'a'),
      acked(2, { a: 1 }),
      unknown(4, 'b'),
      acked(6, { c: 2, d: 3 })
    ]
    expect(judge(evidence(attempts, ['a', 'a', 'c', 'd'], ['a', 'a']))).toEqual([])
  })

  it('reports an acknowledged record that is missing or in another place', () => {
    expect(judge(evidence([acked(0, { a: 0 })], []))).toHaveLength(1)
    expect(judge(evidence([acked(0, { a: 1 }), acked(2, { b: 0 })], ['a', 'b']))).not.toEqual([])
  })

  it('reports a record that nobody appended', () => {
    expect(judge(evidence([acked(0, { a: 0 })], ['a', 'x']))).toHaveLength(1)
  })

  it('reports two records in the wrong order, of two calls and of one', () => {
    expect(judge(evidence([acked(0, { a: 1 }), acked(2, { b: 0 })], ['b', 'a']))).toEqual([
      'b is stored before a'
    ])
    expect(judge(evidence([acked(0, { a: 1, b: 0 })], ['b', 'a']))).toEqual([
      'b is stored before a'
    ])
  })

  it('reports a reader that skipped a record, or saw it twice', () => {
    const attempts = [acked(0, { a: 0, b: 1, c: 2 })]
    const held = ['a', 'b', 'c']
    const [a, b, c] = stored(held)
    const seen = (...records: StoredRecord[]) => ({
      ...evidence(attempts, held),
      readers: new Map([['reader', records]])
    })
    expect(judge(seen(a!, c!))).toHaveLength(1)
    expect(judge(seen(a!, a!, b!))).toHaveLength(1)
    expect(judge(seen(a!, b!))).toEqual([])
  })
})
