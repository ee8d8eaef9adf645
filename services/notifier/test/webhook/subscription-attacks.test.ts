// What a holder of a limited key, an endpoint or a partner could gain by webhooks, and does not.

import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { afterEach, expect, it, vi } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted } from '../support/notifier-harness.ts'

const url = 'https://partner.example/hook'
afterEach(() => void vi.useRealTimers())

const made = async (suite: Suite, more: object = {}, key?: string) =>
  (
    await suite.ask('POST', '/v1/subscriptions', {
      body: { url, policy: null, ...more },
      ...(key ? { key } : {})
    })
  ).body

it('an admin key that ends in an hour cannot redirect a subscription that lives for ever', async () => {
  const suite = await Suite.start()
  const { id } = await made(suite)
  const expiresAt = new Date(suite.h.clock.nowMs() + 3_600_000).toISOString()
  const brief = await suite.ask('POST', '/v1/keys', {
    body: { name: 'brief', scopes: ['admin'], handling: 'restricted', expiresAt }
  })
  const key = brief.body.secret
  const changed = await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
    key,
    body: { url: 'https://thief.example/' }
  })
  const rotated = await suite.ask('POST', `/v1/subscriptions/${id}/rotation`, {
    key,
    body: { overlapHours: 0 }
  })
  expect([changed.status, rotated.status]).toEqual([403, 403])
  await suite.h.alerts.write('raised', 'a1')
  await settle(30)
  expect(suite.h.network.requests.map(r => r.url)).not.toContain('https://thief.example/')
})

it('a test is not sent to who has not consented', async () => {
  const suite = await Suite.start({ 'webhooks.consent': 'public' })
  const { id } = await made(suite)
  await settle(30)
  const before = suite.h.network.requests.length
  for (let i = 0; i < 20; i++) await suite.ask('POST', `/v1/subscriptions/${id}/test`)
  const said = suite.h.network.requests
    .slice(before)
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()).type)
  expect(said).toHaveLength(0)
})

it('a name that does not resolve delays nobody else', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const suite = await Suite.on({
    config: { 'webhooks.consent': 'public' },
    resolve: name =>
      name.startsWith('slow')
        ? new Promise(() => {})
        : Promise.resolve([{ address: '93.184.216.34', family: 4 }])
  })
  const key = await suite.key(['subscriptions:manage', 'alerts:read'])
  const { id } = await made(suite, {}, key)
  let resolved = 0
  const stalls = [1, 2].map(async i => {
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      key,
      body: { url: `https://slow${i}.example/`, policy: null }
    })
    resolved++
  })
  await suite.ask('PUT', '/v1/sources/s1', { body: { reliability: 'A', latenessDays: 1 } })
  expect(resolved).toBe(0)
  // The limit of a look-up passes.
  vi.setTimerTickMode('nextTimerAsync')
  await Promise.all(stalls)
})

it('what was signed for one partner does not pass for another', async () => {
  const suite = await Suite.start()
  const spy = await suite.key(['subscriptions:manage', 'alerts:read'])
  const { id } = await made(suite, { url: 'https://spy.example/' }, spy)
  await suite.h.alerts.write('raised', 'a1')
  await settle(30)
  const [{ headers, body }] = suite.h.network.requests as [WebhookRequest]
  const { keys } = (await suite.ask('GET', '/.well-known/tocsin-keys.json')).body
  const ok = verifyWebhook(
    { headers, body },
    [parseVerifyingKey(keys[0].text)],
    Number(headers['webhook-timestamp'])
  ).ok
  const { subscriptionid } = JSON.parse(Buffer.from(body).toString())
  expect([ok, subscriptionid]).toEqual([true, id])
})

it('a key that is revoked while its delivery waits for a slot sends nothing more', async () => {
  const suite = await Suite.start({ 'notifier.attemptsMax': 2 })
  const made = (
    await suite.ask('POST', '/v1/keys', {
      body: { name: 'k', scopes: ['subscriptions:manage', 'alerts:read'] }
    })
  ).body
  for (const i of [1, 2])
    await suite.ask('POST', '/v1/subscriptions', {
      body: { url: `https://slow${i}.example/`, policy: null }
    })
  await suite.ask('POST', '/v1/subscriptions', {
    key: made.secret,
    body: { url: 'https://revoked.example/', policy: null }
  })
  const opens: (() => void)[] = []
  let isOpen = false
  suite.h.network.answer = async ({ url }) => {
    if (url.includes('slow') && !isOpen) await new Promise<void>(done => opens.push(done))
    return accepted
  }
  await suite.h.alerts.write('raised', 'a1')
  await settle(30)
  await suite.ask('DELETE', `/v1/keys/${made.id}`)
  await settle(30)
  expect(opens.length).toBeGreaterThan(0)
  isOpen = true
  for (const open of opens) open()
  await settle(30)
  expect(suite.h.network.requests.map(r => r.url)).not.toContain('https://revoked.example/')
})

it('PATCH with what GET showed keeps the secret query', async () => {
  const suite = await Suite.start()
  const made = (
    await suite.ask('POST', '/v1/subscriptions', {
      body: { url: 'https://p.example/?token=abcdefgh', policy: null }
    })
  ).body
  await suite.ask('PATCH', `/v1/subscriptions/${made.id}`, {
    body: { url: made.url, contact: 'x' }
  })
  await suite.h.alerts.write('raised', 'a1')
  await settle(30)
  expect(suite.h.network.requests.map(r => r.url)).toEqual(['https://p.example/?token=abcdefgh'])
})

it('endpoints that are quick with alerts and hang with tests and heartbeats leave room for those of others', async () => {
  const suite = await Suite.start({ 'notifier.attemptsMax': 8 })
  const greedy = await suite.key(['subscriptions:manage', 'alerts:read'])
  const ids: string[] = []
  for (let i = 0; i < 20; i++)
    ids.push(
      (await made(suite, { url: `https://greedy-${i}.example/`, heartbeatSeconds: 60 }, greedy)).id
    )
  await made(suite, { url: 'https://quick.example/' })
  await suite.h.alerts.write('raised', 'a1')
  await suite.h.clock.advance(5_000)
  expect(
    suite.h.network.events.filter(({ type }) => type === 'tocsin.alert.raised.v1')
  ).toHaveLength(21)
  suite.h.network.answer = async ({ url: to, body }, signal) => {
    if (!to.includes('greedy') || !Buffer.from(body).toString().includes('tocsin.webhook.'))
      return accepted
    await suite.h.clock.sleep(14_000, signal)
    return accepted
  }
  const tests = ids.map(id => suite.ask('POST', `/v1/subscriptions/${id}/test`, { key: greedy }))
  const again = await suite.ask('POST', `/v1/subscriptions/${ids[0]}/test`, { key: greedy })
  expect([again.status, again.body.code]).toEqual([429, 'too-many'])
  await suite.h.clock.advance(57_000)
  for (let i = 2; i < 6; i++) {
    suite.h.network.requests.splice(0)
    await suite.h.alerts.write('raised', `a${i}`)
    await settle(60)
    expect(suite.h.network.requests.map(r => r.url)).toContain('https://quick.example/')
    await suite.h.clock.advance(3_000)
  }
  await suite.h.clock.advance(60_000)
  expect((await Promise.all(tests)).map(({ status }) => status)).toEqual(ids.map(() => 200))
})
