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
  (await suite.ask('POST', '/v1/subscriptions', { body: { url, ...more } })).body
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
      last: { at: '2026-03-01T12:00:20.000Z', status: 400, reason: 'invalid_payload' }
    }
    const shown = (await suite.ask('GET', `/v1/subscriptions/${id}`)).body
    expect(shown).toMatchObject({ status: 'unconfirmed', consent: asked })
    const health = (await suite.ask('GET', `/v1/subscriptions/${id}/health`)).body
    expect(health.consent).toEqual(asked)
  })

  it('cannot be given by a chat or paging service: the answer to the creation says so', async () => {
    const suite = await asking()
    const hook = 'https://hooks.slack.com/services/T/B/x'
    const { warnings } = (await suite.ask('POST', '/v1/subscriptions', { body: { url: hook } }))
      .body
    expect(warnings).toEqual([
      { pointer: '/url', detail: expect.stringMatching(/^Slack cannot say/) }
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

  it.each([
    ['public', { isPublicOnly: true }],
    ['always', {}]
  ] as const)('with the setting %s leads to addresses that are: %j', async (consent, reach) => {
    const suite = await asking({ 'webhooks.allow': ['10.0.0.0/8'], 'webhooks.consent': consent })
    const reaches: unknown[] = []
    const note = ({ isPublicOnly, isWithinOwnNetworks }: WebhookRequest) =>
      reaches.push(JSON.parse(JSON.stringify({ isPublicOnly, isWithinOwnNetworks })))
    suite.h.network.handshake = request => {
      note(request)
      return failing
    }
    suite.h.network.answer = request => {
      note(request)
      return echo(request)
    }
    const { id } = await made(suite)
    await settle(40)
    await suite.ask('POST', `/v1/subscriptions/${id}/test`)
    await suite.h.alerts.write('raised', 'a1')
    await settle(40)
    expect(typesAt(suite).map(type => type.split('.')[2])).toEqual(['challenge', 'test', 'raised'])
    expect(reaches).toEqual(Array(4).fill(reach))
  })
})

describe('the whole answer of a failed attempt', () => {
  const page = '<p>no</p>'.repeat(1_800)
  const long = { ...failing, excerpt: page.slice(0, 512), whole: page } as const
  const lastOf = async (suite: Suite, id: string, query = '') =>
    (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries${query}`)).body.items[0].last

  it('is shown for one delivery, not in the list, and logged once for answers that are alike', async () => {
    const suite = await asking()
    suite.h.network.answer = echo
    const { id } = await made(suite)
    await settle(40)
    suite.h.network.answer = () => long
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.clock.advance(3_600_000)
    expect(await lastOf(suite, id)).not.toHaveProperty('response')
    expect(await lastOf(suite, id, '?sequence=1')).toMatchObject({
      status: 500,
      excerpt: long.excerpt,
      response: page
    })
    expect(
      (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries?sequence=2`)).body.items
    ).toEqual([])
    const records = await storedText(suite)
    expect(records.split(page).length - 1).toBe(1)
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
