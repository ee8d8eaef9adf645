// Two notifiers on one log with Kafka's promises: a partner may answer at either, whichever of them
// sends to it.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { beforeEach, expect, it } from 'vitest'
import { Gate } from '../support/gate.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { FakeNetwork } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

let a: Suite
let b: Suite
/** While closed, the second instance reads nothing. */
let gate: Gate
beforeEach(async () => {
  gate = new Gate()
  const config = { publicUrl: 'https://tocsin.example' }
  const shared = {
    config,
    store: new MemoryStore({ partitions: 3 }),
    clock: new ManualClock(),
    network: new FakeNetwork()
  }
  a = await Suite.on({ ...shared, like: 'kafka' })
  const hooks = { beforeDelivery: () => gate.passage }
  b = await Suite.on({ ...shared, like: 'kafka', instance: 1, hooks }, { rules: false })
})

/** Tells a subscription of an alert; gives the press of its link at an instance. */
async function linked(): Promise<
  (suite: Suite) => Promise<{ readonly statusCode: number; readonly body: string }>
> {
  await subscribed(a.h, { handling: 'partners', answerLinks: true })
  await a.h.alerts.write('raised', 'a1', { handling: 'partners' })
  await settle(60)
  await a.h.clock.advance(5_000)
  const [request] = a.h.network.requests
  const { answerurl } = JSON.parse(Buffer.from(request?.body ?? []).toString()) as {
    answerurl: string
  }
  const url = answerurl.slice('https://tocsin.example'.length)
  return suite =>
    suite.host.app.inject({ method: 'POST', url, headers: { host: 'tocsin.example' } })
}

it('answers for what the other instance sent, and an answer at one is the same at the other', async () => {
  const press = await linked()
  const first = await press(b)
  expect(first.statusCode).toBe(200)
  expect((await press(a)).body).toBe(first.body)
  expect((await a.ask('GET', '/v1/alerts/a1')).body).toMatchObject({
    revision: 2,
    operator: { answers: [{ via: 'link' }] }
  })
})

it('refuses the link of a subscription that the other instance deleted just now', async () => {
  const press = await linked()
  gate.shut()
  expect((await a.ask('DELETE', '/v1/subscriptions/sub_1')).status).toBe(204)
  const asked = press(b)
  await settle(20)
  gate.open()
  await settle(20)
  expect((await asked).statusCode).toBe(404)
  expect((await a.ask('GET', '/v1/alerts/a1')).body.revision).toBe(1)
})
