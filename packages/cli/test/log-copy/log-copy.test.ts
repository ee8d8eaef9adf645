// The copy of a log, over logs in memory that refuse, lose and repeat appends, and over runs that
// are interrupted anywhere.

import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { decodeControlRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import { decodeCursor, encodeCursor } from '@tocsin/event-log/cursor'
import { EventLogError } from '@tocsin/event-log/errors'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog, NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { cleanupOf, type Topic, topics } from '@tocsin/event-log/topics'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { translateCursor } from '@tocsin/service-kit/projection/copied-cursor'
import { allStored } from '@tocsin/testing/report/stored-records'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CopyMark } from '../../src/log-copy/copy-mark.ts'
import { copiedTopics, copyLog } from '../../src/log-copy/log-copy.ts'

type Like = 'embedded' | 'kafka'
const ownTypes = ['copy.begun', 'log.copied']
const patientClock = {
  ...systemClock,
  nowMs: () => Date.parse('2025-06-01T00:00:00Z'),
  sleep: async () => {}
}
const consumers = [{ consumer: 'rules', topic: topics.incidents }]
const epochs = { source: 'aaaaaaaa', target: 'bbbbbbbb', third: 'cccccccc' } as const

function newLog(epoch: string, like: Like, partitions = 1) {
  const store = new MemoryStore({ epoch, partitions })
  return { store, log: new MemoryLog({ like }, store) }
}

const copy = (
  from: EventLog,
  to: EventLog,
  more: { repartition?: boolean; batchRecordsMax?: number } = {}
) => copyLog({ from, to, clock: patientClock, consumers, ...more })

const record = (n: number, key = `k${n % 7}`): NewRecord => ({
  id: `id-${n}`,
  key,
  value: Buffer.from(`{"n":${n}}`)
})

function firsts(records: readonly StoredRecord[]): StoredRecord[] {
  const seen = new FirstOfEach()
  return records.filter(({ id }) => seen.isFirst(id))
}
const plain = ({ id, key, value }: StoredRecord) =>
  `${id} ${key} ${value === null ? 'erased' : Buffer.from(value).toString()}`

/**
 * The records that count in a topic: by partition the first of each id, on a compacted one the last
 * of each key; without the copy's own record.
 */
async function meaning(log: EventLog, topic: Topic): Promise<unknown> {
  const records = (await allStored(log, topic)).filter(r => !isMark(r))
  if (cleanupOf[topic] !== 'compacted')
    return firsts(records).map(r => `${r.partition} ${plain(r)}`)
  const last = new Map(records.map(r => [r.key, r]))
  return [...last.values()]
    .filter(r => r.value !== null)
    .map(plain)
    .toSorted()
}

/** Whether a record is the copy's own. */
function isMark(stored: StoredRecord): boolean {
  const decoded = decodeControlRecord(stored.value ?? new Uint8Array())
  return decoded.kind === 'decoded' && ownTypes.includes(decoded.record.type)
}

async function mappingIn(log: EventLog): Promise<readonly CopiedTopic[]> {
  const marks = firsts(await allStored(log, topics.control)).filter(isMark)
  return marks.flatMap(mark => {
    const decoded = decodeControlRecord(mark.value ?? new Uint8Array())
    return decoded.kind === 'decoded' && decoded.record.type === 'log.copied'
      ? decoded.record.data.topics
      : []
  })
}

const envelope = { source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null }

function subscriptionRecord(from: string): NewRecord {
  const data = {
    ...{
      subscriptionId: 's',
      url: 'https://partner.example/hook',
      filter: {},
      order: 'strict',
      schedule: null,
      contact: null
    },
    ...{ ownerKeyId: 'k', theatres: '*', handling: 'internal', sealedSecret: 's', from }
  }
  const value = encodeRecord(
    { ...envelope, id: 'subscription' },
    { type: 'subscription.created', data }
  )
  return { id: 'subscription', key: 'control', value }
}

function planRecord({ id: eventId, partition, position }: StoredRecord, index: number): NewRecord {
  const data = {
    subscriptionId: 's',
    sequence: index + 1,
    eventId,
    partition,
    position: String(position)
  }
  const value = encodeRecord(
    { ...envelope, id: `plan-${index}` },
    { type: 'delivery.planned', data }
  )
  return { id: `plan-${index}`, key: 's', value }
}

