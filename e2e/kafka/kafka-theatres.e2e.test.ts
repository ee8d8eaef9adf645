// Ten theatres divided among three instances of the rules: one rebalance per joining instance,
// takeover of a dead one, additions at run time.

import { computePartition } from '@tocsin/event-log/partitioner'
import { systemClock } from '@tocsin/service/process/clock'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { Fleet, type FleetMember } from '../faults/fleet.ts'
import { must, type RotatingApi } from '../harness/rotating-api.ts'

const kafka = await ownBrokers()
const partitions = 12
/** The theatre that every suite begins with; it has the same weight as the others. */
const world = 'world'
const countries = ['ML', 'BF', 'NE', 'TD', 'SD', 'SS', 'CF', 'CD', 'NG', 'CM'] as const
const patience = { clock: systemClock, patienceMs: 30_000 }

describe.skipIf(kafka.skipped)('ten theatres', () => {
  it('are divided among three instances in one rebalance per joining instance, and taken over from one that dies', {
    timeout: 300_000
  }, async () => {
    const fleet = await Fleet.start({
      partitions,
      instances: { intake: 1, rules: 3, notifier: 1 },
      env: { TOCSIN_KAFKA_SESSION_MS: '6000' }
    })
    const notifier = fleet.api('notifier')
    const intake = fleet.api('intake')
    try {
      const [first, second, third] = fleet.of('rules') as [FleetMember, FleetMember, FleetMember]
      await Promise.all([second.stop(), third.stop()])
      for (const country of countries) await declare(notifier, theatreOf(country), country)
      await spread([first], [11])
      const rebalancesBefore = await metric(first, 'tocsin_kafka_rebalances_total')
      const startedMs = performance.now()
      await Promise.all([second.start(), third.start()])
      await spread([first, second, third], [3, 4, 4])
      const spreadMs = performance.now() - startedMs
      const rebalances = (await metric(first, 'tocsin_kafka_rebalances_total')) - rebalancesBefore

      expect(rebalances).toBeLessThanOrEqual(2)
      const killedMs = performance.now()
      await third.process.kill9()
      await spread([first, second], [5, 6])
      const takenOverMs = performance.now() - killedMs

      await declare(notifier, 'added', 'BI')
      const report = {
        source: { id: 'hand' },
        occurred: day(),
        category: 'attack',
        location: { country: 'BI', lat: -3.4, lon: 29.4 }
      }
      const posted = await intake.callPatiently('POST', '/v1/reports', { body: report }, patience)
      expect(posted).toMatchObject({ status: 202, body: { theatre: 'added' } })
      const id = (posted.body as { reportId: string }).reportId
      const read = await intake.callPatiently('GET', `/v1/reports/${id}?wait=10`, {}, patience)
      expect(read.body).toMatchObject({ incident: { incidentId: expect.any(String) } })
      console.log(
        `ten theatres and the world over three instances: ${rebalances} rebalance(s), ${spreadMs.toFixed(0)} ms from the start of two processes; ` +
          `five and six ${takenOverMs.toFixed(0)} ms after a kill (session 6 s)`
      )
    } catch (error) {
      console.error(fleet.outputs())
      throw error
    } finally {
      await Promise.all([notifier.close(), intake.close()])
      await fleet.end()
    }
  })
})

const theatres = [world, ...countries.map(theatreOf)]

function theatreOf(country: string): string {
  return `theatre-${country.toLowerCase()}`
}

async function declare(notifier: RotatingApi, theatre: string, country: string): Promise<void> {
  await must(notifier, 'PUT', `/v1/theatres/${theatre}`, { countries: [country], clock: 'wall' })
}

/**
 * Waits until the theatres are divided in these numbers, in any order, and every instance is ready.
 */
async function spread(members: readonly FleetMember[], wanted: readonly number[]): Promise<void> {
  let last: readonly number[] = []
  await waitFor(
    async () => {
      const owned = await Promise.all(members.map(ownedPartitions))
      if (new Set(owned.flat()).size !== partitions || owned.flat().length !== partitions)
        return false
      const counts = owned.map(
        own =>
          theatres.filter(theatre => own.includes(computePartition(theatre, partitions))).length
      )
      last = counts.toSorted((a, b) => a - b)
      const ready = await Promise.all(
        members.map(({ url }) => fetch(`${url}/readyz`).then(answer => answer.ok))
      )
      return JSON.stringify(last) === JSON.stringify(wanted) && ready.every(Boolean)
    },
    { what: `division ${wanted.join(', ')} of the theatres`, timeoutMs: 60_000, intervalMs: 50 }
  ).catch(error => {
    throw new Error(`${(error as Error).message}; it was ${last.join(', ')}`)
  })
}

async function ownedPartitions(member: FleetMember): Promise<readonly number[]> {
  const text = await (await fetch(`${member.url}/metrics`)).text()
  const series = text.matchAll(/^tocsin_rules_partition_lag_records\{partition="(\d+)"\}/gm)
  return [...series].map(([, partition]) => Number(partition))
}

async function metric(member: FleetMember, name: string): Promise<number> {
  const text = await (await fetch(`${member.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}

function day(): { from: string; to: string } {
  const today = new Date().toISOString().slice(0, 10)
  return { from: today, to: today }
}
