// Times to partners' answers by subscription: right to the second, and told to whoever may know of
// the subscription.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing } from '../support/notifier-harness.ts'

let suite: Suite
let store: MemoryStore
beforeEach(async () => {
  store = new MemoryStore()
  suite = await Suite.on({ store, config: { publicUrl: 'https://tocsin.example/' } })
})

const holding = ['subscriptions:manage', 'alerts:read']
const partnerKey = (name: string, more: object = {}) =>
  suite.key(holding, { name, handling: 'partners', ...more })
const subscription = async (key: string, more: object = {}) => {
  const body = { url: 'https://own.example/hook', answerLinks: true, ...more }
  return (await suite.ask('POST', '/v1/subscriptions', { body, key })).body.id as string
}
// The writer of alerts moves its clock by a second for each event; deliveries have that of the
// suite.
const write = async (...[name, id, more]: Parameters<Suite['h']['alerts']['write']>) => {
  await suite.h.alerts.write(name, id, { handling: 'partners', ...more })
  await settle(60)
}
let others = 0
const passSeconds = async (count: number) => {
  for (let i = 0; i < count; i++)
    await write('raised', `other-${others++}`, { handling: 'restricted', theatre: 'coast' })
}
const byRoute = (id: string, key: string, alertId = 'a1') =>
  suite.ask('POST', `/v1/subscriptions/${id}/acknowledgements`, { key, body: { alertId } })
const byLink = async () => {
  const { answerurl } = suite.h.network.events.at(-1) as unknown as { answerurl: string }
  const url = answerurl.replace('https://tocsin.example', '')
  return (await suite.host.app.inject({ method: 'POST', url, headers: { host: 'tocsin.example' } }))
    .statusCode
}
const report = async (key: string, query = '', of = suite) =>
  (await of.ask('GET', `/v1/response-times?by=subscriber${query}`, { key })).body.items
const timeOf = async (alertId: string, type: string) => {
  const { revisions } = (await suite.ask('GET', `/v1/alerts/${alertId}?revisions=50`)).body
  return (
    Date.parse(
      revisions.find((each: { type: string }) => each.type === `tocsin.alert.${type}.v1`).time
    ) / 1000
  )
}

const none = { responded: 0, responseMedianS: null, responseP90S: null }
const answeredIn = (seconds: number) => ({
  ...{
    drill: false,
    called: 1,
    acknowledged: 1,
    acknowledgementMedianS: seconds,
    acknowledgementP90S: seconds
  },
  ...{ ...none, unanswered: 0 }
})
const open = {
  ...{
    drill: false,
    called: 1,
    acknowledged: 0,
    acknowledgementMedianS: null,
    acknowledgementP90S: null
  },
  ...{ ...none, unanswered: 1 }
}

describe('the time to an answer', () => {
  it('is right to the second, by the link and by the route, and the same after a restart', async () => {
    const [river, hill] = [await partnerKey('River'), await partnerKey('Hill')]
    const hillSub = await subscription(hill)
    const riverSub = await subscription(river, { url: 'https://river.example/hook' })
    await write('raised', 'a1')
    await passSeconds(3)
    expect(await report(river)).toEqual([
      { subscriber: 'River', subscriptionId: riverSub, ...open }
    ])
    const isRivers = suite.h.network.requests.at(-1)?.url.includes('river')
    expect([isRivers, await byLink()]).toEqual([true, 200])
    await passSeconds(6)
    expect((await byRoute(hillSub, hill)).status).toBe(200)
    await settle(60)
    const seconds = [await timeOf('a1', 'raised'), await timeOf('a1', 'answered')]
    expect((seconds[1] as number) - (seconds[0] as number)).toBe(4)
    const rows = [
      { subscriber: 'Hill', subscriptionId: hillSub, ...answeredIn(11) },
      { subscriber: 'River', subscriptionId: riverSub, ...answeredIn(4) }
    ]
    expect(await report(suite.owner)).toEqual(rows)
    // A later answer of the same is no other.
    await byRoute(riverSub, river)
    expect(await report(suite.owner)).toEqual(rows)
    const again = await Suite.on(
      { store, config: { publicUrl: 'https://tocsin.example/' }, instance: 1 },
      { rules: false }
    )
    expect(await report(suite.owner, '', again)).toEqual(rows)
  })

  it('begins when the endpoint had the alert, and is told as CSV', async () => {
    const river = await partnerKey('River')
    const sub = await subscription(river, { schedule: [5] })
    suite.h.network.answer = () => failing
    await write('raised', 'a1')
    expect(await report(river)).toEqual([])
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(5_000)
    await passSeconds(9)
    expect((await byRoute(sub, river)).status).toBe(200)
    await settle(60)
    // Paged at second 1, received at second 5, answered at second 11.
    expect(await report(river)).toEqual([
      { subscriber: 'River', subscriptionId: sub, ...answeredIn(6) }
    ])
    expect(await report(river, '&from=2026-03-01T12:00:05Z')).toHaveLength(1)
    expect(await report(river, '&to=2026-03-01T12:00:05Z')).toEqual([])
    const { body } = await suite.host.app.inject({
      url: '/v1/response-times?by=subscriber&format=csv',
      headers: { authorization: `Bearer ${river}` }
    })
    expect(body.split('\n')[0]).toMatch(/^subscriber,subscriptionId,drill,called,acknowledged,/)
    expect(body.split('\n')[1]).toBe(`River,${sub},false,1,1,6,6,0,,,0`)
  })

  it('in a replay is by its own clock, whenever it was delivered', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'], clock: 'replay' } })
    const river = await partnerKey('River')
    const sub = await subscription(river)
    await suite.h.clock.advance(3_600_000)
    await write('raised', 'a1')
    await passSeconds(2)
    expect((await byRoute(sub, river)).status).toBe(200)
    await settle(60)
    expect(await report(river)).toMatchObject([{ called: 1, acknowledgementMedianS: 3 }])
  })
})

