// Outcomes of appends when brokers refuse, do not answer, disconnect or move, on a cluster in
// memory.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { getErrorCode, readStored, record } from '../../src/conformance/reading.ts'
import type { KafkaLog } from '../../src/kafka/kafka-log.ts'
import type { Cursor } from '../../src/port.ts'
import { topics } from '../../src/topics.ts'
import { FakeKafka, openOn, quick, skipWaits } from './fake-kafka.ts'

beforeEach(skipWaits)
afterEach(() => void vi.useRealTimers())

const topic = topics.incidents
/** Keys of partitions 0 and 1 of two. */
async function keys(log: KafkaLog): Promise<[string, string]> {
  const found: string[] = []
  for (let i = 0; found[0] === undefined || found[1] === undefined; i++)
    found[await log.findPartition(topic, `k${i}`)] ??= `k${i}`
  return [found[0], found[1]]
}

describe('an append', () => {
  it.each([5, 19, 75])(
    'that the broker did not carry out (code %i) is sent again, in order',
    async code => {
      const kafka = new FakeKafka()
      const log = await openOn(kafka, { partitions: 1 })
      kafka.fates.push({ kind: 'refuse', code }, { kind: 'refuse', code })
      const placed = await Promise.all([
        log.append(topic, [record('a')]),
        log.append(topic, [record('b')]),
        log.append(topic, [record('c')])
      ])
      expect(placed.flat().map(p => p.position)).toEqual([0n, 1n, 2n])
      expect((await readStored(log, topic)).map(r => r.id)).toEqual(['a', 'b', 'c'])
    }
  )

  it.each([3, 6])(
    'written by a broker that had lost its leadership (code %i) is sent again, and may be stored twice',
    async code => {
      const kafka = new FakeKafka()
      const log = await openOn(kafka, { partitions: 1 })
      kafka.fates.push({ kind: 'write-and-refuse', code })
      const placed = await Promise.all([
        log.append(topic, [record('a')]),
        log.append(topic, [record('b')])
      ])
      expect((await readStored(log, topic)).map(r => r.id)).toEqual(['a', 'b', 'a', 'b'])
      expect(placed.flat().map(p => p.position)).toEqual([2n, 3n])
    }
  )

  it.each(['refuse', 'write-and-refuse'] as const)(
    'that no leader acknowledged in time is in doubt (%s)',
    async kind => {
      const kafka = new FakeKafka()
      const log = await openOn(kafka, { partitions: 1 })
      kafka.fates.push(
        { kind, code: 6 },
        ...Array.from({ length: 200 }, () => ({ kind: 'refuse', code: 19 }) as const)
      )
      await expect(log.append(topic, [record('a')])).rejects.toMatchObject({
        code: 'append-unknown',
        message: expect.stringContaining('NOT_ENOUGH_REPLICAS')
      })
    }
  )

  it('that is refused for too long reports that nothing was written', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    kafka.fates.push(...Array.from({ length: 200 }, () => ({ kind: 'refuse', code: 19 }) as const))
    const asked = log.append(topic, [record('a')])
    await expect(asked).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('NOT_ENOUGH_REPLICAS')
    })
    expect(await readStored(log, topic)).toEqual([])
  })

  it.each([
    [7, 'append-unknown'],
    [20, 'append-unknown'],
    [56, 'append-unknown'],
    [-1, 'append-unknown'],
    [10, 'record-too-large'],
    [32, 'record-invalid'],
    [29, 'log-unavailable']
  ])('answered with code %i ends in %s', async (code, expected) => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    kafka.fates.push({ kind: 'refuse', code })
    expect(await getErrorCode(log.append(topic, [record('a')]))).toBe(expected)
    expect(await log.append(topic, [record('b')]), 'the next one is not delayed').toHaveLength(1)
  })

  it.each(['cut', 'write-and-cut', 'silence'] as const)(
    'that is not answered (%s) is in doubt, and the next uses a new connection',
    async kind => {
      const kafka = new FakeKafka()
      const log = await openOn(kafka)
      kafka.fates.push({ kind })
      expect(await getErrorCode(log.append(topic, [record('a')]))).toBe('append-unknown')
      await log.append(topic, [record('b')])
      expect((await readStored(log, topic)).map(r => r.id)).toEqual(
        kind === 'write-and-cut' ? ['a', 'b'] : ['b']
      )
      expect(log.stats().unknownAppends).toBe(1)
    }
  )

  it('that is refused in part is in doubt as a whole', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    const [zero, one] = await keys(log)
    kafka.fates.push({ kind: 'refuse', code: 10, partitions: [1] })
    expect(await getErrorCode(log.append(topic, [record('a', zero), record('b', one)]))).toBe(
      'append-unknown'
    )
    expect((await readStored(log, topic)).map(r => r.id)).toEqual(['a'])
  })

  it('succeeds when its last waiting part succeeds', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    const [zero, one] = await keys(log)
    kafka.fates.push({ kind: 'refuse', code: 6, partitions: [1] })
    expect(await log.append(topic, [record('b', one), record('a', zero)])).toEqual([
      { partition: 1, position: 0n },
      { partition: 0, position: 0n }
    ])
  })

  it('goes to the current leader', async () => {
    const kafka = new FakeKafka(3)
    const log = await openOn(kafka, { partitions: 1 })
    await log.append(topic, [record('a')])
    kafka.topics.get(topic)!.partitions[0]!.leader = 3
    await log.append(topic, [record('b')])
    kafka.topics.get(topic)!.partitions[0]!.leader = 2
    kafka.away.add(3)
    kafka.cut(3)
    await log.append(topic, [record('c')])
    expect((await readStored(log, topic)).map(r => r.id)).toEqual(['a', 'b', 'c'])
  })

  it('does not wait for a broker that leads other partitions', async () => {
    const kafka = new FakeKafka(2)
    const log = await openOn(kafka)
    const [zero, one] = await keys(log)
    kafka.away.add(2)
    kafka.cut(2)
    const held = getErrorCode(log.append(topic, [record('held', one)]))
    for (let i = 0; i < 20; i++) await log.append(topic, [record(`r-${i}`, zero)])
    expect(await held).toBe('log-unavailable')
  })

  it('shares a batch with others, with one request at a time per broker', async () => {
    const kafka = new FakeKafka(2)
    kafka.produceDelayMs = 5
    const log = await openOn(kafka)
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => log.append(topic, [record(`r-${i}`, `k${i}`)]))
    )
    expect(kafka.produced.length).toBeLessThanOrEqual(6)
    expect([...kafka.underWay.values()].map(({ most }) => most)).toEqual([1, 1])
  })

  it('larger than a batch is split, and its order is kept', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka, { partitions: 1, limits: { ...quick, batchBytesMax: 1000 } })
    const many = Array.from({ length: 50 }, (_, i) => record(`r-${i}`, 'sahel', 'x'.repeat(100)))
    expect((await log.append(topic, many)).map(p => p.position)).toEqual(
      many.map((_, i) => BigInt(i))
    )
    expect(kafka.produced.length).toBeGreaterThan(5)
    expect((await readStored(log, topic)).map(r => r.id)).toEqual(many.map(r => r.id))
  })

  it('is refused when too much waits, so that memory is bounded while no broker answers', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka, { limits: { ...quick, waitingRecordsMax: 10 } })
    expect(
      await getErrorCode(
        log.append(
          topic,
          Array.from({ length: 11 }, (_, i) => record(`x-${i}`))
        )
      )
    ).toBe('record-too-large')
    kafka.away.add(1)
    kafka.cut()
    const asked = Array.from({ length: 12 }, (_, i) =>
      getErrorCode(log.append(topic, [record(`r-${i}`)]))
    )
    expect(log.stats().waitingRecords).toBe(10)
    const codes = await Promise.all(asked)
    expect(codes.filter(code => code === 'append-overloaded')).toHaveLength(2)
    expect(codes.filter(code => code === 'log-unavailable')).toHaveLength(10)
    expect(log.stats().waitingRecords).toBe(0)
    expect(log.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('broker 1 is away')
    })
    kafka.away.delete(1)
    await expect.poll(() => log.health().ok).toBe(true)
    await log.append(topic, [record('after')])
  })

  it('is refused at once when no broker has answered for a long time', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    kafka.away.add(1)
    kafka.cut()
    await expect.poll(() => getErrorCode(log.append(topic, [record('a')]))).toBe('log-unavailable')
    await new Promise(resolve => setTimeout(resolve, quick.appendMsMax))
    const beganMs = performance.now()
    expect(await getErrorCode(log.append(topic, [record('b')]))).toBe('log-unavailable')
    expect(performance.now() - beganMs).toBeLessThan(quick.appendMsMax)
  })

  it('answered with a position below the acknowledged end ends the log: Kafka has lost records', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka, { partitions: 1 })
    await log.append(topic, [record('a'), record('b')])
    Object.assign(kafka.topics.get(topic)!.partitions[0]!, { end: 1n })
    await log.append(topic, [record('c')]).catch(() => {})
    expect(await log.failed).toMatchObject({
      code: 'offset-ahead',
      message: expect.stringContaining('lost acknowledged records')
    })
    expect(await getErrorCode(log.append(topic, [record('d')]))).toBe('offset-ahead')
  })
})

