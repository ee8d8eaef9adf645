import { beforeEach, expect, it } from 'vitest'
import { MemoryLog } from '../src/memory-log.ts'
import type { StoredRecord } from '../src/port.ts'
import { readAt, readUpTo } from '../src/read-up-to.ts'
import { topics } from '../src/topics.ts'

const count = 2500
let log: MemoryLog
let taken: bigint[]
const take = ({ position }: StoredRecord) => void taken.push(position)
const stretch = (from: bigint, to: bigint | null) => ({
  topic: topics.incidents,
  partition: 0,
  from,
  to
})
const positions = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => BigInt(from + i))

beforeEach(async () => {
  log = new MemoryLog()
  taken = []
  const records = Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    key: 'sahel',
    value: new Uint8Array(1)
  }))
  await log.append(topics.incidents, records)
})

it('passes each record once, in order, over several pages', async () => {
  expect(await readUpTo(log, stretch(0n, null), take)).toBe(2500n)
  expect(taken).toEqual(positions(0, count))
})

it('keeps to the range, even in the middle of a page', async () => {
  expect(await readUpTo(log, stretch(7n, 1042n), take)).toBe(1042n)
  expect(taken).toEqual(positions(7, 1042))
})

it('reads nothing from an empty range', async () => {
  expect(await readUpTo(log, stretch(9n, 9n), take)).toBe(9n)
  expect(taken).toEqual([])
})

it('returns the end of a partition that ends before the range', async () => {
  expect(await readUpTo(log, stretch(2499n, 9000n), take)).toBe(2500n)
  expect(taken).toEqual([2499n])
})

it('stops between two pages after the signal', async () => {
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

it('returns the record at a position, and null where there is none', async () => {
  expect(await readAt(log, topics.incidents, { partition: 0, position: 41n })).toMatchObject({
    id: 'r41',
    position: 41n
  })
  expect(await readAt(log, topics.incidents, { partition: 0, position: 2500n })).toBeNull()
})
