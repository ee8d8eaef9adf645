// An endpoint is sent nothing before it has said that it wants what is sent; afterwards heartbeats
// show that its silence is quiet.

import { topics } from '@tocsin/event-log/topics'
import { allStored } from '@tocsin/testing/report/stored-records'
import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing } from '../support/notifier-harness.ts'

const url = 'https://partner.example/hook'

interface Sent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

const asking = (config: object = {}) => Suite.start({ 'webhooks.consent': 'public', ...config })
const eventOf = ({ body }: WebhookRequest): Sent => JSON.parse(Buffer.from(body).toString())
const typesAt = (suite: Suite) => suite.h.network.requests.map(request => eventOf(request).type)
const echo = (request: WebhookRequest) => {
  const { type, data } = eventOf(request)
  return type === 'tocsin.webhook.challenge.v1'
    ? { ...accepted, excerpt: JSON.stringify({ challenge: data.challenge }) }
    : accepted
}
const made = async (suite: Suite, more: object = {}) =>
  (await suite.ask('POST', '/v1/subscriptions', { body: { url, policy: null, ...more } })).body
const statusOf = async (suite: Suite, id: string) =>
  (await suite.ask('GET', `/v1/subscriptions/${id}`)).body.status

describe('the consent of an endpoint', () => {
  it('is asked by the handshake first: who grants it is not challenged, and gets what came meanwhile', async () => {
    const suite = await asking()
    const origins: unknown[] = []
    suite.h.network.handshake = ({ headers }) => {
      origins.push(headers['webhook-request-origin'])
      return origins.length < 2 ? failing : { ...accepted, allowedOrigin: '*' }
    }
    suite.h.network.answer = () => failing
    const { id, status } = await made(suite)
    expect(status).toBe('unconfirmed')
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    expect(typesAt(suite)).toEqual(['tocsin.webhook.challenge.v1'])
    expect(await statusOf(suite, id)).toBe('unconfirmed')
    suite.h.network.answer = () => accepted
    await suite.h.clock.advance(5_000)
    await settle(40)
    expect(origins).toEqual(['tocsin', 'tocsin'])
    expect(await statusOf(suite, id)).toBe('active')
    expect(typesAt(suite)).toEqual(['tocsin.webhook.challenge.v1', 'tocsin.alert.raised.v1'])
  })

  it('is shown while it is missing: how often it was asked, the last answer, until when', async () => {
    const suite = await asking()
    suite.h.network.answer = () => ({ ...failing, status: 400, excerpt: 'invalid_payload' })
    const { id, consent, warnings } = await made(suite)
    expect([consent.asked, consent.last, warnings]).toEqual([1, null, undefined])
    await settle(30)
    await suite.h.clock.advance(20_000)
    await settle(40)
    const asked = {
      asked: 3,
      nextAt: '2026-03-01T12:01:20.000Z',
      until: '2026-03-04T12:00:00.000Z',
      last: { at: '2026-03-01T12:00:20.000Z', status: 400, reason: '' }
    }
    const shown = (await suite.ask('GET', `/v1/subscriptions/${id}`)).body
    expect(shown).toMatchObject({ status: 'unconfirmed', consent: asked })
    const health = (await suite.ask('GET', `/v1/subscriptions/${id}/health`)).body
    expect(health.consent).toEqual(asked)
  })

  it('cannot be given by a chat or paging service: the answer to the creation says so', async () => {
    const suite = await asking()
    const hook = 'https://chat.googleapis.com/v1/spaces/x'
    const { warnings } = (await suite.ask('POST', '/v1/subscriptions', { body: { url: hook } }))
      .body
    expect(warnings).toEqual([
      { pointer: '/url', detail: expect.stringMatching(/^Google Chat cannot say/) }
    ])
  })

  it('is given by an echo of the signed challenge', async () => {
    const suite = await asking()
    suite.h.network.answer = echo
    const { id, secret } = await made(suite)
    await settle(40)
    expect(await statusOf(suite, id)).toBe('active')
    const [{ headers, body }] = suite.h.network.requests as [WebhookRequest]
    const nowS = Number(headers['webhook-timestamp'])
    expect(verifyWebhook({ headers, body }, [parseVerifyingKey(secret)], nowS).ok).toBe(true)
  })

  it('is not given by 200 alone: nothing is sent to who never asked for it', async () => {
    const suite = await asking()
    const { id } = await made(suite)
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.clock.advance(120_000)
    await settle(40)
    expect(suite.h.network.requests.length).toBeGreaterThan(2)
    expect(new Set(typesAt(suite))).toEqual(new Set(['tocsin.webhook.challenge.v1']))
    expect(await statusOf(suite, id)).toBe('unconfirmed')
  })

  it('given with a rate is kept to it: no more requests in any minute, and the first ones at once', async () => {
    const suite = await asking()
    suite.h.network.handshake = () => ({ ...accepted, allowedOrigin: '*', allowedRate: '3' })
    const { id } = await made(suite)
    await settle(40)
    const atMs: number[] = []
    suite.h.network.answer = () => {
      atMs.push(suite.h.clock.nowMs())
      return accepted
    }
    await suite.ask('POST', `/v1/subscriptions/${id}/test`)
    for (let i = 0; i < 8; i++)
      await suite.h.alerts.write('raised', `a${i}`, { severity: 'extreme' })
    await suite.h.clock.advance(1_000)
    expect(atMs).toHaveLength(3)
    await suite.h.clock.advance(200_000)
    expect(atMs).toHaveLength(9)
    for (const [i, ms] of atMs.entries())
      if (i >= 3) expect(ms - (atMs[i - 3] as number)).toBeGreaterThanOrEqual(60_000)
  })

  it('holds for one address: a new one is asked again, and what is pending waits for it', async () => {
    const suite = await asking()
    suite.h.network.answer = echo
    const { id } = await made(suite)
    await settle(40)
    suite.h.network.answer = () => accepted
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { contact: 'desk' } })
    expect(await statusOf(suite, id)).toBe('active')
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { url: 'https://third.example/' } })
    await suite.h.alerts.write('raised', 'a1')
    await settle(40)
    // No sooner than a minute after the first asking: else changing an address would be a way to
    // send requests.
    expect(
      suite.h.network.requests.filter(request => request.url === 'https://third.example/')
    ).toEqual([])
    await suite.h.clock.advance(60_000)
    await settle(40)
    expect(await statusOf(suite, id)).toBe('unconfirmed')
    const toThird = suite.h.network.requests.filter(
      request => request.url === 'https://third.example/'
    )
    expect(toThird.map(request => eventOf(request).type)).toEqual(['tocsin.webhook.challenge.v1'])
  })

  it('of an endpoint in an opened network is asked there alone; no text of its answers is shown', async () => {
    const suite = await asking({ 'webhooks.allow': ['10.0.0.0/8'] })
    const inside = 'https://10.0.0.7/hook'
    const reaches: unknown[] = []
    suite.h.network.answer = request => {
      reaches.push(request.networks)
      return { ...echo(request), ...(reaches.length > 1 ? { excerpt: 'internal' } : {}) }
    }
    const { id, status } = await made(suite, { url: inside })
    expect(status).toBe('unconfirmed')
    await settle(40)
    const tested = await suite.ask('POST', `/v1/subscriptions/${id}/test`)
    await suite.h.alerts.write('raised', 'a1')
    await settle(40)
    expect(typesAt(suite).map(type => type.split('.')[2])).toEqual(['challenge', 'test', 'raised'])
    expect(reaches).toEqual(Array(3).fill('own'))
    expect(tested.body).toMatchObject({ accepted: true, status: 200 })
    const { body } = await suite.ask('GET', `/v1/subscriptions/${id}/deliveries?sequence=1`)
    expect(body.items[0].last).toMatchObject({ status: 200, excerpt: null })
    expect(JSON.stringify([tested.body, body]) + (await storedText(suite))).not.toMatch(/internal/)
  })

  it('of an endpoint outside keeps it outside, and lets its subscriber read the start of an answer', async () => {
    const suite = await asking({ 'webhooks.allow': ['10.0.0.0/8'] })
    suite.h.network.answer = echo
    const { id } = await made(suite)
    await settle(40)
    const tested = await suite.ask('POST', `/v1/subscriptions/${id}/test`)
    expect(tested.body).toMatchObject({ accepted: true, excerpt: 'ok' })
    expect(suite.h.network.requests.map(each => each.networks)).toEqual(['public', 'public'])
  })

  it('can be given by an administrator for an endpoint in an opened network alone, on record', async () => {
    const suite = await asking({ 'webhooks.allow': ['10.0.0.0/8'] })
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'])
    const ask = async (body: object) =>
      (await suite.ask('POST', '/v1/subscriptions', { body, key: partner })).body.id
    const inside = await ask({
      url: 'https://10.0.0.7/hook',
      fallbackUrl: 'https://10.0.0.8/b',
      policy: null
    })
    const outside = await ask({ url })
    const vouch = (id: string, key?: string) =>
      suite.ask('POST', `/v1/subscriptions/${id}/consent`, key === undefined ? {} : { key })
    expect((await vouch(inside, partner)).status).toBe(403)
    expect(await vouch(outside)).toMatchObject({ status: 409, body: { code: 'action-refused' } })
    expect((await vouch(inside)).body).toMatchObject({
      status: 'active',
      fallback: { status: 'active' }
    })
    const { items } = (await suite.ask('GET', '/v1/audit')).body
    expect(
      items.filter((each: { type: string }) => each.type === 'subscription.consented')
    ).toMatchObject([{ by: { name: 'owner' } }, { by: { name: 'owner' } }])
    await suite.h.alerts.write('raised', 'a1')
    await settle(40)
    expect(suite.h.network.requests.at(-1)).toMatchObject({ networks: 'own' })
  })
})

