// Three handles on a broker that is killed, paused and cut off at random: no acknowledged record is
// lost, the order of each key holds, readers see everything, and no cursor goes back. Only with
// TOCSIN_TEST_FULL=1. TOCSIN_TEST_SEED repeats a run, TOCSIN_CHAOS_SECONDS makes it longer.

import { randomInt } from 'node:crypto'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStored } from '../../../src/conformance/reading.ts'
import { defaultKafkaLimits } from '../../../src/kafka/cluster/kafka-limits.ts'
import { type KafkaLog, openKafkaLog } from '../../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../../src/kafka/topic/topic-specs.ts'
import { topics } from '../../../src/topics.ts'
import { judge } from './kafka-chaos-judge.ts'
import { ChaosLoad } from './kafka-chaos-load.ts'
import { type ChaosWorld, makeChaosWorld, wreak } from './kafka-chaos-world.ts'

const isFull = process.env.TOCSIN_TEST_FULL === '1'
const seconds = Number(process.env.TOCSIN_CHAOS_SECONDS ?? 15)
const partitions = 3
const limits = { ...defaultKafkaLimits, answerMsMax: 1_500, connectMsMax: 1_000, sessionMs: 6_000 }
const settleMs = 30_000

const kafka = await ownBrokers()

let world: ChaosWorld
beforeAll(async () => {
  if (isFull && !kafka.skipped) world = await makeChaosWorld()
})
afterAll(() => world?.dispose())

describe.skipIf(!isFull || kafka.skipped)('three handles on a faulty broker', () => {
  it('lose no acknowledged record', { timeout: (seconds + 120) * 1000 }, async () => {
    const seed =
      process.env.TOCSIN_TEST_SEED === undefined
        ? randomInt(2 ** 31)
        : Number(process.env.TOCSIN_TEST_SEED)
    const place = {
      brokers: [world.proxy.address],
      prefix: `chaos-${seed}-`,
      topics: readTopicsFile()
    }
    const open = () =>
      openKafkaLog({
        ...place,
        driver: createKafkaJsDriver({ clientId: 'chaos' }),
        partitions,
        replication: 1,
        limits
      })
    const logs: KafkaLog[] = []
    for (let i = 0; i < 3; i++) logs.push(await open())
    const load = new ChaosLoad()
    for (const [i, log] of logs.entries()) await load.start(`i${i}`, log, 2)
    const done = await wreak(world, seed, seconds * 1000)
    await load.stopWriting()
    const until = await logs[0]!.cursorAt(topics.incidents, 'latest')
    await load.stopReading(until, settleMs)
    const stored = await readStored(logs[0]!, topics.incidents)
    await settled(load)
    for (const log of logs) await log.close()
    console.log(
      `${name}, seed ${seed}: ${load.acked} acknowledged, ${stored.length} stored, slowest call ${Math.round(load.slowestMs)} ms; ` +
        `${done.length} faults; ${[...load.errors].map(([what, n]) => `${n} × ${what}`).join(', ')}`
    )
    const verdict = judge({ attempts: load.attempts, readers: load.readers, stored, partitions })
    expect(
      [...new Set([...load.wrong, ...verdict])].slice(0, 20),
      `seed ${seed}: ${done.join(', ')}`
    ).toEqual([])
    expect([load.acked > 100, done.length > 0]).toEqual([true, true])
  })
})

/** Waits until each partition has one member again. */
async function settled({ memberships }: ChaosLoad): Promise<void> {
  const isWhole = () =>
    memberships
      .flatMap(each => each.partitions)
      .toSorted((a, b) => a - b)
      .join() === Array.from({ length: partitions }, (_, p) => p).join()
  await waitFor(isWhole, { what: 'each partition to have one member', timeoutMs: settleMs })
  for (const membership of memberships) await membership.leave()
}
