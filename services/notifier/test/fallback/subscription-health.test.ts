// Lag and success of one subscription, over HTTP and for Prometheus.

import { describe, expect, it } from 'vitest'
import { metricsLabelOf } from '../../src/webhook/subscription-health.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const url = 'https://partner.example/hook'

describe('the health of a subscription', () => {
  it('says what waits and how long, what was accepted and what failed, also after another start', async () => {
    const suite = await Suite.start()
    const { id } = (
      await suite.ask('POST', '/v1/subscriptions', { body: { url, order: 'strict' } })
    ).body
    const health = async () => (await suite.ask('GET', `/v1/subscriptions/${id}/health`)).body
    const none = { accepted: 0, failed: 0, share: null }
    expect(await health()).toEqual({
      metricsLabel: metricsLabelOf(id),
      ...{
        pending: 0,
        parked: 0,
        lagSeconds: null,
        acceptedAt: null,
        failure: null,
        hour: none,
        day: none
      },
      attempts: { count: 0, p50Ms: null, p99Ms: null }
    })
    const acceptedAt = new Date(suite.h.clock.nowMs()).toISOString()
    for (let i = 0; i < 3; i++) await suite.h.alerts.write('raised', `a${i}`)
    await settle(60)
    suite.h.network.answer = () => failing
    await suite.h.clock.advance(60_000)
    await suite.h.alerts.write('raised', 'a3')
    const failedAt = new Date(suite.h.clock.nowMs()).toISOString()
    await settle(40)
    await suite.h.clock.advance(500)
    const counts = { accepted: 3, failed: 1, share: 0.75 }
    expect(await health()).toEqual({
      metricsLabel: metricsLabelOf(id),
      ...{
        pending: 1,
        parked: 0,
        lagSeconds: 0.5,
        acceptedAt,
        failure: { at: failedAt, reason: 'server-error', status: 500 }
      },
      ...{ hour: counts, day: counts, attempts: { count: 4, p50Ms: 3, p99Ms: 3 } }
    })
    const again = await new Harness({
      store: suite.h.store,
      network: new FakeNetwork(),
      clock: suite.h.clock
    }).start()
    expect(again.notifier.dispatcher.of(id).endpoint.tally.capture()).toEqual(
      suite.h.notifier.dispatcher.of(id).endpoint.tally.capture()
    )
    await again.kill()
  })
})

it('metrics have a label for so many subscriptions, and one for all others', async () => {
  await using h = await new Harness({ config: { 'notifier.subscriptionsLabelledMax': 2 } }).start()
  for (const each of ['sub_1', 'sub_2', 'sub_3', 'sub_4'])
    await subscribed(h, { subscriptionId: each, url: `${url}/${each}` })
  h.network.answer = request => (request.url.endsWith('sub_1') ? accepted : failing)
  await h.alerts.write('raised', 'a1')
  await settle(80)
  await h.clock.advance(100)
  const lines = (await h.metrics.metrics())
    .split('\n')
    .filter(line => line.startsWith('tocsin_webhook_subscription_'))
  const of = (name: string) =>
    lines.filter(line => line.startsWith(`tocsin_webhook_subscription_${name}{`)).map(labelled)
  const [one, two] = ['sub_1', 'sub_2'].map(metricsLabelOf)
  expect(lines.join()).not.toContain('sub_')
  expect(of('pending')).toEqual([
    [one, 0],
    [two, 1],
    ['other', 2]
  ])
  expect(of('success_ratio')).toEqual([
    [one, 1],
    [two, 0],
    ['other', 0]
  ])
  expect(of('lag_seconds').map(([label, lag]) => [label, Number(lag) > 0])).toEqual([
    [one, false],
    [two, true],
    ['other', true]
  ])
})

function labelled(line: string): readonly [string | undefined, number] {
  const [, label, value] = /subscription="([^"]*)"\} (.*)$/.exec(line) ?? []
  return [label, Number(value)]
}
