import { beforeEach, expect, it } from 'vitest'
import { MemoryLog } from '../src/memory-log.ts'
import type { StoredRecord } from '../src/port.ts'
import { readAt, readUpTo } from '../src/read-up-to.ts'
import { topics } from '../src/topics.ts'

const count = 2500
let log: MemoryLog
let taken: bigint[]
const take = ({ position }: StoredRecord) => void taken.push(position)
const stretch = (from: bigint, to: bigint | null) => ({ topic: topics.incidents, partition: 0, from, to })
const positions = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => BigInt(from + i))

beforeEach(async () => {
  log = new MemoryLog()
  taken = []
  const records = Array.from({ length: count }, (_, i) => ({ id: `r${i}`, key: 'sahel', value: new Uint8Array(1) }))
  await log.append(topics.incidents, records)
})

it('hands each record once, in order, over as many pages as it takes', async () => {
  expect(await readUpTo(log, stretch(0n, null), take)).toBe(2500n)
  expect(taken).toEqual(positions(0, count))
})

it('keeps to the stretch, also in the midst of a page', async () => {
  expect(await readUpTo(log, stretch(7n, 1042n), take)).toBe(1042n)
  expect(taken).toEqual(positions(7, 1042))
})

it('reads nothing where there is nothing to read', async () => {
  expect(await readUpTo(log, stretch(9n, 9n), take)).toBe(9n)
  expect(taken).toEqual([])
})

it('says where the partition ends before the stretch does', async () => {
  expect(await readUpTo(log, stretch(2499n, 9000n), take)).toBe(2500n)
  expect(taken).toEqual([2499n])
})

it('stops between two pages once it is told to', async () => {
  const stop = new AbortController()
  const stopped = await readUpTo(
    log,
    stretch(0n, 2500n),
    record => {
      take(record)
      stop.abort()
    },
    stop.signal
  )
  expect(taken).toEqual(positions(0, Number(stopped)))
  expect(stopped).toBeLessThan(2500n)
  expect(await readUpTo(log, stretch(stopped, 2500n), take)).toBe(2500n)
  expect(taken).toEqual(positions(0, count))
})

it('finds the record at a place, and none where none stands', async () => {
  expect(await readAt(log, topics.incidents, { partition: 0, position: 41n })).toMatchObject({ id: 'r41', position: 41n })
  expect(await readAt(log, topics.incidents, { partition: 0, position: 2500n })).toBeNull()
})
