// The copy of a log, over logs in memory: what the copy holds, which cursors stay valid, and what is
// refused.

import type { CopiedTopic } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord, encodeRecord } from '@tocsin/contracts/record/records'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog, NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { cleanupOf, type Topic, topics } from '@tocsin/event-log/topics'
import { systemClock } from '@tocsin/service/process/clock'
import { translateCursor } from '@tocsin/service/projection/epochs'
import { allStored } from '@tocsin/testing/report/stored-records'
import { describe, expect, it } from 'vitest'
import { CopyMark } from '../../src/log-copy/copy-mark.ts'
import type { CopyOptions } from '../../src/log-copy/copy-types.ts'
import { copiedTopics, copyLog } from '../../src/log-copy/log-copy.ts'

type Like = 'embedded' | 'kafka'
const clock = { ...systemClock, sleep: async () => {} }
const consumers = [{ consumer: 'rules', topic: topics.incidents }]
const epochs = { source: 'aaaaaaaa', target: 'bbbbbbbb', third: 'cccccccc' } as const
const time = '2025-06-01T00:00:00.000Z'

function newLog(epoch: string, like: Like = 'embedded', partitions = 1) {
  const store = new MemoryStore({ epoch, partitions })
  return { store, log: new MemoryLog({ like }, store) }
}

const copy = (from: EventLog, to: EventLog, more: Partial<CopyOptions> = {}) =>
  copyLog({ from, to, clock, consumers, ...more })

const record = (n: number, key = `k${n % 7}`): NewRecord => ({
  id: `id-${n}`,
  key,
  value: Buffer.from(`{"n":${n}}`)
})

/** Every id of `id-0` to `id-19` once, and one of them again. */
async function fill(log: EventLog): Promise<void> {
  const records = [...Array.from({ length: 20 }, (_, n) => record(n)), record(4)]
  for (const topic of copiedTopics) await log.append(topic, records)
  await log.append(topics.keys, [{ id: 'erased', key: 'k3', value: null }])
  await log.commit('rules', await middleOf(log, topics.incidents))
}

async function middleOf(log: EventLog, topic: Topic) {
  const latest = await log.cursorAt(topic, 'latest')
  return { ...latest, positions: latest.positions.map(position => position / 2n) }
}

const plain = ({ id, key, value }: StoredRecord) =>
  `${id} ${key} ${value === null ? 'erased' : Buffer.from(value).toString()}`

function isMark(stored: StoredRecord): boolean {
  const decoded = decodeControlRecord(stored.value ?? new Uint8Array())
  return decoded.kind === 'decoded' && ['copy.begun', 'log.copied'].includes(decoded.record.type)
}

/** What a topic holds besides the marks of a copy; of a compacted one the values of its keys. */
async function content(log: EventLog, topic: Topic): Promise<readonly string[]> {
  const records = (await allStored(log, topic)).filter(each => !isMark(each))
  if (cleanupOf[topic] !== 'compacted')
    return records.map(each => `${each.partition}/${each.position} ${plain(each)}`)
  return [...new Map(records.map(each => [each.key, each])).values()]
    .filter(({ value }) => value !== null)
    .map(plain)
    .toSorted()
}

async function mappingIn(log: EventLog): Promise<readonly CopiedTopic[]> {
  return (await allStored(log, topics.control)).flatMap(({ value }) => {
    const decoded = decodeControlRecord(value ?? new Uint8Array())
    return decoded.kind === 'decoded' && decoded.record.type === 'log.copied'
      ? decoded.record.data.topics
      : []
  })
}

/** A log whose appends have these fates, in turn; afterwards they are written. */
function logWithFates(store: MemoryStore, fates: readonly AppendFate[]): MemoryLog {
  let turn = 0
  return new MemoryLog({ hooks: { beforeAppend: () => fates[turn++] ?? { kind: 'write' } } }, store)
}

