// An administrator of one theatre sees nothing of others' subscriptions, and no reader sees the
// query of an address.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted } from '../support/notifier-harness.ts'

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
})

describe('the address of a subscription', () => {
  const words = /s3cret|token|pw0rd/
  it('is shown without its query in every answer, also to its maker and the owner', async () => {
    suite = await Suite.start({ 'webhooks.consent': 'public' })
    suite.h.network.handshake = () => ({ ...accepted, allowedOrigin: '*' })
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
    await settle(30)
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
})
