// Following a log in memory: order, quarantine, retries, lag, and what ends the loop.

import { decodeEnvelope, type Envelope, encodeEnvelope } from '@tocsin/contracts/record/envelope'
import { type Decoded, decodeQuarantined } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { describe, expect, it } from 'vitest'
import { readAll, waitUntil } from '../src/conformance/reading.ts'
import { EventLogError } from '../src/errors.ts'
import { type Batch, Follower, type FollowOptions, NewerRecordError } from '../src/follow.ts'
import { type AppendFate, MemoryLog, MemoryStore } from '../src/memory-log.ts'
import type { NewRecord } from '../src/port.ts'
import { quarantinedBytesMax, quarantineRecord } from '../src/quarantine.ts'
import { topics } from '../src/topics.ts'

const topic = topics.incidents

/** A clock that advances only by sleeping. */
function stillClock(): Clock & { slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    nowMs: () => 1_750_000_000_000 + now,
    monotonicMs: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    }
  }
}

function event(id: string, major = 1): NewRecord {
  const envelope: Envelope = {
    specversion: '1.0',
    id,
    source: '/tocsin/test',
    type: `tocsin.clock.ticked.v${major}`,
    time: '2025-06-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    cause: null,
    engine: '0.1.0',
    data: {}
  }
  return { id, key: 'sahel', value: encodeEnvelope(envelope) }
}

const junk = (id: string): NewRecord => ({ id, key: 'sahel', value: Buffer.from(`{${id}`) })

function decode(bytes: Uint8Array): Decoded<Envelope> {
  const decoded = decodeEnvelope(bytes)
  if (decoded.kind === 'undecodable') return decoded
  const { envelope, major } = decoded
  return major > 1
    ? { kind: 'newer', type: envelope.type }
    : { kind: 'decoded', record: envelope, envelope }
}

async function started(log: MemoryLog, options: Partial<FollowOptions<Envelope>> = {}) {
  const stop = new AbortController()
  const clock = stillClock()
  const batches: Batch<Envelope>[] = []
  const handled = () => batches.flatMap(b => b.records.map(r => r.stored.id))
  const follower = new Follower<Envelope>({
    log,
    from: await log.cursorAt(topic, 'earliest'),
    decode,
    handle: batch => {
      batches.push(batch)
    },
    clock,
    signal: stop.signal,
    ...options
  })
  const ended = follower.run().then(
    () => null,
    (error: Error) => error
  )
  return { follower, handled, batches, clock, ended, stop: () => stop.abort() }
}

