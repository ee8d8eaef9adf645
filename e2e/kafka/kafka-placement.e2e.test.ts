// Promise 3, placement-free: the same scenario gives the same alert bytes on the embedded log and
// on Kafka, with 1, 3 and 12 partitions and 1 to 3 instances of each service, under random kills,
// pauses and network cuts. Only in the long form: one combination takes three minutes. Without it
// kafka-theatres checks a takeover on Kafka, and the simulator several rules instances.
// TOCSIN_TEST_SEED repeats the faults.

import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fleet } from '../faults/fleet.ts'
import { seededRandom } from '../faults/seeded-random.ts'
import { Trouble } from '../faults/trouble.ts'
import { alertBytesIn, settledIn } from '../harness/logs.ts'
import { play } from '../harness/play.ts'
import type { RotatingApi } from '../harness/rotating-api.ts'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { fullRun } from '../harness/test-size.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const kafka = await ownBrokers()
const seed = Number(process.env.TOCSIN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const tickEveryDays = 7
const combinations = [1, 3, 12].flatMap(partitions =>
  [1, 2, 3].map(instances => ({ partitions, instances }))
)
/**
 * A session expires after this long: pauses are longer, so that others take over and the paused
 * instance wakes up late.
 */
const sessionMs = 15_000
const troubleMs = 60_000
/** Faults of a minute need time to occur: the two years of the scenario then take three minutes. */
const daysPerSecond = 4
/** The only instance of a service may fail repeatedly before a call succeeds. */
const patienceMs = 20 * troubleMs

describe.skipIf(kafka.skipped || !fullRun)(`the scenario on Kafka (seed ${seed})`, () => {
  let scenario: Scenario
  let embedded: readonly string[]

  beforeAll(async () => {
    scenario = await readScenario('sahel')
    const suite = await WholeSuite.start()
    try {
      await playAll(suite.api, suite.api, 0)
      embedded = await suite.withLog(async log => {
        await settledIn(log)
        return alertBytesIn(log, scenario.setup.theatre.id)
      })
    } finally {
      await suite.end()
    }
  }, 300_000)

  afterAll(() =>
    console.log(`placement: compared with ${embedded.length} alert events of the embedded log`)
  )

  async function playAll(
    intake: Pick<RotatingApi, 'callPatiently'>,
    notifier: Pick<RotatingApi, 'callPatiently'>,
    pace: number
  ) {
    const summary = await play({ intake, notifier }, scenario, {
      tickEveryDays,
      patienceMs,
      daysPerSecond: pace
    })
    expect(summary).toMatchObject({ posted: 47, refused: 1, finished: true })
  }

  it.for(combinations)(
    'makes the same alerts with $partitions partitions and $instances instances of each',
    { timeout: 3_600_000 },
    async ({ partitions, instances }) => {
      const fleet = await Fleet.start({
        partitions,
        instances: { intake: instances, rules: instances, notifier: instances },
        env: {
          TOCSIN_KAFKA_SESSION_MS: String(sessionMs),
          TOCSIN_TEST_RULES_SNAPSHOT_EVERY_RECORDS: '20'
        }
      })
      const trouble = new Trouble({
        fleet,
        random: seededRandom(seed + partitions * 10 + instances),
        lastsMs: troubleMs,
        // With one instance of each, all three must be up for any progress: continuous faults would
        // never end.
        ...(instances === 1 ? { atOnce: 1, restsMsMax: troubleMs / 4 } : { atOnce: 2 })
      })
      const intake = fleet.api('intake')
      const notifier = fleet.api('notifier')
      try {
        trouble.begin()
        await playAll(intake, notifier, daysPerSecond)
        await trouble.end()
        const bytes = await fleet.withLog(async log => {
          await settledIn(log, 120_000)
          return alertBytesIn(log, scenario.setup.theatre.id)
        })
        expect(bytes).toEqual(embedded)
        // One fault of a minute at a time, in three minutes, for one instance of each.
        const faults = Object.values(trouble.counts).reduce((sum, count) => sum + count)
        expect(faults).toBeGreaterThanOrEqual(instances === 1 ? 2 : 4)
        console.log(
          `placement ${partitions} × ${instances}: ${bytes.length} alert events, the same through ${JSON.stringify(trouble.counts)}`
        )
      } catch (error) {
        console.error(fleet.outputs())
        throw error
      } finally {
        await Promise.all([intake.close(), notifier.close()])
        await fleet.end()
      }
    }
  )
})
