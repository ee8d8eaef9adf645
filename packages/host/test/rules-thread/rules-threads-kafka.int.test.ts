// One process on Kafka: the rules fold in threads, each a member of the group of rules, so that a
// long fold delays nobody else.

import { assignPartition } from '@tocsin/event-log/partitioner'
import { topics } from '@tocsin/event-log/topics'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HeldThread } from '../support/held-thread.ts'
import { countriesOfCapitals, massacreIn, theatreOf } from '../support/massacres.ts'
import { RunningSuite } from '../support/running-suite.ts'

const kafka = await kafkaForTests()
const patientMs = 60_000
const partitions = 4
const partitionOf = (country: string) =>
  assignPartition(topics.incidents, theatreOf(country), partitions)
/** A country of each partition: the group gives each of the two threads at least one of them. */
const countries = Array.from(
  { length: partitions },
  (_, partition) => countriesOfCapitals.find(country => partitionOf(country) === partition) ?? ''
)

let running: RunningSuite
let thread: HeldThread

/** Posts a massacre of each country; resolves with the ids of the reports. */
async function postMassacres(round: string): Promise<readonly string[]> {
  const answers = countries.map(async country => {
    const body = massacreIn(country, `${round}-${country}`)
    const answer = await running.api.call('POST', '/v1/reports', { body })
    expect(answer).toMatchObject({ status: 202 })
    return (answer.body as { reportId: string }).reportId
  })
  return Promise.all(answers)
}

async function isAlerted(reportId: string): Promise<boolean> {
  const { body } = await running.api.call('GET', `/v1/reports/${reportId}`)
  return ((body as { alerts?: { ruleId: string }[] }).alerts ?? []).some(
    ({ ruleId }) => ruleId === 'mass-casualty'
  )
}

/** Resolves with those that are alerted, once they are so many. */
function alerted(reportIds: readonly string[], count: number): Promise<readonly string[]> {
  const reached = async () => {
    const are = await Promise.all(reportIds.map(isAlerted))
    const found = reportIds.filter((_, index) => are[index])
    return found.length >= count ? found : null
  }
  return waitFor(reached, { what: `${count} alerts`, timeoutMs: patientMs, intervalMs: 50 })
}

async function metric(name: string): Promise<number> {
  const text = String((await running.api.call('GET', '/metrics')).body)
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe.skipIf(kafka.skipped)('a suite on Kafka with its rules in two threads', () => {
  beforeAll(async () => {
    const watch = await HeldThread.watch('rules-thread/thread-entry.ts')
    const log = {
      log: 'kafka',
      brokers: kafka.brokers ?? [],
      'kafka.prefix': kafkaPrefix('threads'),
      partitions
    }
    running = await RunningSuite.start({ rulesThread: true, settings: { ...log, rulesThreads: 2 } })
    thread = await watch.found
    for (const country of countries)
      await running.api.call('PUT', `/v1/theatres/${theatreOf(country)}`, {
        body: { countries: [country] }
      })
  }, 120_000)
  afterAll(() => running?.end(), 60_000)

  it('folds the theatres of all partitions, divided between the threads by their group', async () => {
    const posted = await postMassacres('first')
    expect(await alerted(posted, partitions)).toEqual(posted)
    expect(await metric('tocsin_rules_partitions')).toBe(partitions)
    expect((await running.api.call('GET', '/readyz')).status).toBe(200)
  }, 120_000)

  it('counts what the threads do on the log with what the rest does, each name once', async () => {
    const text = String((await running.api.call('GET', '/metrics')).body)
    const names = text.match(/^# TYPE \S+/gm) ?? []
    expect(new Set(names).size).toBe(names.length)
    // Only the threads are members of a group whose partitions are divided: intake and the notifier
    // join none here.
    expect(await metric('tocsin_kafka_rebalances_total')).toBeGreaterThanOrEqual(2)
  })

  it('is delayed by a long fold in no other theatre and in no other service', async () => {
    await thread.hold()
    let posted: readonly string[]
    try {
      posted = await postMassacres('held')
      const others = await Promise.all(
        ['/v1/alerts', '/v1/incidents', '/readyz', '/metrics'].map(p => running.api.call('GET', p))
      )
      expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      const meanwhile = await alerted(posted, 1)
      expect(meanwhile.length).toBeLessThan(partitions)
    } finally {
      await thread.letGo()
    }
    expect(await alerted(posted, partitions)).toEqual(posted)
  }, 120_000)
})