/** The deliveries log as text. */
async function storedText({ h }: Suite): Promise<string> {
  const records = await allStored(h.log, topics.deliveries)
  return records.map(({ value }) => Buffer.from(value ?? []).toString()).join('\n')
}

describe('heartbeats', () => {
  it('are signed events outside the sequence that name the newest delivery and the next beat', async () => {
    const suite = await Suite.start()
    const { id } = await made(suite, { heartbeatSeconds: 60 })
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    await suite.h.clock.advance(60_000)
    await settle(30)
    const beats = suite.h.network.requests
      .map(eventOf)
      .filter(({ type }) => type === 'tocsin.webhook.heartbeat.v1')
    expect(beats).toHaveLength(1)
    expect(beats[0]?.data).toMatchObject({ subscriptionId: id, sequence: 1, pending: 0 })
    const nextMs = Date.parse(String(beats[0]?.data.next))
    expect(nextMs - suite.h.clock.nowMs()).toBeLessThanOrEqual(60_000)
    await suite.h.clock.advance(nextMs - suite.h.clock.nowMs())
    await settle(30)
    expect(typesAt(suite).filter(type => type.includes('heartbeat'))).toHaveLength(2)
  })

  it('stop while the endpoint is away, and with the key of who made the subscription', async () => {
    const suite = await Suite.start()
    await made(suite, { heartbeatSeconds: 60 })
    suite.h.network.answer = () => failing
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.clock.advance(30 * 60_000)
    await settle(30)
    const before = typesAt(suite).filter(type => type.includes('heartbeat')).length
    expect(before).toBeLessThanOrEqual(3)
    await suite.h.clock.advance(30 * 60_000)
    expect(typesAt(suite).filter(type => type.includes('heartbeat'))).toHaveLength(before)
  })
})