describe('opening', () => {
  it('creates missing topics as described, or reports them', async () => {
    const kafka = new FakeKafka(3)
    expect(await getErrorCode(openOn(kafka, { createTopics: false }))).toBe('log-unavailable')
    const log = await openOn(kafka, { prefix: 'east.' })
    expect([...kafka.topics.keys()]).toContain(`east.${topics.alerts}`)
    expect(await log.partitionCount(topics.control)).toBe(1)
    expect(await log.epoch(topic)).toBe(kafka.topics.get(`east.${topic}`)!.id)
    expect(await getErrorCode(openOn(kafka, { prefix: 'east.', partitions: 5 }))).toBe(
      'partitions-changed'
    )
  })

  it('refuses a broker that is too old, with its name', async () => {
    const kafka = new FakeKafka()
    kafka.metadataMax = 12
    await expect(openOn(kafka)).rejects.toMatchObject({
      message: expect.stringContaining('older than Apache Kafka 4.0')
    })
  })

  it('refuses a broker that has dropped the driver’s version', async () => {
    const kafka = new FakeKafka()
    const speaks = { ...kafka.driver.speaks, Produce: -1 }
    const driver = { ...kafka.driver, speaks, connect: kafka.driver.connect.bind(kafka.driver) }
    await expect(openOn(kafka, { driver })).rejects.toMatchObject({
      code: 'format-newer',
      message: expect.stringContaining('Produce from version 0; the driver sends -1')
    })
  })

  it('refuses a malformed address', async () => {
    for (const address of ['nowhere', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:99999', '[::1]'])
      await expect(openOn(new FakeKafka(), { brokers: [address] })).rejects.toMatchObject({
        code: 'config-invalid',
        retryable: false,
        message: expect.stringContaining(`"${address}" is not a broker address`)
      })
  })
})

describe('a log whose topics change', () => {
  it('refuses every call with log-replaced after a topic was recreated', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    const cursor = await log.cursorAt(topic, 'latest')
    kafka.make(topic, 2)
    expect(await log.failed).toMatchObject({ code: 'log-replaced' })
    expect(await getErrorCode(log.append(topics.alerts, [record('a')]))).toBe('log-replaced')
    expect(await getErrorCode(log.commit('x', cursor))).toBe('log-replaced')
    expect(log.health().ok).toBe(false)
  })

  it('refuses every call with partitions-changed after partitions were added', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    kafka.topics.get(topic)!.partitions.push({ leader: 1, batches: [], end: 0n })
    expect(await log.failed).toMatchObject({ code: 'partitions-changed' })
    expect(await getErrorCode(log.state(topic))).toBe('partitions-changed')
  })

  it('reports a deleted topic, and continues when it is back', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    const kept = kafka.topics.get(topic)!
    kafka.topics.delete(topic)
    // A broker may have written it before it removed the topic.
    await expect(log.append(topic, [record('a')])).rejects.toMatchObject({ code: 'append-unknown' })
    await expect.poll(() => outcomeOf(log.append(topic, [record('b')]))).toContain('it was deleted')
    kafka.topics.set(topic, kept)
    await expect.poll(() => outcomeOf(log.append(topic, [record('c')]))).toBe('written')
  })
})

