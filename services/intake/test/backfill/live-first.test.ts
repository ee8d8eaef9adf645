// How old news gives way to live reports, and that it always goes on.

import { defaultJsonLimits } from '@tocsin/contracts/json/strict-json'
import { systemClock } from '@tocsin/event-log/system-clock'
import { describe, expect, it } from 'vitest'
import { givesWayMs, LiveFirst } from '../../src/backfill/live-first.ts'
import { ReportStream, type ReportStreamOptions } from '../../src/stream/report-stream.ts'
import { owner } from '../support/intake-under-test.ts'

describe('old news', () => {
  it('goes on at once where no live report is under way', async () => {
    const first = new LiveFirst(systemClock)
    expect(first.gaveWay()).toBeNull()
    await first.during(Promise.resolve('written'))
    expect(first.gaveWay()).toBeNull()
  })

  it('waits until the last live report is over, also where one fails', async () => {
    const first = new LiveFirst({ ...systemClock, sleep: (_, signal) => aborted(signal as AbortSignal) })
    const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    first.during(one.promise)
    first.during(other.promise).catch(() => {})
    let gaveWay = false
    const waiting = first.gaveWay()?.then(() => {
      gaveWay = true
    })
    one.resolve()
    await one.promise
    expect(gaveWay).toBe(false)
    other.reject(new Error('refused'))
    await waiting
    expect(first.gaveWay()).toBeNull()
  })

  it('is held up for so long at a time and no longer', async () => {
    const slept: number[] = []
    const sleep = async (ms: number) => void slept.push(ms)
    const first = new LiveFirst({ ...systemClock, sleep })
    first.during(new Promise(() => {}))
    await first.gaveWay()
    await first.gaveWay()
    expect(slept).toEqual([givesWayMs, givesWayMs])
  })
})

describe('a stream', () => {
  it('of old news begins nothing further than its turn while live reports are under way, and goes on when they are over', async () => {
    const live = Promise.withResolvers<void>()
    const { begun, done } = streamed('backfill', live.promise)
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    expect(begun()).toBeLessThanOrEqual(128)
    live.resolve()
    expect(await done).toBe(null)
    expect(begun()).toBe(lines)
  })

  it('of live reports waits for no other', async () => {
    const { begun, done } = streamed('live', new Promise(() => {}))
    expect(await done).toBe(null)
    expect(begun()).toBe(lines)
  })
})

const lines = 500

/** A stream whose reports are taken at once, beside live reports until they are over. */
function streamed(lane: ReportStreamOptions['lane'], live: Promise<void>) {
  let begun = 0
  const acceptance = {
    accept: async () => ({
      reportId: String(begun++),
      revision: 1,
      theatre: 'sahel',
      duplicate: false,
      places: [],
      understood: null
    }),
    inFlight: 0,
    inFlightBytes: 0,
    logTrouble: null,
    awaitRules: async () => {},
    gaveWayToLive: () => live
  }
  const limits = {
    lineBytesMax: 1000,
    linesMax: 2 * lines,
    bytesMax: 1e6,
    inFlightMax: 2 * lines,
    inFlightBytesMax: 1e6,
    logPatienceMs: 2000,
    rulesPatienceMs: 2000
  }
  const stream = new ReportStream(
    { write: () => {}, room: () => null },
    {
      acceptance,
      clock: systemClock,
      principal: owner,
      lane,
      limits,
      json: defaultJsonLimits,
      admit: () => null,
      hindrance: () => null,
      cursorBehind: () => ''
    }
  )
  async function* source() {
    yield Buffer.from('{}\n'.repeat(lines))
  }
  return { begun: () => begun, done: stream.run(source()) }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