describe('following', () => {
  it('passes records in order, with a cursor behind each batch', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a'), event('b')])
    const run = await started(log, { recordsMax: 2 })
    await waitUntil('two records', () => run.handled().length === 2)
    await log.append(topic, [event('c')])
    await waitUntil('three records', () => run.handled().length === 3)
    expect(run.handled()).toEqual(['a', 'b', 'c'])
    expect(run.batches.map(b => b.cursor.positions)).toEqual([[2n], [3n]])
    expect(run.follower.cursor.positions).toEqual([3n])
    run.stop()
    expect(await run.ended).toBeNull()
  })

  it('quarantines undecodable bytes once, with place and reason, and keeps the order of the others', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a'), junk('x'), junk('y'), event('b')])
    const aside: string[] = []
    const run = await started(log, {
      onQuarantine: (stored, reason) => aside.push(`${stored.id} ${reason}`)
    })
    await waitUntil('both good ones', () => run.handled().length === 2)
    expect(run.handled()).toEqual(['a', 'b'])
    expect(aside).toEqual(['x not-json', 'y not-json'])
    run.stop()
    const again = await started(log)
    await waitUntil('both good ones again', () => again.handled().length === 2)
    again.stop()
    const kept = await readAll(log, topics.quarantine)
    expect(kept.map(r => r.key)).toEqual([topic, topic])
    const first = decodeQuarantined(kept[0]!.value!)
    expect(first).toMatchObject({
      kind: 'decoded',
      record: {
        topic,
        partition: 0,
        position: '1',
        reason: 'not-json',
        bytes: Buffer.from('{x').toString('base64')
      }
    })
  })

  it('stops before a record of a newer version, after handling all before it', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a'), event('b', 2), event('c')])
    const run = await started(log)
    const error = await run.ended
    expect(error).toBeInstanceOf(NewerRecordError)
    expect(error!.message).toContain(`${topic}/0/1 is tocsin.clock.ticked.v2`)
    expect(run.handled()).toEqual(['a'])
    expect(run.follower.cursor.positions).toEqual([1n])
  })

  it('retries a batch after a retryable error, with growing waits, and continues behind it', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a'), event('b')])
    let failures = 4
    const handled: string[] = []
    const retries: string[] = []
    const run = await started(log, {
      recordsMax: 1,
      handle: batch => {
        if (failures-- > 0) throw new EventLogError('disk-full', 'full')
        handled.push(...batch.records.map(r => r.stored.id))
      },
      onRetry: (error, attempt, waitMs) => retries.push(`${error.code} ${attempt} ${waitMs}`)
    })
    await waitUntil('both', () => handled.length === 2)
    expect(handled).toEqual(['a', 'b'])
    expect(retries).toEqual([
      'disk-full 0 10',
      'disk-full 1 20',
      'disk-full 2 40',
      'disk-full 3 80'
    ])
    expect(run.clock.slept).toEqual([10, 20, 40, 80])
    run.stop()
    expect(await run.ended).toBeNull()
  })

  it('retries when the quarantine cannot be written, and does not pass the record meanwhile', async () => {
    const store = new MemoryStore()
    const writer = new MemoryLog({}, store)
    await writer.append(topic, [junk('x'), event('a')])
    const fates: AppendFate[] = [
      { kind: 'refuse', error: new EventLogError('disk-full', 'full') },
      { kind: 'doubt' },
      { kind: 'write' }
    ]
    const log = new MemoryLog(
      { hooks: { beforeAppend: () => fates.shift() ?? { kind: 'write' } } },
      store
    )
    const run = await started(log)
    await waitUntil('the good one', () => run.handled().length === 1)
    run.stop()
    expect(run.clock.slept).toHaveLength(2)
    expect(await readAll(writer, topics.quarantine)).toHaveLength(1)
  })

  it('ends after any other error, and after permanent errors of the log', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a')])
    const bug = new TypeError('a bug')
    const broken = await started(log, {
      handle: () => {
        throw bug
      }
    })
    expect(await broken.ended).toBe(bug)
    const cursor = { ...(await log.cursorAt(topic, 'latest')), epoch: 'ffffffffffffffff' }
    expect(await (await started(log, { from: cursor })).ended).toMatchObject({
      code: 'log-replaced'
    })
  })

  it('reports its lag in records and in seconds', async () => {
    const log = new MemoryLog()
    await log.append(topic, [event('a'), event('b'), event('c')])
    const clock = stillClock()
    let letGo = (): void => {}
    const run = await started(log, {
      clock,
      recordsMax: 1,
      handle: batch =>
        batch.records[0]!.stored.id === 'b'
          ? new Promise<void>(resolve => (letGo = resolve))
          : undefined
    })
    await waitUntil('b in hand', () => run.follower.cursor.positions[0] === 1n)
    await clock.sleep(2_000)
    expect(await run.follower.lag()).toEqual({ events: 2, seconds: 2 })
    letGo()
    await waitUntil('all', () => run.follower.cursor.positions[0] === 3n)
    expect(await run.follower.lag()).toEqual({ events: 0, seconds: 0 })
    run.stop()
    await run.ended
  })

  it('reports erased keys in order with the records', async () => {
    const log = new MemoryLog()
    await log.append(topics.keys, [event('k1'), { id: 'k2', key: 'other', value: null }])
    const erased: string[] = []
    const run = await started(log, {
      from: await log.cursorAt(topics.keys, 'earliest'),
      erased: stored => {
        erased.push(`${stored.key} after ${run.handled().join()}`)
      }
    })
    await waitUntil('the erasure', () => erased.length === 1)
    expect(erased).toEqual(['other after k1'])
    run.stop()
    await run.ended
  })
})

describe('the quarantine', () => {
  it('stores only the beginning of a value that is too long', async () => {
    const log = new MemoryLog()
    const value = new Uint8Array(1024 * 1024).fill(1)
    await log.append(topic, [{ id: 'long', key: 'k', value }])
    const [stored] = await readAll(log, topic)
    await quarantineRecord(log, stored!, 'not-json', '2025-06-01T00:00:00.000Z')
    const [kept] = await readAll(log, topics.quarantine)
    const decoded = decodeQuarantined(kept!.value!)
    if (decoded.kind !== 'decoded') throw new Error(decoded.kind)
    expect(Buffer.from(decoded.record.bytes, 'base64')).toHaveLength(quarantinedBytesMax)
  })
})