describe('a batch whose length was damaged', () => {
  it.each([1, 1_000_000])('by %i is reported to readers and followers at once', async more => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    const [zero, one] = await keys(log)
    for (const id of ['a', 'b']) await log.append(topic, [record(id, zero), record(id, one)])
    const damaged = kafka.topics.get(topic)!.partitions[0]!.batches[1]!
    damaged.writeInt32BE(damaged.readInt32BE(8) + more, 8)
    const named = { code: 'record-corrupt', message: expect.stringContaining(`${topic}/0/1`) }
    await expect(log.read(topic, 0, 1n, { recordsMax: 10, bytesMax: 1000 })).rejects.toMatchObject(
      named
    )
    const cursor = { ...(await log.cursorAt(topic, 'earliest')), positions: [1n, 0n] }
    await expect(followedOn(log, cursor)).rejects.toMatchObject(named)
    expect(
      (await log.read(topic, 1, 0n, { recordsMax: 10, bytesMax: 1000 })).records.map(r => r.id)
    ).toEqual(['a', 'b'])
  })
})

async function followedOn(log: KafkaLog, cursor: Cursor): Promise<void> {
  for await (const _ of log.tail(cursor, { signal: AbortSignal.timeout(5_000) }));
}

function outcomeOf(append: Promise<unknown>): Promise<string> {
  return append.then(
    () => 'written',
    (error: Error) => error.message
  )
}