function dataOf({ value }: StoredRecord): Readonly<Record<string, unknown>> {
  const decoded = decodeEnvelope(value ?? new Uint8Array())
  if (decoded.kind !== 'decoded') throw new Error(decoded.reason)
  return decoded.envelope.data as Readonly<Record<string, unknown>>
}

async function fill(log: EventLog): Promise<void> {
  for (const topic of copiedTopics)
    await log.append(
      topic,
      Array.from({ length: 20 }, (_, n) => record(n))
    )
  await log.append(topics.keys, [{ id: 'erased', key: 'k3', value: null }])
  const { positions } = await log.cursorAt(topics.incidents, 'latest')
  await log.commit('rules', {
    ...(await log.cursorAt(topics.incidents, 'earliest')),
    positions: positions.map(p => p / 2n)
  })
}

describe('the copy of a log', () => {
  it.each([
    ['embedded', 'kafka'],
    ['kafka', 'embedded'],
    ['embedded', 'embedded'],
    ['kafka', 'kafka']
  ] as const)(
    'from one like %s to one like %s holds the same, at the same positions, for records and consumers',
    async (a, b) => {
      const { log: from } = newLog(epochs.source, a, 3)
      const { log: to } = newLog(epochs.target, b, 3)
      await fill(from)
      const outcome = await copy(from, to)
      expect(outcome).toMatchObject({ kind: 'copied', wrote: true, consumers: ['rules'] })
      for (const topic of copiedTopics)
        expect(await meaning(to, topic)).toEqual(await meaning(from, topic))
      expect(await to.committed('rules', topics.incidents)).toEqual({
        ...(await from.committed('rules', topics.incidents)),
        epoch: epochs.target
      })
      if (outcome.kind !== 'copied') throw new Error(outcome.detail)
      for (const { topic, partitions } of outcome.topics)
        for (const { sha256From, sha256To } of partitions)
          expect([topic, sha256To]).toEqual([topic, sha256From])
      const alerts = await from.cursorAt(topics.alerts, 'latest')
      expect(translateCursor({ copies: await mappingIn(to) }, alerts)).toEqual({
        ...alerts,
        epoch: epochs.target
      })
      // Before the records of the control log stands that the copy was begun.
      const control = await from.cursorAt(topics.control, 'latest')
      const [end] = control.positions
      expect(translateCursor({ copies: await mappingIn(to) }, control)).toMatchObject({
        epoch: epochs.target,
        positions: [end! + 1n]
      })
    }
  )

  it('is the same when it is repeated, and refuses a target on which a suite has run', async () => {
    const { log: from } = newLog(epochs.source, 'embedded')
    const { log: to } = newLog(epochs.target, 'kafka')
    await fill(from)
    await copy(from, to)
    const before = await to.state(topics.control)
    expect(await copy(from, to)).toMatchObject({ kind: 'copied', wrote: false })
    expect(await to.state(topics.control)).toEqual(before)
    await to.append(topics.incidents, [record(99)])
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'target-not-empty' })
  })

  it('refuses a target that is not empty, and does not change it', async () => {
    const { log: from } = newLog(epochs.source, 'embedded')
    const { log: to } = newLog(epochs.target, 'embedded')
    await to.append(topics.snapshots, [record(1)])
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'target-not-empty' })
    expect(await allStored(to, topics.control)).toEqual([])
  })

  it('refuses to copy a log onto itself', async () => {
    const { log, store } = newLog(epochs.source, 'embedded')
    expect(await copy(log, new MemoryLog({}, store))).toMatchObject({
      kind: 'refused',
      reason: 'same-log'
    })
  })

  it('refuses a source that grows meanwhile, and resumes when it is repeated', async () => {
    const { log: from } = newLog(epochs.source, 'embedded')
    await fill(from)
    let isFirst = true
    const beforeAppend = async (): Promise<AppendFate> => {
      if (isFirst) await from.append(topics.alerts, [record(77)])
      isFirst = false
      return { kind: 'write' }
    }
    const to = new MemoryLog({ hooks: { beforeAppend } }, new MemoryStore({ epoch: epochs.target }))
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'source-grew' })
    expect(await copy(from, to)).toMatchObject({ kind: 'copied' })
    expect(await meaning(to, topics.alerts)).toEqual(await meaning(from, topics.alerts))
  })

  it('refuses other partition counts unless it may repartition; then keys keep their order and old cursors are invalid', async () => {
    const { log: from } = newLog(epochs.source, 'embedded', 2)
    const { log: to } = newLog(epochs.target, 'kafka', 5)
    await fill(from)
    expect(await copy(from, to)).toMatchObject({ kind: 'refused', reason: 'partitions-differ' })
    expect(await copy(from, to, { repartition: true })).toMatchObject({
      kind: 'copied',
      consumers: []
    })
    const byKey = async (log: EventLog) => {
      const ofKey = Object.groupBy(await allStored(log, topics.incidents), r => r.key)
      return Object.fromEntries(
        Object.entries(ofKey).map(([key, records]) => [key, records!.map(plain)])
      )
    }
    expect(await byKey(to)).toEqual(await byKey(from))
    const cursor = await from.cursorAt(topics.alerts, 'earliest')
    expect(translateCursor({ copies: await mappingIn(to) }, cursor)).toBe(cursor)
    expect(await to.committed('rules', topics.incidents)).toBeNull()
  })

  it.each([
    ['other partitions', 'embedded', 1, 4],
    ['repeated records', 'kafka', 1, 1],
    ['several partitions to others', 'embedded', 3, 2]
  ] as const)(
    'lets webhooks continue although %s move alert events',
    async (_, like, there, here) => {
      const { log: from } = newLog(epochs.source, like, there)
      const { log: to } = newLog(epochs.target, 'kafka', here)
      for (let n = 0; n < 40; n++)
        await from.append(topics.alerts, [record(n < 30 ? n : n - 20, `theatre-${n % 6}`)])
      const alerts = await allStored(from, topics.alerts)
      const middle = { ...(await from.cursorAt(topics.alerts, 'latest')) }
      const positions = middle.positions.map(position => position / 2n)
      await from.append(topics.control, [
        subscriptionRecord(encodeCursor({ ...middle, positions }))
      ])
      await from.append(topics.deliveries, alerts.map(planRecord))
      expect(await copy(from, to, { repartition: true })).toMatchObject({ kind: 'copied' })

      const plans = (await allStored(to, topics.deliveries)).map(dataOf)
      const moved = await allStored(to, topics.alerts)
      for (const plan of plans) {
        const event = moved.find(
          r => r.partition === plan.partition && String(r.position) === plan.position
        )
        expect(event?.id).toBe(plan.eventId)
      }
      const subscription = dataOf(
        firsts(await allStored(to, topics.control)).find(r => r.id === 'subscription')!
      )
      const begin = decodeCursor(String(subscription.from))
      expect(begin.epoch).toBe(epochs.target)
      const behind = moved.filter(r => r.position >= begin.positions[r.partition]!).map(r => r.id)
      const wanted = firsts(alerts)
        .filter(r => r.position >= positions[r.partition]!)
        .map(r => r.id)
      // With joined partitions events may be repeated, but none is missing.
      expect(wanted.filter(id => !behind.includes(id))).toEqual([])
      if (there === 1) expect(behind.toSorted()).toEqual(wanted.toSorted())
      expect(await copy(from, to, { repartition: true })).toMatchObject({
        kind: 'copied',
        wrote: false
      })
    }
  )

  it('names the position at which the target differs', async () => {
    const { log: from } = newLog(epochs.source, 'embedded')
    const { log: to } = newLog(epochs.target, 'embedded')
    await fill(from)
    await to.append(topics.control, [(await CopyMark.between(from, to, systemClock)).begin()])
    await to.append(topics.alerts, [record(0), { ...record(1), value: Buffer.from('forged') }])
    expect(await copy(from, to)).toEqual({
      kind: 'refused',
      reason: 'target-differs',
      detail: `${topics.alerts}/0/1 of the target is not ${topics.alerts}/0/1 of the source`
    })
  })

  it('keeps cursors through a copy there and back', async () => {
    const { log: a } = newLog(epochs.source, 'embedded')
    const { log: b } = newLog(epochs.target, 'kafka')
    const { log: c } = newLog(epochs.third, 'embedded')
    await fill(a)
    const old = { ...(await a.cursorAt(topics.alerts, 'latest')), positions: [7n] }
    await copy(a, b)
    await b.append(topics.alerts, [record(50)])
    await copy(b, c)
    expect(translateCursor({ copies: await mappingIn(c) }, old)).toEqual({
      ...old,
      epoch: epochs.third
    })
    expect((await allStored(c, topics.alerts)).length).toBe(21)
  })
})

