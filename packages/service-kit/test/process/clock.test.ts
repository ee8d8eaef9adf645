// Random bytes from a pool: of the requested length, in separate memory, and never repeated. A
// sleep of any length.

import { expect, it } from 'vitest'
import { systemClock, systemRandom } from '../../src/process/clock.ts'

it('returns the requested number of bytes, even more than the pool holds', () => {
  for (const length of [0, 1, 12, 4096, 4097, 10_000])
    expect(systemRandom.bytes(length)).toHaveLength(length)
})

it('never returns the same bytes twice', () => {
  const seen = new Set(
    Array.from({ length: 2000 }, (_, i) =>
      Buffer.from(systemRandom.bytes(16 + (i % 17))).toString('hex')
    )
  )
  expect(seen.size).toBe(2000)
})

it('returns memory that is not shared', () => {
  const [first, second] = [systemRandom.bytes(32), systemRandom.bytes(32)]
  const copy = Uint8Array.from(second)
  first.fill(7)
  expect(second).toEqual(copy)
  expect(first.buffer.byteLength).toBe(32)
})

it('sleeps for longer than a timer of Node can', async () => {
  const stop = new AbortController()
  let isOver = false
  const slept = systemClock.sleep(400 * 86_400_000, stop.signal).then(() => {
    isOver = true
  })
  await systemClock.sleep(30)
  expect(isOver).toBe(false)
  stop.abort()
  await slept
})
