// Which logs `log copy` refuses as source or target: unfinished copies, logs in use, and logs with
// added partitions.

import { decodeControlRecord, encodeRecord } from '@tocsin/contracts/record/records'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog, NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { describe, expect, it } from 'vitest'
import { CopyMark } from '../../src/log-copy/copy-mark.ts'
import type { CopyOptions } from '../../src/log-copy/copy-types.ts'
import { copiedTopics, copyLog } from '../../src/log-copy/log-copy.ts'

const epochs = { source: 'aaaaaaaa', target: 'bbbbbbbb', third: 'cccccccc' } as const

function newLog(epoch: string, like: 'embedded' | 'kafka', partitions = 1) {
  const store = new MemoryStore({ epoch, partitions })
  return { store, log: new MemoryLog({ like }, store) }
}

const copy = (
  from: EventLog,
  to: EventLog,
  more: Pick<CopyOptions, 'repartition' | 'onProgress'> = {}
) => copyLog({ from, to, clock: systemClock, consumers: [], ...more })

const record = (n: number, key = `k${n % 7}`): NewRecord => ({
  id: `id-${n}`,
  key,
  value: Buffer.from(`{"n":${n}}`)
})
const records = Array.from({ length: 20 }, (_, n) => record(n))

async function fill(log: EventLog): Promise<void> {
  for (const topic of copiedTopics) await log.append(topic, records)
}

async function all(log: EventLog, topic: Topic): Promise<readonly StoredRecord[]> {
  const states = await log.state(topic)
  const pages = await Promise.all(
    states.map(({ partition, start }) =>
      log.read(topic, partition, start, { recordsMax: 1000, bytesMax: 1e9 })
    )
  )
  return pages.flatMap(page => page.records)
}

/** Whether the target says that the copy has ended. */
async function isEnded(log: EventLog): Promise<boolean> {
  const held = await all(log, topics.control)
  return held
    .map(({ value }) => decodeControlRecord(value!))
    .some(one => one.kind === 'decoded' && one.record.type === 'log.copied')
}

