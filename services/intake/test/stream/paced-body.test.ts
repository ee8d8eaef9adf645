// The body of a stream: what counts as moving, and that a reader who is sent away does not keep anyone waiting.

import { PassThrough } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { Clock } from '@tocsin/domain/ports'
import { expect, it } from 'vitest'
import { PacedBody } from '../../src/stream/paced-body.ts'

/** A clock that stands until the test moves it. */
class StandingClock implements Clock {
  #nowMs = 0
  readonly #sleepers = new Set<{ readonly dueMs: number; readonly wake: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#sleepers.add({ dueMs: this.#nowMs + ms, wake: resolve })
    signal?.addEventListener('abort', () => resolve(), { once: true })
    return promise
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms
    for (const { dueMs, wake } of this.#sleepers) if (dueMs <= this.#nowMs) wake()
    await settled()
  }
}

/** What runs by itself, without the clock, has run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** White space that compresses to more than the pace asks for. */
const blank = Array.from({ length: 400 }, (_, i) => ' \t\n'.charAt((i * i * 7 + (i >> 3)) % 3)).join('')
const pace = { bytesMin: 10, periodMs: 1000 }

class Reading {
  bytes = 0
  /** The code of what cut the body, `ended` where nothing did. */
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

/** What becomes of a body that sends such a text three times, each time within a period. */
async function sentEachPeriod(text: string, encoding: 'identity' | 'gzip' = 'identity'): Promise<string> {
  const clock = new StandingClock()
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
    await expect.poll(() => isOver || reading.bytes === period * text.length).toBe(true)
    await settled()
    await clock.advance(1000)
  }
  packer.end()
  return reading.over
}

it.each(['identity', 'gzip'] as const)('is cut where too little comes, and white space is nothing: %s', async encoding => {
  expect(await sentEachPeriod('x y'.repeat(400), encoding)).toBe('ended')
  expect(await sentEachPeriod(`${blank}${'x'.repeat(10)}`, encoding)).toBe('ended')
  expect(await sentEachPeriod(blank, encoding)).toBe('request-timeout')
})

it('is cut where fewer bytes come than it must bring', async () => {
  expect(await sentEachPeriod('x'.repeat(10))).toBe('ended')
  expect(await sentEachPeriod('x'.repeat(9))).toBe('request-timeout')
})

it('lets the end of what is thrown away be seen at once, also where bytes were being waited for', async () => {
  const clock = new StandingClock()
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

it('knows of a sender that was gone before', async () => {
  const raw = new PassThrough()
  raw.destroy()
  await settled()
  const reading = new Reading(new PacedBody(raw, new StandingClock(), pace))
  let over: string | null = null
  void reading.over.then(how => {
    over = how
  })
  await settled()
  expect(over).toBe('SenderGoneError')
})