/**
 * Outcomes of the appends of a run, in turn. `die` ends the process; a `late` append arrives with
 * the next one, after it was given up.
 */
const fates = ['write', 'write', 'write', 'doubt', 'drop', 'refuse', 'torn', 'late', 'die'] as const
class Died extends Error {}

const stories = fc.record({
  likeFrom: fc.constantFrom<Like>('embedded', 'kafka'),
  likeTo: fc.constantFrom<Like>('embedded', 'kafka'),
  partitions: fc.integer({ min: 1, max: 3 }),
  /** Few ids, so that some are repeated. */
  records: fc.array(
    fc.tuple(fc.constantFrom(...copiedTopics), fc.integer({ min: 0, max: 30 }), fc.boolean()),
    { maxLength: 80 }
  ),
  fates: fc.array(fc.constantFrom(...fates), { maxLength: 30 })
})

describe('a copy with every kind of fault', () => {
  it('holds the same in the end, and a valid cursor reads the same records', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async story => {
        const { log: from } = newLog(epochs.source, story.likeFrom, story.partitions)
        for (const [topic, n, isErased] of story.records) {
          const erased = isErased && cleanupOf[topic] === 'compacted'
          await from.append(topic, [
            erased ? { ...record(n), id: `erase-${n}`, value: null } : record(n)
          ])
        }
        const store = new MemoryStore({ epoch: epochs.target, partitions: story.partitions })
        await copyThrough(from, store, story)
        const to = new MemoryLog({ like: story.likeTo }, store)
        for (const topic of copiedTopics)
          expect(await meaning(to, topic)).toEqual(await meaning(from, topic))
        await checkCursors(from, to)
      }),
      { numRuns: 300 }
    )
  })
})

