// The body of a stream: what counts as progress, and how it ends.

import { PassThrough } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { expect, it } from 'vitest'
import { PacedBody } from '../../src/stream/paced-body.ts'

/** Resolves once everything that does not wait for the clock has run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** White space whose compressed size exceeds the required pace. */
const blank = Array.from({ length: 400 }, (_, i) =>
  ' \t\n'.charAt((i * i * 7 + (i >> 3)) % 3)
).join('')
const pace = { bytesMin: 10, periodMs: 1000 }

class Reading {
  bytes = 0
  /** The code of the problem that cut the body; `ended` if none did. */
  readonly over: Promise<string>

  constructor(source: AsyncIterable<Buffer>) {
    this.over = this.#read(source)
  }

  async #read(source: AsyncIterable<Buffer>): Promise<string> {
    try {
      for await (const chunk of source) this.bytes += chunk.length
      return 'ended'
    } catch (error) {
      return (error as { code?: string }).code ?? (error as Error).name
    }
  }
}

/** The outcome of a body that sends a text three times, each within one period. */
async function sentEachPeriod(
  text: string,
  encoding: 'identity' | 'gzip' = 'identity'
): Promise<string> {
  const clock = new ManualClock(0)
  const raw = new PassThrough()
  const packer = encoding === 'gzip' ? createGzip() : new PassThrough()
  packer.pipe(raw)
  const reading = new Reading(new PacedBody(raw, clock, pace).text(encoding, () => {}))
  let isOver = false
  void reading.over.then(() => {
    isOver = true
  })
  for (let period = 1; period <= 3; period++) {
    packer.write(text)
    if ('flush' in packer) packer.flush(constants.Z_SYNC_FLUSH)
    await expect
      .poll(() => isOver || reading.bytes === period * text.length, { interval: 2 })
      .toBe(true)
    await settled()
    clock.advance(1000)
    await settled()
  }
  packer.end()
  return reading.over
}

it.each(['identity', 'gzip'] as const)(
  'is cut below the pace, and white space does not count: %s',
  async encoding => {
    expect(await sentEachPeriod('x y'.repeat(400), encoding)).toBe('ended')
    expect(await sentEachPeriod(`${blank}${'x'.repeat(10)}`, encoding)).toBe('ended')
    expect(await sentEachPeriod(blank, encoding)).toBe('request-timeout')
  }
)

it('is cut if fewer bytes arrive than required', async () => {
  expect(await sentEachPeriod('x'.repeat(10))).toBe('ended')
  expect(await sentEachPeriod('x'.repeat(9))).toBe('request-timeout')
})

it('notices the end of a discarded body at once, also while a read is pending', async () => {
  const clock = new ManualClock(0)
  const raw = new PassThrough()
  const body = new PacedBody(raw, clock, pace)
  const reading = new Reading(body)
  await settled()
  body.stop(new Error('no more'))
  let ended: boolean | null = null
  void body.discard(5000).then(isEnded => {
    ended = isEnded
  })
  await settled()
  raw.end('the rest')
  await settled()
  expect(ended).toBe(true)
  expect(await reading.over).toBe('Error')
})

it('notices a sender that had already disconnected', async () => {
  const raw = new PassThrough()
  raw.destroy()
  await settled()
  const reading = new Reading(new PacedBody(raw, new ManualClock(0), pace))
  let over: string | null = null
  void reading.over.then(how => {
    over = how
  })
  await settled()
  expect(over).toBe('SenderGoneError')
})