describe('the copy of a log', () => {
  it.each([
    ['embedded', 'kafka'],
    ['kafka', 'embedded']
  ] as const)(
    'from one like %s to one like %s holds the same at the same positions, for records, consumers and cursors',
    async (a, b) => {
      const { log: from } = newLog(epochs.source, a, 3)
      const { log: to } = newLog(epochs.target, b, 3)
      await fill(from)
      const outcome = await copy(from, to, { batchRecordsMax: 4 })
      expect(outcome).toMatchObject({ kind: 'copied', consumers: ['rules'] })
      for (const topic of copiedTopics.filter(each => each !== topics.control))
        expect(await content(to, topic)).toEqual(await content(from, topic))
      expect(await to.committed('rules', topics.incidents)).toEqual({
        ...(await from.committed('rules', topics.incidents)),
        epoch: epochs.target
      })
      const copies = await mappingIn(to)
      const alerts = await from.cursorAt(topics.alerts, 'latest')
      expect(translateCursor({ copies }, alerts)).toEqual({ ...alerts, epoch: epochs.target })
      // In the control log the mark of the copy comes first.
      const control = await from.cursorAt(topics.control, 'latest')
      expect(translateCursor({ copies }, control)).toMatchObject({
        epoch: epochs.target,
        positions: [control.positions[0]! + 1n]
      })
      const records = (await allStored(to, topics.control)).map(each => each.id)
      expect(records.slice(1, -1)).toEqual((await allStored(from, topics.control)).map(r => r.id))
    }
  )

  it('keeps cursors through a copy there and back, but not beyond what was copied', async () => {
    const { log: a } = newLog(epochs.source)
    const { log: b } = newLog(epochs.target, 'kafka')
    const { log: c } = newLog(epochs.third)
    await fill(a)
    const old = await middleOf(a, topics.alerts)
    await copy(a, b)
    await b.append(topics.alerts, [record(50)])
    await copy(b, c)
    const copies = await mappingIn(c)
    expect(translateCursor({ copies }, old)).toEqual({ ...old, epoch: epochs.third })
    const beyond = { ...old, positions: [22n] }
    expect(translateCursor({ copies }, beyond)).toBe(beyond)
  })

  it('invalidates cursors of a partition that lost its first records to retention', async () => {
    const { log: from } = newLog(epochs.source)
    const { log: to } = newLog(epochs.target)
    await fill(from)
    await from.trim(topics.deliveries, 0, 5n)
    expect(await copy(from, to)).toMatchObject({ kind: 'copied' })
    const stored = await allStored(to, topics.deliveries)
    expect(stored.map(each => each.id).slice(0, 2)).toEqual(['id-5', 'id-6'])
    const cursor = await middleOf(from, topics.deliveries)
    expect(translateCursor({ copies: await mappingIn(to) }, cursor)).toBe(cursor)
  })

  it('repeats an append that was refused', async () => {
    const { log: from } = newLog(epochs.source)
    await fill(from)
    const store = new MemoryStore({ epoch: epochs.target })
    const away = new EventLogError('log-unavailable', 'away')
    const to = logWithFates(store, [{ kind: 'write' }, { kind: 'refuse', error: away }])
    expect(await copy(from, to)).toMatchObject({ kind: 'copied' })
    expect(await content(to, topics.alerts)).toEqual(await content(from, topics.alerts))
  })

  it('ends at an append in doubt, and leaves a target that no suite and no copy accepts', async () => {
    const { log: from } = newLog(epochs.source)
    await fill(from)
    const store = new MemoryStore({ epoch: epochs.target })
    const to = logWithFates(store, [{ kind: 'write' }, { kind: 'doubt' }])
    await expect(copy(from, to)).rejects.toMatchObject({ code: 'append-unknown' })
    expect(await mappingIn(to)).toEqual([])
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'target-not-empty' })
    const { log: third } = newLog(epochs.third)
    expect(await copy(to, third)).toMatchObject({ kind: 'refused', reason: 'source-unfinished' })
  })

  it('detects a target that returns something else than was written', async () => {
    const { log: from } = newLog(epochs.source)
    const { log: to } = newLog(epochs.target)
    await fill(from)
    const read = to.read.bind(to)
    to.read = async (topic, ...rest) => {
      const page = await read(topic, ...rest)
      if (topic !== topics.alerts) return page
      const records = page.records.map(each => ({ ...each, value: Buffer.from('forged') }))
      return { ...page, records }
    }
    expect(await copy(from, to)).toMatchObject({
      reason: 'target-differs',
      detail: `${topics.alerts}/0: the hashes of both logs differ`
    })
  })
})