describe('the copy of a log', () => {
  it('refuses a target with an unfinished copy of another log, and a source that is such a copy', async () => {
    const { log: a } = newLog(epochs.source, 'embedded')
    const { log: b } = newLog(epochs.target, 'kafka')
    const { log: c } = newLog(epochs.third, 'embedded')
    await b.append(topics.control, [(await CopyMark.between(c, b, systemClock)).begin()])
    expect(await copy(a, b)).toMatchObject({ kind: 'refused', reason: 'target-not-empty' })
    expect(await copy(b, a)).toMatchObject({ kind: 'refused', reason: 'source-unfinished' })
    expect(await copy(c, b)).toMatchObject({ kind: 'copied' })
  })

  it.each(['rules', 'notifier'])(
    'refuses a source with a running but idle suite: its %s have joined',
    async group => {
      const { log: from, store } = newLog(epochs.source, 'kafka', 3)
      const { log: to } = newLog(epochs.target, 'embedded', 3)
      await fill(from)
      const topic = group === 'rules' ? topics.incidents : topics.deliveries
      const suite = await new MemoryLog({ like: 'kafka' }, store).join(group, topic)
      expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'source-in-use' })
      expect(suite.partitions).toEqual([0, 1, 2])
      expect(await all(to, topics.control)).toEqual([])
      await suite.leave()
      let isFirst = true
      const onProgress = () => {
        if (isFirst) void new MemoryLog({ like: 'kafka' }, store).join(group, topic)
        isFirst = false
      }
      expect(await copy(from, to, { onProgress })).toMatchObject({ reason: 'source-in-use' })
      expect(await isEnded(to)).toBe(false)
    }
  )

  it('refuses a source that grows during verification', async () => {
    const { log: from } = newLog(epochs.source, 'kafka')
    const { log: to } = newLog(epochs.target, 'embedded')
    await fill(from)
    const onProgress = (_done: number, _total: number, where: string) => {
      if (where === `verifying ${topics.control}`) void from.append(topics.incidents, [record(77)])
    }
    expect(await copy(from, to, { onProgress })).toMatchObject({ reason: 'source-grew' })
    expect(await isEnded(to)).toBe(false)
  })

  describe('of a log with added partitions', () => {
    /** Keys placed for two partitions, in a log that now has three; `also` is placed for three. */
    async function grown(also: readonly NewRecord[] = []): Promise<EventLog> {
      const { log } = newLog(epochs.source, 'kafka', 3)
      const { log: before } = newLog(epochs.source, 'kafka', 2)
      await fill(before)
      await log.append(topics.incidents, also)
      const [state, read] = [log.state.bind(log), log.read.bind(log)]
      const isOld = (topic: Topic, partition: number) => topic === topics.incidents && partition < 2
      log.state = async topic => {
        const [old, now] = [await before.state(topic), await state(topic)]
        return now.map(one => (isOld(topic, one.partition) ? old[one.partition]! : one))
      }
      log.read = (topic, partition, ...rest) =>
        (isOld(topic, partition) ? before : { read }).read(topic, partition, ...rest)
      return log
    }

    it('is refused with the place of a displaced key, not reported as duplicates', async () => {
      const { log: to } = newLog(epochs.target, 'kafka', 3)
      const outcome = await copy(await grown(), to)
      expect(outcome).toMatchObject({ kind: 'refused', reason: 'keys-displaced' })
      expect(outcome).toMatchObject({
        detail: expect.stringMatching(
          /incidents\.v1\/\d\/\d+: its key k\d belongs in partition \d of 3/
        )
      })
    })

    it('moves each key to its partition if told to repartition', async () => {
      const { log: to } = newLog(epochs.target, 'kafka', 2)
      const from = await grown()
      expect(await copy(from, to, { repartition: true })).toMatchObject({ kind: 'copied' })
      for (const { key, partition } of await all(to, topics.incidents))
        expect([key, await to.partitionOf(topics.incidents, key)]).toEqual([key, partition])
      expect((await all(to, topics.incidents)).length).toBe(20)
    })

    it('is refused if a key is in two partitions, since its order is unknown', async () => {
      const { log: to } = newLog(epochs.target, 'kafka', 2)
      const moved = Array.from({ length: 7 }, (_, n) => record(n + 700, `k${n}`))
      expect(await copy(await grown(moved), to, { repartition: true })).toMatchObject({
        reason: 'keys-displaced',
        detail: expect.stringContaining('the order of its records is unknown')
      })
    })

    it('is refused by the original partition count, before anything is read or written', async () => {
      const { log: from } = newLog(epochs.source, 'kafka', 3)
      const topic = { topic: topics.incidents, epoch: epochs.source, partitions: 2 }
      const data = { masterKeyFingerprint: 'a0'.repeat(32), topics: [topic] }
      const begun = (id: string, changed: object) => ({
        ...{ id, key: 'control' },
        value: encodeRecord(
          { id, source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null },
          { type: 'suite.begun', data: { ...data, ...changed } }
        )
      })
      await from.append(topics.control, [begun('begun', {})])
      const { log: to } = newLog(epochs.target, 'kafka', 3)
      expect(await copy(from, to)).toMatchObject({
        reason: 'keys-displaced',
        detail: `${topics.incidents} of the source has 3 partitions, but its log was created with 2: give --partitions 2, which moves each key to its partition`
      })
      expect(await all(to, topics.control)).toEqual([])
      const { log: anew } = newLog(epochs.third, 'kafka', 2)
      await anew.append(topics.control, [begun('begun', {})])
      expect(await copy(anew, newLog(epochs.target, 'kafka', 2).log)).toMatchObject({
        reason: 'source-replaced'
      })
    })
  })
})
