// Backfill yields to live reports, and always makes progress.

import { defaultJsonLimits } from '@tocsin/contracts/json/strict-json'
import { systemClock } from '@tocsin/event-log/system-clock'
import { describe, expect, it } from 'vitest'
import { BackfillYield } from '../../src/backfill/backfill-yield.ts'
import { ReportStream, type ReportStreamOptions } from '../../src/stream/report-stream.ts'
import { owner } from '../support/intake-under-test.ts'

describe('backfill', () => {
  it('continues at once when no live report is in flight', async () => {
    const backfill = new BackfillYield(systemClock)
    expect(backfill.untilLiveIdle()).toBeNull()
    await backfill.during(Promise.resolve('written'))
    expect(backfill.untilLiveIdle()).toBeNull()
  })

  it('waits until the last live report has settled, also if one fails', async () => {
    const backfill = new BackfillYield({
      ...systemClock,
      sleep: (_, signal) => aborted(signal as AbortSignal)
    })
    const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    backfill.during(one.promise)
    backfill.during(other.promise).catch(() => {})
    let isIdle = false
    const waiting = backfill.untilLiveIdle()?.then(() => {
      isIdle = true
    })
    one.resolve()
    await one.promise
    expect(isIdle).toBe(false)
    other.reject(new Error('refused'))
    await waiting
    expect(backfill.untilLiveIdle()).toBeNull()
  })
})

describe('a stream', () => {
  it('of backfill begins no line beyond its turn while live reports are in flight, and continues after them', async () => {
    const live = Promise.withResolvers<void>()
    const { begun, done } = streamed('backfill', live.promise)
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    expect(begun()).toBeLessThanOrEqual(128)
    live.resolve()
    expect(await done).toBe(null)
    expect(begun()).toBe(lines)
  })
})

const lines = 500

/**
 * A stream whose reports are accepted at once, beside live reports that are in flight until `live`
 * resolves.
 */
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
    untilLiveIdle: () => live
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
