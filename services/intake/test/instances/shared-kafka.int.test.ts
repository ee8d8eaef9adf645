// Three instances of intake on a real Kafka: the same few reports are posted, corrected, moved and
// withdrawn at all of them at once, and texts sealed at two and erased at the third. The result is
// checked as on the log in memory; answer times are printed.

import { randomInt } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { EventLogError } from '@tocsin/event-log/errors'
import { type KafkaLog, openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  aReport,
  hashOfOpen,
  IntakeUnderTest,
  lake,
  owner,
  reportRecords,
  sahel
} from '../support/intake-under-test.ts'
import { bodyOf, type Deed, idOf, judge, type Wish } from '../support/shared-judgement.ts'

const kafka = await kafkaForTests()
const gazetteer = openWorldGazetteer()

describe.skipIf(kafka.skipped !== undefined)('three instances on Kafka', () => {
  const prefix = kafkaPrefix('intake')
  const intakes: IntakeUnderTest[] = []
  const openLog = (partitions: number): Promise<KafkaLog> =>
    openKafkaLog({
      brokers: kafka.brokers ?? [],
      driver: createKafkaJsDriver({ clientId: 'intake-test' }),
      prefix,
      topics: readTopicsFile(),
      partitions
    })

  beforeAll(async () => {
    for (let i = 0; i < 3; i++) {
      // Twelve clients correct twenty reports, as no source does.
      const limits = { requestDeadlineMs: 10_000, logPatienceMs: 5000, correctionsPerHourMax: 0 }
      const intake = await IntakeUnderTest.start({ log: await openLog(3), gazetteer, limits })
      intakes.push(intake)
      if (i === 0) await intake.declare(sahel, lake)
    }
  })
  afterAll(async () => {
    for (const intake of intakes) await intake.close()
  })

  it('converge: one theatre counts each report, with everything that was acknowledged', async () => {
    const deeds: Deed[] = []
    let moments = 0
    const client = async () => {
      for (let i = 0; i < 25; i++) {
        const kind = randomInt(100) < 3 ? 'withdraw' : (['post', 'put'] as const)[randomInt(2)]
        const wish: Wish = {
          kind: kind ?? 'post',
          report: randomInt(20),
          spot: randomInt(3),
          minute: randomInt(10),
          isPatient: false
        }
        const body = bodyOf(wish)
        const deed: Deed = {
          wish,
          contentHash: hashOfOpen(body),
          began: moments++,
          ended: Number.POSITIVE_INFINITY,
          outcome: ''
        }
        deeds.push(deed)
        const intake = intakes[randomInt(3)] as IntakeUnderTest
        const id = idOf(wish.report)
        const work =
          wish.kind === 'post'
            ? intake.post(body)
            : wish.kind === 'put'
              ? intake.put(id, body)
              : intake.withdraw(id)
        deed.outcome = await work.catch((error: unknown) => {
          if (error instanceof ProblemError || error instanceof EventLogError) return error.code
          throw error
        })
        deed.ended = moments++
      }
    }
    await Promise.all(Array.from({ length: 12 }, client))
    expect(deeds.filter(deed => typeof deed.outcome === 'object').length).toBeGreaterThan(50)
    judge(await reportRecords((intakes[0] as IntakeUnderTest).log), deeds)
  })

  it('decrypt what any of them has sealed, and nothing after one of them has erased it', async () => {
    const secret = (n: number) => ({
      ...aReport,
      externalId: 'S-1',
      reportedAt: `2025-06-02T09:0${n}:00Z`,
      private: { narrative: `Told in confidence to instance ${n}.` }
    })
    const answers = await Promise.all(intakes.map((intake, n) => intake.post(secret(n))))
    const reportId = answers[0]?.reportId ?? ''
    const read = async (intake: IntakeUnderTest) =>
      (await intake.service.reading.read(reportId, owner, 0)).report?.private
    for (const intake of intakes) {
      await intake.folded()
      await expect
        .poll(() => read(intake))
        .toMatchObject({ narrative: 'Told in confidence to instance 2.' })
    }
    expect(await (intakes[2] as IntakeUnderTest).service.acceptance.erase(reportId, owner)).toBe(
      true
    )
    for (const intake of intakes) await expect.poll(() => read(intake)).toBeNull()
    const { reportId: same } = await (intakes[0] as IntakeUnderTest).put(reportId, secret(9))
    await (intakes[1] as IntakeUnderTest).folded()
    await expect
      .poll(() => read(intakes[1] as IntakeUnderTest))
      .toMatchObject({ narrative: 'Told in confidence to instance 9.' })
    expect(same).toBe(reportId)
  })
})
