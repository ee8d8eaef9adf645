// A rolling restart, as in every upgrade: while reports arrive, each of the nine containers is
// stopped and started again, one after the other. Clients continue at another instance; nothing
// acknowledged is lost, no alert is missed or shown twice.

import { SuiteApi } from '@tocsin/host/client/suite-api'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { describe, expect, it } from 'vitest'
import { AttackStory } from '../faults/attack-story.ts'
import { seededRandom } from '../faults/seeded-random.ts'
import { nextOf, RotatingApi } from '../harness/rotating-api.ts'
import { fullRun } from '../harness/test-size.ts'
import { readComposeFile } from './compose-file.ts'
import { ContainerStack } from './container-stack.ts'
import { findEngine } from './engine.ts'
import type { RunningService } from './running-service.ts'
import { testSecrets } from './test-secrets.ts'
import { Timed } from './timed-calls.ts'
import { wholeFeed } from './whole-feed.ts'

const services = readComposeFile()
const { engine } = await findEngine([...new Set(services.map(({ image }) => image))])
const seed = Number(process.env.TOCSIN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const theatre = 'rolling'
const start = '2024-01-01T00:00:00Z'

if (!fullRun)
  console.warn(
    'LEFT TO THE LONG RUN (TOCSIN_TEST_FULL=1): a rolling restart of containers; e2e/kafka/kafka-rolling does it with processes'
  )

describe.skipIf(engine === null || !fullRun)('a rolling restart of all containers', () => {
  it(`loses no report, and no client misses an alert (seed ${seed})`, {
    timeout: 600_000
  }, async () => {
    const secrets = testSecrets()
    const key = secrets.TOCSIN_OWNER_KEY
    const stack = await ContainerStack.start({ client: engine!, services, secrets })
    const own = stack.all.filter(({ name }) => name !== 'kafka')
    const urls = (role: string) => stack.those(role).map(({ url }) => url)
    const [intake, notifier] = [
      new RotatingApi(urls('intake'), key),
      new RotatingApi(urls('notifier'), key)
    ]
    // Each connection goes to the next notifier: cursors must be valid at all of them.
    const stream = new StreamClient(nextOf(urls('notifier'), { key, from: 'earliest' }))
    try {
      await Promise.all(own.map(service => service.ready()))
      await declare(notifier)
      await stream.open()
      const timed = new Timed(intake)
      const poster = new AttackStory({
        intake: timed,
        notifier,
        theatre,
        start,
        random: seededRandom(seed)
      })
      const stop = new AbortController()
      const posting = poster.run(stop.signal)
      const more = async (what: string) => {
        const before = poster.acknowledged.length
        await waitFor(() => poster.acknowledged.length > before + 20, {
          what: `reports ${what}`,
          timeoutMs: 60_000
        })
      }
      await more('before the restart')
      for (const service of own) {
        expect(`${service.name} ${await service.stop()}`).toBe(`${service.name} 0`)
        await service.start()
        await service.ready()
        await more(`after ${service.name} was restarted`)
      }
      stop.abort()
      await posting

      const feeds = await Promise.all(
        stack.those('notifier').map(instance => feedAtRest(instance, key))
      )
      expect(feeds[1]).toEqual(feeds[0])
      expect(feeds[2]).toEqual(feeds[0])
      await waitFor(() => feeds[0]!.every(({ id }) => stream.chain.seen.has(id)), {
        what: 'frame of every alert',
        timeoutMs: 60_000
      })
      expect(stream.violations).toEqual([])
      expect(stream.chain.seen.size).toBe(feeds[0]!.length)
      expect(poster.refused).toEqual([])
      expect(await lost(poster, intake)).toEqual([])
      expect(feeds[0]!.length).toBeGreaterThan(0)
      console.log(
        `${own.length} containers restarted one by one: ${poster.acknowledged.length} acknowledged (${timed.figures()}), ` +
          `${poster.unanswered} sent again elsewhere, ${feeds[0]!.length} alert events over ${stream.subscriptions} connections; seed ${seed}`
      )
    } catch (error) {
      console.error(await stack.logs())
      throw error
    } finally {
      stream.close()
      await Promise.all([intake.close(), notifier.close()])
      await stack.remove()
    }
  })
})

async function declare(notifier: RotatingApi): Promise<void> {
  const patience = { clock: systemClock, patienceMs: 30_000 }
  const theatreBody = { countries: ['ML'], clock: 'replay' }
  const declared = await notifier.callPatiently(
    'PUT',
    `/v1/theatres/${theatre}`,
    { body: theatreBody },
    patience
  )
  const cursor = declared.cursor
  const ticked = await notifier.callPatiently(
    'POST',
    `/v1/theatres/${theatre}/ticks`,
    { body: { to: start }, cursor },
    patience
  )
  expect([declared.problem, ticked.problem]).toEqual([null, null])
}

/** The feed, once nothing new has arrived for two seconds. */
async function feedAtRest(instance: RunningService, key: string) {
  const api = new SuiteApi({ url: instance.url, key })
  try {
    for (let before = -1; ; ) {
      const events = await wholeFeed(api, theatre)
      if (events.length === before) return events
      before = events.length
      await systemClock.sleep(2_000)
    }
  } finally {
    await api.close()
  }
}

/** Acknowledged reports that intake does not know, whichever instance is asked. */
async function lost(poster: AttackStory, intake: RotatingApi): Promise<readonly string[]> {
  const missing: string[] = []
  for (const reportId of new Set(poster.acknowledged.map(({ reportId }) => reportId))) {
    const answer = await intake.callPatiently(
      'GET',
      `/v1/reports/${reportId}`,
      {},
      { clock: systemClock, patienceMs: 10_000 }
    )
    const known = answer.body as { readonly revision: number; readonly withdrawn: object | null }
    const actions = poster.acknowledged
      .filter(one => one.reportId === reportId)
      .map(({ action }) => action)
    if (answer.problem) missing.push(`${reportId}: ${answer.problem.code}`)
    else if (actions.includes('DELETE') && known.withdrawn === null)
      missing.push(`withdrawal of ${reportId}`)
    else if (actions.filter(action => action !== 'DELETE').length > known.revision)
      missing.push(`a revision of ${reportId}`)
  }
  return missing
}