describe('who may know', () => {
  it('a manager of their own subscriptions, an administrator and officers of all within their reach', async () => {
    const [river, hill] = [await partnerKey('River'), await partnerKey('Hill')]
    const riverSub = await subscription(river)
    await subscription(hill, { url: 'https://hill.example/hook' })
    await subscription(suite.owner, { url: 'https://closed.example/hook' })
    await write('raised', 'a1')
    const names = async (key: string) =>
      (await report(key)).map(({ subscriber }: { subscriber: string }) => subscriber)
    expect(await names(river)).toEqual(['River'])
    expect(await names(suite.owner)).toEqual(['Hill', 'River', 'owner'])
    expect(await names(await suite.key(['admin'], { handling: 'internal' }))).toEqual([
      'Hill',
      'River'
    ])
    // Theirs see all theatres.
    expect(await names(await suite.key(['admin'], { theatres: ['sahel'] }))).toEqual([])
    const acting = ['alerts:read', 'alerts:operate']
    expect(await names(await suite.key(acting, { handling: 'internal' }))).toEqual([
      'Hill',
      'River'
    ])
    expect(await names(await suite.key(acting, { handling: 'partners' }))).toEqual([])
    expect(await names(await suite.key(['alerts:read'], { handling: 'restricted' }))).toEqual([])
    expect(await names(await partnerKey('Other'))).toEqual([])
    await byRoute(riverSub, river)
    await settle(60)
    expect(JSON.stringify(await report(hill))).not.toMatch(/River|sub_[^"]*"acknowledged":1/)
  })

  it('tells nothing of alerts that the subscription may not see, nor what it was never told', async () => {
    const river = await partnerKey('River')
    const sub = await subscription(river, { filter: { minSeverity: 'severe' } })
    await write('raised', 'calm')
    await write('raised', 'hidden', { handling: 'internal', severity: 'extreme' })
    await write('raised', 'a1', { severity: 'severe' })
    expect((await byRoute(sub, river)).status).toBe(200)
    await settle(60)
    expect(await report(river)).toMatchObject([{ called: 1, acknowledged: 1 }])
    await write('revised', 'a1', { handling: 'internal', severity: 'severe' })
    expect(await report(river)).toEqual([])
    expect(await report(suite.owner)).toEqual([])
  })
})

describe('the metric of answers', () => {
  it('has the time of the first answer of each subscription, by its label, and none of those that come after', async () => {
    const key = await partnerKey('River')
    const id = await subscription(key)
    await write('raised', 'a1')
    await passSeconds(4)
    expect((await byRoute(id, key)).status).toBe(200)
    await settle(60)
    expect((await byRoute(id, key)).status).toBe(200)
    await settle(60)
    const [row] = await report(key)
    const { metricsLabel } = (await suite.ask('GET', `/v1/subscriptions/${id}/health`, { key }))
      .body
    const text = await suite.h.metrics.metrics()
    const line = (name: string) =>
      text.split('\n').find(each => each.startsWith(`tocsin_subscription_answer_seconds_${name}`))
    expect(line('count')).toBe(
      `tocsin_subscription_answer_seconds_count{subscription="${metricsLabel}"} 1`
    )
    expect(line('sum')?.split(' ').at(-1)).toBe(String(row.acknowledgementMedianS))
    expect(text).not.toContain(id)
  })
})
