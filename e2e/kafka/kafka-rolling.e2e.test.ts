// A rolling restart under load: three instances of each service, stopped and started one after the
// other at 500 reports a second (100 in every build, beside other work). No acknowledged report is
// lost, no client misses an alert or gets one twice, no partner misses a webhook; nor do clients as
// they are published, behind a plain balancer, by each transport.

import { computeQuantiles } from '@tocsin/bench/runner/quantiles'
import { ReportPoster } from '@tocsin/testing/client/report-poster'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { RunningClient } from '../client/running-client.ts'
import { AttackStory } from '../faults/attack-story.ts'
import { Fleet } from '../faults/fleet.ts'
import { loadIdentity, loadReportId } from '../faults/load-reports.ts'
import { seededRandom } from '../faults/seeded-random.ts'
import { alertsIn, settledIn, theatreRecordsIn, toldToPartners } from '../harness/logs.ts'
import { must, nextOf } from '../harness/rotating-api.ts'
import { fullRun } from '../harness/test-size.ts'

const kafka = await ownBrokers()
const seed = Number(process.env.TOCSIN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const reportsPerSecond = Number(process.env.TOCSIN_TEST_RATE ?? 500)
const theatre = 'rolling'
const quietTheatre = 'rolling-quiet'
const start = '2024-01-01T00:00:00Z'
const transports = ['websocket', 'sse', 'pull'] as const

// A minute and a half of nine processes: only in the long form, as chaos.
describe.skipIf(kafka.skipped || !fullRun)('a rolling restart of nine processes', () => {
  it(`loses no report and no alert (seed ${seed})`, { timeout: 900_000 }, async () => {
    const fleet = await Fleet.start({
      partitions: 3,
      instances: { intake: 3, rules: 3, notifier: 3 }
    })
    const [intake, notifier] = [fleet.api('intake'), fleet.api('notifier')]
    const load = new ReportPoster({
      urls: fleet.of('intake').map(({ url }) => url),
      key: fleet.key,
      retryMs: 50,
      timeoutMs: 5_000
    })
    const receiver = await WebhookReceiver.listen()
    const urls = fleet.of('notifier').map(({ url }) => url)
    const streams = urls.map((_, i) => new StreamClient(nextOf(urls, { key: fleet.key }, i)))
    const balancer = await TcpProxy.listen()
    balancer.balance(urls.map(url => new URL(url).host))
    const published = transports.map(
      transport =>
        new RunningClient(
          { url: `http://${balancer.address}`, token: fleet.key, transports: [transport] },
          { filter: { theatre: [theatre] } }
        )
    )
    try {
      await must(notifier, 'PUT', `/v1/theatres/${theatre}`, { countries: ['ML'], clock: 'replay' })
      await must(notifier, 'PUT', `/v1/theatres/${quietTheatre}`, {
        countries: ['BF', 'NE'],
        clock: 'wall'
      })
      await must(notifier, 'POST', `/v1/theatres/${theatre}/ticks`, { to: start })
      receiver.useSecret(
        String(
          (
            await must(notifier, 'POST', '/v1/subscriptions', {
              url: receiver.url,
              filter: {},
              order: 'strict'
            })
          ).secret
        )
      )
      await Promise.all(streams.map(stream => stream.open()))
      await waitFor(() => published.every(({ transport }) => transport !== null), {
        what: 'clients behind the balancer'
      })

      const stop = new AbortController()
      const poster = new AttackStory({
        intake,
        notifier,
        theatre,
        start,
        random: seededRandom(seed)
      })
      const loadStartMs = performance.now()
      const running = [
        poster.run(stop.signal),
        load.postAtRate({
          perSecond: reportsPerSecond,
          body: number => ({ ...ordinaryReport(number), ...loadIdentity(number) }),
          signal: stop.signal
        })
      ]
      const tookMs: number[] = []
      for (const member of fleet.members) {
        const startedMs = performance.now()
        await member.restartInOrder()
        tookMs.push(performance.now() - startedMs)
        const before = poster.acknowledged.length
        await waitFor(() => poster.acknowledged.length > before + 10, {
          what: `reports after the restart of ${member.name}`,
          timeoutMs: 180_000
        })
      }
      stop.abort()
      await Promise.all(running)
      const perSecond = load.outcomes.length / ((performance.now() - loadStartMs) / 1000)
      const loadMs = load.outcomes.map(({ tookMs }) => tookMs)

      const { alerts, reports } = await fleet.withLog(async log => {
        await settledIn(log, 120_000)
        const records = await theatreRecordsIn(log, null)
        const taken = records.flatMap(record =>
          record.type === 'report.received' ? [record.data.reportId] : []
        )
        return { alerts: await alertsIn(log, theatre), reports: new Set(taken) }
      })
      for (const [i, stream] of streams.entries())
        await waitFor(() => alerts.every(alert => stream.chain.seen.has(alert.id)), {
          what: `every alert at client ${i + 1}`,
          timeoutMs: 60_000
        })
      const inOrder = alerts.map(({ id }) => id)
      await waitFor(() => published.every(({ events }) => events.length >= inOrder.length), {
        what: 'every alert behind the balancer',
        timeoutMs: 60_000
      })
      const due = toldToPartners(alerts)
      await waitFor(
        () => due.every(alert => receiver.events.some(event => event.id === alert.id)),
        {
          what: 'webhook of every alert',
          timeoutMs: 120_000
        }
      )

      expect(perSecond).toBeGreaterThan(reportsPerSecond * 0.9)
      expect(load.outcomes.filter(({ status }) => status !== 202)).toEqual([])
      expect(poster.refused).toEqual([])
      expect(
        [
          ...load.accepted.map(({ number }) => loadReportId(number)),
          ...poster.acknowledged.map(({ reportId }) => reportId)
        ].filter(id => !reports.has(id))
      ).toEqual([])
      expect(streams.flatMap(stream => stream.violations)).toEqual([])
      expect(receiver.violations).toEqual([])
      for (const { events } of published) expect(events).toEqual(inOrder)
      expect(alerts.length).toBeGreaterThan(20)
      const took = computeQuantiles(loadMs)
      console.log(
        `rolling restart of ${fleet.members.length} processes (seed ${seed}), ${Math.round(Math.max(...tookMs))} ms the longest: ` +
          `${load.accepted.length} reports at ${Math.round(perSecond)}/s, acknowledged after p50 ${took.p50Ms.toFixed(1)}, p99 ${took.p99Ms.toFixed(0)}, ` +
          `longest ${Math.max(...loadMs).toFixed(0)} ms, ${load.repeats} tries repeated; 0 lost. ${alerts.length} alert events, each once at ` +
          `${streams.length} clients over ${streams.reduce((sum, stream) => sum + stream.subscriptions, 0)} connections; ` +
          `${receiver.events.length} webhooks and ${receiver.chain.repeats} repeats`
      )
    } catch (error) {
      console.error(fleet.outputs())
      throw error
    } finally {
      for (const stream of streams) stream.close()
      for (const { client } of published) client.close()
      await balancer.close()
      await Promise.all([receiver.close(), intake.close(), notifier.close(), load.close()])
      await fleet.end()
    }
  })
})

/** A current report that fits no pattern, in the other theatre. */
function ordinaryReport(number: number): object {
  const day = new Date().toISOString().slice(0, 10)
  return {
    occurred: { from: day, to: day },
    category: 'protest',
    location: {
      country: 'BF',
      lat: 11.5 + (number % 200) * 0.01,
      lon: -2 + (number % 90) * 0.01,
      radiusKm: 5
    },
    credibility: 3,
    handling: 'partners'
  }
}
