// The containers of infra/compose.yaml: a broker and three of each service. The demonstration is
// posted to any of them; the alerts equal those of one process on the embedded log. Faults are in
// e2e/kafka/kafka-placement.e2e.test.ts, with processes.

import { SuiteApi } from '@tocsin/host/client/suite-api'
import { systemClock } from '@tocsin/service/process/clock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { play } from '../harness/play.ts'
import { RotatingApi } from '../harness/rotating-api.ts'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { WholeSuite } from '../harness/whole-suite.ts'
import { readComposeFile } from './compose-file.ts'
import { ContainerStack } from './container-stack.ts'
import { findEngine } from './engine.ts'
import type { RunningService } from './running-service.ts'
import { testSecrets } from './test-secrets.ts'
import { type FedEvent, wholeFeed } from './whole-feed.ts'

// Images of others cannot be pulled everywhere, so Prometheus and Grafana stay out.
const services = readComposeFile().filter(({ image }) => image.startsWith('tocsin/'))
const { engine } = await findEngine([...new Set(services.map(({ image }) => image))])
const theatre = 'sahel'
const tickEveryDays = 14
const secrets = testSecrets()
const ownerKey = secrets.TOCSIN_OWNER_KEY

describe.skipIf(engine === null)('containers on a bridge network', { timeout: 600_000 }, () => {
  let stack: ContainerStack
  let scenario: Scenario
  let embedded: readonly FedEvent[]

  beforeAll(async () => {
    scenario = await readScenario(theatre)
    embedded = await onEmbeddedLog(scenario)
    stack = await ContainerStack.start({ client: engine!, services, secrets })
  }, 300_000)
  afterAll(() => stack?.remove(), 120_000)

  it('are all ready, and healthy by their own checks', async () => {
    await told(stack, async () => {
      for (const service of [stack.service('kafka'), ...instances(stack)]) await service.healthy()
      await Promise.all(instances(stack).map(service => service.ready()))
    })
  })

  it('have a key that reads their metrics, made once', async () => {
    await told(stack, async () => {
      const maker = stack.service('metrics-key')
      expect(await maker.ended()).toBe(0)
      await maker.start()
      expect(await maker.ended()).toBe(0)
      expect((await maker.logs(2)).trim().split('\n')).toEqual([
        'made the key of Prometheus',
        'the key of Prometheus is there'
      ])
    })
  })

  it('make the same alerts as one process on the embedded log', async () => {
    await told(stack, async () => {
      const intake = new RotatingApi(urlsOf(stack.those('intake')), ownerKey)
      const notifier = new RotatingApi(urlsOf(stack.those('notifier')), ownerKey)
      try {
        const summary = await play({ intake, notifier }, scenario, {
          tickEveryDays,
          patienceMs: 120_000
        })
        expect(summary).toMatchObject({ posted: 47, refused: 1, finished: true })
        for (const instance of stack.those('notifier'))
          expect(await feedOf(instance.url, embedded.length)).toEqual(embedded)
      } finally {
        await Promise.all([intake.close(), notifier.close()])
      }
    })
  })

  it('stop cleanly, all of them', async () => {
    await told(stack, async () => {
      const own = instances(stack)
      const codes = await Promise.all(
        own.map(async service => [service.name, await service.stop()] as const)
      )
      expect(Object.fromEntries(codes)).toEqual(
        Object.fromEntries(own.map(({ name }) => [name, 0]))
      )
    })
  })
})

/** The alerts of one undisturbed process: the reference. */
async function onEmbeddedLog(scenario: Scenario): Promise<readonly FedEvent[]> {
  const suite = await WholeSuite.start()
  try {
    await play(suite.api, scenario, { tickEveryDays })
    return await feedOf(suite.url, 16, suite.key)
  } finally {
    await suite.end()
  }
}

const instances = (stack: ContainerStack) =>
  ['intake', 'rules', 'notifier'].flatMap(role => stack.those(role))

const urlsOf = (instances: readonly RunningService[]) => instances.map(({ url }) => url)

/** The feed of one instance once it holds at least so many events of the theatre. */
async function feedOf(
  url: string,
  eventsMin: number,
  key = ownerKey
): Promise<readonly FedEvent[]> {
  const api = new SuiteApi({ url, key })
  try {
    for (let tries = 0; ; tries++) {
      const events = await wholeFeed(api, theatre)
      if (events.length >= eventsMin || tries === 100) return events
      await systemClock.sleep(100)
    }
  } finally {
    await api.close()
  }
}

/** Adds the output of the containers to an error. */
async function told(stack: ContainerStack, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    console.error(await stack.logs())
    throw error
  }
}