describe('a copy is refused', () => {
  it('into a target that is not empty, which stays as it is', async () => {
    const { log: from } = newLog(epochs.source)
    const { log: to } = newLog(epochs.target)
    await to.append(topics.snapshots, [record(1)])
    expect(await copy(from, to)).toEqual({
      kind: 'refused',
      reason: 'target-not-empty',
      detail: `${topics.snapshots}/0 of the target holds records: give an empty log`
    })
    expect(await allStored(to, topics.control)).toEqual([])
  })

  it('onto the log itself, and into a target with other partitions', async () => {
    const { log, store } = newLog(epochs.source)
    expect(await copy(log, new MemoryLog({}, store))).toMatchObject({ reason: 'same-log' })
    const { log: to } = newLog(epochs.target, 'kafka', 5)
    expect(await copy(log, to)).toMatchObject({ reason: 'partitions-differ' })
  })

  it('of a source that grows meanwhile', async () => {
    const { log: from } = newLog(epochs.source)
    const { log: to } = newLog(epochs.target)
    await fill(from)
    const onProgress = (_done: number, _total: number, where: string) => {
      if (where === `copying ${topics.control}`) void from.append(topics.incidents, [record(77)])
    }
    expect(await copy(from, to, { onProgress })).toMatchObject({ reason: 'source-grew' })
    expect(await mappingIn(to)).toEqual([])
  })

  it.each(['rules', 'notifier'])(
    'of a source with a running but idle suite: its %s have joined',
    async group => {
      const { log: from, store } = newLog(epochs.source, 'kafka', 3)
      const { log: to } = newLog(epochs.target, 'embedded', 3)
      await fill(from)
      const topic = group === 'rules' ? topics.incidents : topics.deliveries
      const join = () => new MemoryLog({ like: 'kafka' }, store).join(group, topic)
      const suite = await join()
      expect(await copy(from, to)).toMatchObject({ reason: 'source-in-use' })
      expect(suite.partitions).toEqual([0, 1, 2])
      expect(await allStored(to, topics.control)).toEqual([])
      await suite.leave()
      let isFirst = true
      const onProgress = () => {
        if (isFirst) void join()
        isFirst = false
      }
      expect(await copy(from, to, { onProgress })).toMatchObject({ reason: 'source-in-use' })
      expect(await mappingIn(to)).toEqual([])
    }
  )

  it('of a source that is an unfinished copy', async () => {
    const { log: from } = newLog(epochs.source)
    const { log: other } = newLog(epochs.third)
    await from.append(topics.control, [(await CopyMark.between(other, from, clock)).begin()])
    expect(await copy(from, newLog(epochs.target).log)).toMatchObject({
      reason: 'source-unfinished'
    })
  })

  it('of a source whose keys lie in other partitions, which is named', async () => {
    const { log: from } = newLog(epochs.source, 'kafka', 3)
    await fill(from)
    const read = from.read.bind(from)
    from.read = async (topic, ...rest) => {
      const page = await read(topic, ...rest)
      if (topic !== topics.incidents) return page
      return { ...page, records: page.records.map(each => ({ ...each, key: 'displaced' })) }
    }
    expect(await copy(from, newLog(epochs.target, 'kafka', 3).log)).toMatchObject({
      reason: 'keys-displaced',
      detail: expect.stringMatching(
        /incidents\.v1\/\d\/\d+: its key displaced belongs in partition \d/
      )
    })
  })

  it.each([
    ['was created again', 'source-replaced', { epoch: 'dddddddd', partitions: 3 }],
    ['got more partitions', 'keys-displaced', { epoch: epochs.source, partitions: 2 }]
  ])('of a source with a topic that %s', async (_, reason, begun) => {
    const { log: from } = newLog(epochs.source, 'kafka', 3)
    const { log: to } = newLog(epochs.target, 'kafka', 3)
    const data = {
      masterKeyFingerprint: 'a0'.repeat(32),
      topics: [{ topic: topics.incidents, ...begun }]
    }
    const value = encodeRecord(
      { id: 'begun', source: '/tocsin/test', time, cause: null },
      { type: 'suite.begun', data }
    )
    await from.append(topics.control, [{ id: 'begun', key: 'control', value }])
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason })
    expect(await allStored(to, topics.control)).toEqual([])
  })
})
