// An administrator of one theatre sees nothing of others' subscriptions, and no reader sees the
// query of an address.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { subscribed } from '../support/subscribing.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const secretUrl = 'https://partner.example/hook?token=s3cret-of-the-partner'
const local = { theatres: ['sahel'], handling: 'partners' } as const
const subscribe = async (key: string, more: object = {}) =>
  (await suite.ask('POST', '/v1/subscriptions', { key, body: { url: secretUrl, ...more } })).body
const idsOf = (answer: { body: { items: { id: string }[] } }) =>
  answer.body.items.map(({ id }) => id).sort()

const routes = [
  ['GET', '', undefined],
  ['DELETE', '', undefined],
  ['GET', '/deliveries', undefined],
  ['POST', '/replay', { failed: true }],
  ['POST', '/test', undefined]
] as const

describe('subscriptions beyond the reach of an administrator', () => {
  it.each([
    ['of all theatres', { theatres: '*', handling: 'public' }],
    ['of another theatre', { theatres: ['coast'], handling: 'public' }],
    ['of its own theatre and another', { theatres: ['sahel', 'coast'], handling: 'public' }],
    ['above its handling', { theatres: ['sahel'], handling: 'internal' }]
  ])('%s are not listed, and answer on every route like unknown ones', async (_which, view) => {
    const key = await suite.key(['admin'], local)
    const made = await subscribe(await suite.key(['admin'], view))
    const own = await subscribe(key)
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    const sent = suite.h.network.requests.length
    expect(idsOf(await suite.ask('GET', '/v1/subscriptions', { key }))).toEqual([own.id])
    for (const [method, path, body] of routes) {
      const of = (id: string) => suite.ask(method, `/v1/subscriptions/${id}${path}`, { key, body })
      const [hidden, unknown] = [await of(made.id), await of('sub_none')]
      const told = ({ status, body: { instance: _, ...problem } }: typeof hidden) => [
        method,
        path,
        status,
        problem
      ]
      expect([hidden.status, told(hidden)]).toEqual([404, told(unknown)])
      expect([...Object.keys(hidden.headers)].sort()).toEqual(
        [...Object.keys(unknown.headers)].sort()
      )
    }
    await settle(30)
    expect(suite.h.network.requests).toHaveLength(sent)
    expect((await suite.ask('GET', `/v1/subscriptions/${made.id}`)).body).toMatchObject({
      id: made.id,
      status: 'active'
    })
  })

  it('are the only limit: within it all are listed and can be deleted', async () => {
    const key = await suite.key(['admin'], local)
    const made = await subscribe(
      await suite.key(['subscriptions:manage', 'alerts:read'], {
        theatres: ['sahel'],
        handling: 'public'
      })
    )
    expect(idsOf(await suite.ask('GET', '/v1/subscriptions', { key }))).toEqual([made.id])
    expect((await suite.ask('DELETE', `/v1/subscriptions/${made.id}`, { key })).status).toBe(204)
  })
})

describe('the address of a subscription', () => {
  const words = /s3cret|token|pw0rd/
  it('is shown without its query in every answer, also to its maker and the owner', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], local)
    suite.h.network.answer = ({ url }) => ({
      kind: 'response',
      status: 500,
      retryAfter: null,
      excerpt: `no route ${url}`,
      durationMs: 1
    })
    const made = await subscribe(key)
    expect(made.url).toBe('https://partner.example/hook?***')
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    const answers = []
    for (const [method, path] of [
      ['GET', '/v1/subscriptions'],
      ['GET', `/v1/subscriptions/${made.id}`],
      ['GET', `/v1/subscriptions/${made.id}/deliveries`],
      ['POST', `/v1/subscriptions/${made.id}/test`]
    ] as const)
      for (const by of [key, suite.owner])
        answers.push((await suite.ask(method, path, { key: by })).body)
    expect(JSON.stringify(answers)).toContain('no route https://partner.example/hook?***')
    expect(JSON.stringify([made, ...answers])).not.toMatch(words)
    expect(suite.h.network.requests.every(({ url }) => url === secretUrl)).toBe(true)
  })

  it('is not repeated when it is refused', async () => {
    for (const url of [
      'https://user:pw0rd@partner.example/?token=s3cret',
      'http://partner.example/?token=s3cret',
      'https://127.0.0.1/?token=s3cret',
      'https://partner.example/#s3cret',
      's3cret',
      `https://partner.example/?token=s3cret${'x'.repeat(3000)}`
    ]) {
      const answer = await suite.ask('POST', '/v1/subscriptions', { body: { url } })
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/url'])
      expect(JSON.stringify(answer.body)).not.toMatch(/s3cret|pw0rd/)
    }
  })

  it('is shown without the user that a record may contain', async () => {
    const { subscriptionId } = await subscribed(suite.h, {
      url: 'https://user:pw0rd@partner.example/hook'
    })
    await settle()
    expect((await suite.ask('GET', `/v1/subscriptions/${subscriptionId}`)).body.url).toBe(
      'https://partner.example/hook'
    )
  })
})

describe('deliveries', () => {
  it('of alerts that a reader may no longer see are not listed, except the left-view one', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], local)
    const made = await subscribe(key)
    await suite.h.alerts.write('raised', 'stays')
    await suite.h.alerts.write('raised', 'leaves')
    await suite.h.alerts.write('revised', 'leaves', { handling: 'restricted' })
    await settle(40)
    const seen = async (by: string) =>
      (
        await suite.ask('GET', `/v1/subscriptions/${made.id}/deliveries`, { key: by })
      ).body.items.map(
        (item: { alertId: string; type: string }) =>
          `${item.alertId} ${item.type.replace(/^tocsin\.alert\.|\.v1$/g, '')}`
      )
    expect(await seen(key)).toEqual(['leaves left-view', 'stays raised'])
    expect(await seen(suite.owner)).toEqual(['leaves left-view', 'leaves raised', 'stays raised'])
    const page = (
      await suite.ask('GET', `/v1/subscriptions/${made.id}/deliveries?limit=1`, { key })
    ).body
    const rest = (
      await suite.ask(
        'GET',
        `/v1/subscriptions/${made.id}/deliveries?limit=1&cursor=${page.next}`,
        { key }
      )
    ).body
    expect([page.items[0].alertId, rest.items[0].alertId, rest.next]).toEqual([
      'leaves',
      'stays',
      null
    ])
  })

  it('that are hidden from a reader are treated like unknown ones in a replay', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], local)
    const made = await subscribe(key)
    const { id } = made
    await suite.h.alerts.write('raised', 'leaves')
    await suite.h.alerts.write('revised', 'leaves', { handling: 'restricted' })
    await settle(40)
    const all = (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries`)).body.items
    const hidden = all.find((item: { type: string }) => item.type.includes('raised')).id
    const replay = (body: object) =>
      suite.ask('POST', `/v1/subscriptions/${id}/replay`, { key, body })
    const [one, unknown] = [
      await replay({ ids: [hidden] }),
      await replay({ ids: ['f'.repeat(hidden.length)] })
    ]
    expect([one.status, one.body.detail.replace(hidden, '')]).toEqual([
      422,
      unknown.body.detail.replace(/f{9,}/, '')
    ])
  })
})
