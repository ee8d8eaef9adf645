// Members that share a topic: which partitions each has, and work that continues while partitions
// are reassigned. Runs on every adapter; without shared roles the only member has all partitions.

import { expect } from 'vitest'
import type { EventLog, Membership } from '../port.ts'
import { topics } from '../topics.ts'
import { expectNoGaps, readStored, record, selectFirsts, waitUntil } from './reading.ts'
import type { LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents
const partitions = 6
const settleMs = 45_000

/**
 * rebalance-mid-batch: members join and leave while they work. Each output depends on its input
 * record alone, so that two members that briefly work on one partition produce the same; every
 * record is processed, and the outputs of a key are in order.
 */
async function testRebalance(_: LogSubject, factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions })
  const workers: Worker[] = []
  try {
    const log = await subject.open({ partitions })
    const ids = Array.from({ length: 300 }, (_, i) => `in-${i}`)
    const feeding = (async () => {
      for (const [i, id] of ids.entries()) await log.append(topic, [record(id, `key-${i % 12}`)])
    })()
    workers.push(await startWorker(await subject.open()))
    await waitUntil('the first member works', () => workers[0]!.done() > 10, settleMs)
    workers.push(await startWorker(await subject.open()), await startWorker(await subject.open()))
    await waitUntil(
      'every member has partitions',
      () => workers.every(w => w.membership.partitions.length > 0),
      settleMs
    )
    await workers.shift()!.stop()
    await feeding
    const outputs = async () => selectFirsts(await readStored(log, topics.alerts))
    await waitUntil(
      'every record is processed',
      async () => (await outputs()).length >= ids.length,
      settleMs
    )
    const made = await outputs()
    expect(made.map(r => r.id).toSorted()).toEqual(ids.map(id => `of ${id}`).toSorted())
    for (const [key, records] of Map.groupBy(made, r => r.key))
      expect(records.map(r => r.id)).toEqual(
        ids.flatMap((id, i) => (`key-${i % 12}` === key ? [`of ${id}`] : []))
      )
    expectNoGaps(await readStored(log, topics.alerts))
    for (const worker of workers.splice(0)) await worker.stop()
    await log.close()
  } finally {
    for (const worker of workers) await worker.stop()
    await subject.dispose()
  }
}

interface Worker {
  readonly membership: Membership
  done(): number
  stop(): Promise<void>
}

/**
 * Follows each of its partitions from the start of the topic: repeating work that was done before
 * has no effect.
 */
async function startWorker(log: EventLog): Promise<Worker> {
  const membership = await log.join('workers', topic)
  const running = new Map<
    number,
    { readonly stop: AbortController; readonly ended: Promise<void> }
  >()
  let done = 0
  const work = async (partition: number, signal: AbortSignal) => {
    for await (const page of log.tail(await log.cursorAt(topic, 'earliest'), {
      signal,
      partitions: [partition],
      recordsMax: 7
    })) {
      await log.append(
        topics.alerts,
        page.records.map(r => record(`of ${r.id}`, r.key))
      )
      done += page.records.length
    }
  }
  const divide = (mine: readonly number[]) => {
    for (const [partition, { stop }] of running) if (!mine.includes(partition)) stop.abort()
    for (const partition of mine) {
      if (running.get(partition)?.stop.signal.aborted === false) continue
      const stop = new AbortController()
      running.set(partition, { stop, ended: work(partition, stop.signal) })
    }
  }
  membership.onChange(divide)
  divide(membership.partitions)
  return {
    membership,
    done: () => done,
    async stop() {
      await membership.leave()
      divide([])
      await Promise.all([...running.values()].map(({ ended }) => ended))
      await log.close()
    }
  }
}

/**
 * The promises of a division: one member for each partition, weights respected, partitions
 * reassigned when a member leaves.
 */
export async function testMembership(factory: LogFactory): Promise<void> {
  const subject = await factory.make({ partitions })
  const logs: EventLog[] = []
  try {
    for (let i = 0; i < 3; i++) logs.push(await subject.open({ partitions }))
    if (!logs[0]!.capabilities.sharedRoles) return await testOnlyMember(logs[0]!)
    let weights = [5, 5, 5, 0, 0, 0]
    const members = await Promise.all(
      logs.map(log => log.join('members', topic, { weights: () => weights }))
    )
    await waitUntil(
      'the partitions are divided evenly',
      () => isDivided(members) && makeWeights(members, weights).every(w => w === 5),
      settleMs
    )
    const changes: (readonly number[])[] = []
    const unlisten = members[1]!.onChange(mine => changes.push(mine))
    await members[0]!.leave()
    expect(members[0]!.partitions).toEqual([])
    const left = members.slice(1)
    await waitUntil('the others have its partitions', () => isDivided(left), settleMs)
    expect(makeWeights(left, weights).toSorted((a, b) => a - b)).toEqual([5, 10])
    weights = [1, 1, 1, 1, 1, 1]
    for (const member of left) member.reweigh()
    await waitUntil(
      'the partitions are divided by the new weights',
      () => isDivided(left) && makeWeights(left, weights).every(w => w === 3),
      settleMs
    )
    if (changes.length > 0) expect(changes.at(-1)).toEqual(members[1]!.partitions)
    unlisten()
    // The partitions of a process that dies without leaving are reassigned too, after its session.
    await logs[1]!.close()
    await waitUntil(
      'the last member has all partitions',
      () => members[2]!.partitions.length === partitions,
      settleMs
    )
    await members[2]!.leave()
    await members[2]!.leave()
    await testSurplusMember([logs[0]!, logs[2]!])
  } finally {
    for (const log of logs) await log.close()
    await subject.dispose()
  }
}

/** A member that gets no partitions learns that the division included it. */
async function testSurplusMember(logs: readonly EventLog[]): Promise<void> {
  const members = await Promise.all(logs.map(log => log.join('surplus', topics.control)))
  await Promise.all(members.map(member => member.divided))
  await waitUntil(
    'one member has the only partition',
    () => members.flatMap(m => m.partitions).join() === '0',
    settleMs
  )
  for (const member of members) await member.leave()
}

async function testOnlyMember(log: EventLog): Promise<void> {
  const member = await log.join('members', topic)
  await member.divided
  expect(member.partitions).toEqual(Array.from({ length: partitions }, (_, p) => p))
  await member.leave()
}

function isDivided(members: readonly Membership[]): boolean {
  const all = members.flatMap(m => m.partitions).toSorted((a, b) => a - b)
  return all.length === partitions && all.every((p, i) => p === i)
}

function makeWeights(members: readonly Membership[], weights: readonly number[]): number[] {
  return members.map(m => m.partitions.reduce((sum, p) => sum + weights[p]!, 0))
}

export const membershipCases = { 'rebalance-mid-batch': testRebalance }