async function copyThrough(
  from: EventLog,
  store: MemoryStore,
  { likeTo: like, fates: given }: { likeTo: Like; fates: readonly string[] }
) {
  let turn = 0
  const late: { topic: Topic; records: readonly NewRecord[] }[] = []
  const wire = new MemoryLog({ like }, store)
  const beforeAppend = async (topic: Topic, records: readonly NewRecord[]): Promise<AppendFate> => {
    const fate = given[turn++] ?? 'write'
    for (const one of late.splice(0)) await wire.append(one.topic, one.records)
    if (fate === 'late') {
      // The embedded log is in this process: nothing of it is in flight.
      if (like === 'kafka') late.push({ topic, records })
      return { kind: 'drop' }
    }
    if (fate === 'die') throw new Died()
    if (fate === 'refuse')
      return { kind: 'refuse', error: new EventLogError('log-unavailable', 'away') }
    if (fate === 'torn')
      return like === 'kafka' ? { kind: 'torn', partitions: [0] } : { kind: 'doubt' }
    return { kind: fate as 'write' | 'doubt' | 'drop' }
  }
  for (;;) {
    try {
      const outcome = await copy(from, new MemoryLog({ like, hooks: { beforeAppend } }, store), {
        batchRecordsMax: 3
      })
      if (outcome.kind === 'refused') throw new Error(outcome.detail)
      return
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
  }
}

/**
 * For every position of every ordered topic: either the old log's cursor is foreign here, or the
 * remaining records are the same.
 */
async function checkCursors(from: EventLog, to: EventLog): Promise<void> {
  const copies = await mappingIn(to)
  for (const topic of copiedTopics.filter(t => cleanupOf[t] !== 'compacted')) {
    const [there, here] = [
      await allStored(from, topic),
      (await allStored(to, topic)).filter(r => !isMark(r))
    ]
    const start = await from.cursorAt(topic, 'earliest')
    for (const { partition, end } of await from.state(topic))
      for (let position = 0n; position <= end; position++) {
        const cursor = {
          ...start,
          positions: start.positions.map((p, i) => (i === partition ? position : p))
        }
        const moved = translateCursor({ copies }, cursor)
        if (moved === cursor) continue
        const rest = (records: readonly StoredRecord[], at: bigint) => {
          const before = new Set(
            records.filter(r => r.partition === partition && r.position < at).map(r => r.id)
          )
          return firsts(
            records.filter(r => r.partition === partition && r.position >= at && !before.has(r.id))
          ).map(plain)
        }
        expect(moved.positions[partition]! <= (await to.state(topic))[partition]!.end).toBe(true)
        expect(rest(here, moved.positions[partition]!)).toEqual(rest(there, position))
      }
  }
}
