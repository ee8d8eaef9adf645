// Lag and success of one subscription, over HTTP.

import { describe, expect, it } from 'vitest'
import { computeMetricsLabel } from '../../src/webhook/subscription-health.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'

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
      metricsLabel: computeMetricsLabel(id),
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
      metricsLabel: computeMetricsLabel(id),
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
    expect(again.notifier.dispatcher.of(id).tally).toEqual(suite.h.notifier.dispatcher.of(id).tally)
    await again.kill()
  })

  it('does not count as late what the policy holds', async () => {
    const suite = await Suite.start()
    const { id } = (await suite.ask('POST', '/v1/subscriptions', { body: { url } })).body
    const health = async () => (await suite.ask('GET', `/v1/subscriptions/${id}/health`)).body
    await suite.h.alerts.write('raised', 'a')
    await suite.h.clock.advance(60_000)
    await suite.h.alerts.write('revised', 'a')
    await suite.h.clock.advance(700_000)
    expect(await health()).toMatchObject({ pending: 1, lagSeconds: null })
    suite.h.network.answer = () => failing
    await suite.h.clock.advance(300_000)
    // The hold is over: it counts from its plan.
    expect(await health()).toMatchObject({ pending: 1, lagSeconds: 1000 })
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(60_000)
    expect(await health()).toMatchObject({ pending: 0 })
    // Both came when the partner asked for them.
    const delays = await suite.h.metrics.getSingleMetricAsString(
      'tocsin_webhook_alert_delay_seconds'
    )
    expect(delays.match(/_count\{.*\} [1-9].*/g)).toBeNull()
  })
})
