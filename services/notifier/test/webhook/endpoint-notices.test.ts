// The second address of a subscription is told when the first one is away, and when it works again.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import type { SendOutcome, WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { secret, subscribed } from '../support/subscribing.ts'

const url = 'https://partner.example/hook'
const fallbackUrl = 'https://desk.example/notices?token=s3cret-value'
const minuteMs = 60_000

interface NoticeEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly data: {
    readonly state: string
    readonly since: string | null
    readonly pending: number
    readonly parked: number
  }
}
const eventOf = ({ body }: WebhookRequest): NoticeEvent => JSON.parse(Buffer.from(body).toString())
const toSecond = ({ requests }: FakeNetwork) =>
  requests.filter(each => each.url.startsWith('https://desk.example/'))
const noticesAt = (network: FakeNetwork) => toSecond(network).map(eventOf)
const statesAt = (network: FakeNetwork) => noticesAt(network).map(({ data }) => data.state)

/** What each of the two answers. */
function answering(network: FakeNetwork, first: SendOutcome, second: SendOutcome = accepted): void {
  network.answer = request => (request.url.startsWith('https://desk.example/') ? second : first)
}

const consented = {
  fallbackUrl,
  fallbackConsent: {
    id: 'channel-1',
    askedAt: '2026-03-01T12:00:00.000Z',
    given: { at: '2026-03-01T12:00:00.000Z', how: 'challenge' }
  }
} as const

describe('the second address', () => {
  it('is told once that the first is down, with counts and a time, and once that it works again', async () => {
    await using h = await new Harness().start()
    await subscribed(h, consented)
    answering(h.network, failing)
    await h.alerts.write('raised', 'a1')
    await h.alerts.write('raised', 'a2')
    // Since the first attempt in vain began.
    const failedAt = new Date(h.clock.nowMs() - failing.durationMs).toISOString()
    await h.clock.advance(30 * minuteMs)
    expect(noticesAt(h.network)).toMatchObject([
      {
        type: 'tocsin.webhook.notice.v1',
        data: { subscriptionId: 'sub_1', state: 'down', since: failedAt, pending: 2, parked: 0 }
      }
    ])
    expect(JSON.stringify(noticesAt(h.network))).not.toContain('alertId')
    const [{ headers, body }] = toSecond(h.network) as [WebhookRequest]
    const nowS = Number(headers['webhook-timestamp'])
    expect(verifyWebhook({ headers, body }, [parseVerifyingKey(secret)], nowS).ok).toBe(true)
    answering(h.network, accepted)
    await h.clock.advance(30 * minuteMs)
    expect(statesAt(h.network)).toEqual(['down', 'up'])
    await h.clock.advance(60 * minuteMs)
    expect(statesAt(h.network)).toEqual(['down', 'up'])
  })

  it.each(['embedded', 'kafka'] as const)(
    'is told once over kills and other instances, on a log like %s',
    async like => {
      const store = new MemoryStore()
      const network = new FakeNetwork()
      let sends = 0
      answering(network, failing)
      const first = await new Harness({ store, network, like }).start()
      await subscribed(first, consented)
      await first.alerts.write('raised', 'a1')
      // Killed while the second address answers: whether it has taken it nobody knows.
      network.answer = async (request, signal) => {
        if (!request.url.startsWith('https://desk.example/')) return failing
        sends++
        await new Promise<void>(done =>
          signal.addEventListener('abort', () => done(), { once: true })
        )
        return { kind: 'cancelled', durationMs: 1 }
      }
      await first.clock.advance(10 * minuteMs)
      expect(sends).toBe(1)
      await first.kill()
      answering(network, failing)
      const second = await new Harness({
        store,
        network,
        like,
        instance: 1,
        clock: first.clock
      }).start()
      await second.clock.advance(30 * minuteMs)
      await second.kill()
      await using third = await new Harness({
        store,
        network,
        like,
        instance: 2,
        clock: first.clock
      }).start()
      await third.clock.advance(30 * minuteMs)
      expect(statesAt(network)).toEqual(['down', 'down'])
      expect(new Set(toSecond(network).map(({ body }) => Buffer.from(body).toString())).size).toBe(
        1
      )
      answering(network, accepted)
      await third.clock.advance(30 * minuteMs)
      expect(statesAt(network)).toEqual(['down', 'down', 'up'])
    }
  )
})

describe('the address of the second channel', () => {
  const made = async (suite: Suite, more: object = {}) =>
    (await suite.ask('POST', '/v1/subscriptions', { body: { url, fallbackUrl, ...more } })).body
  const shown = async (suite: Suite, id: string) =>
    (await suite.ask('GET', `/v1/subscriptions/${id}`)).body

  it.each([
    ['https://127.0.0.1/', 'it is not public'],
    ['http://desk.example/', 'it is not https'],
    ['https://[::ffff:10.0.0.1]/', 'it is mapped'],
    ['https://user:pw@desk.example/', 'it has a user'],
    [url, 'it is the first']
  ])('%s is refused: %s', async bad => {
    const suite = await Suite.start()
    const answer = await suite.ask('POST', '/v1/subscriptions', { body: { url, fallbackUrl: bad } })
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'url-refused', errors: [{ pointer: '/fallbackUrl' }] }
    })
    const { id } = await made(suite)
    const changed = await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      body: { fallbackUrl: bad }
    })
    expect(changed).toMatchObject({ status: 422, body: { errors: [{ pointer: '/fallbackUrl' }] } })
  })

  it('must consent before it is told anything, is reached at public addresses alone, and its query is never shown', async () => {
    const suite = await Suite.start({
      'webhooks.consent': 'public',
      'webhooks.allow': ['10.0.0.0/8']
    })
    const { network, clock, alerts } = suite.h
    network.handshake = request =>
      request.url === url ? { ...accepted, allowedOrigin: '*' } : { ...accepted, status: 405 }
    answering(network, failing, failing)
    const { id, ...rest } = await made(suite)
    expect(JSON.stringify(rest)).not.toContain('s3cret-value')
    await settle(40)
    await alerts.write('raised', 'a1')
    await clock.advance(30 * minuteMs)
    expect(new Set(noticesAt(network).map(({ type }) => type))).toEqual(
      new Set(['tocsin.webhook.challenge.v1'])
    )
    expect(await shown(suite, id)).toMatchObject({
      fallback: { status: 'unconfirmed', notice: null }
    })
    network.answer = request => {
      const { type, data } = eventOf(request) as unknown as {
        type: string
        data: { challenge: string }
      }
      if (request.url === url) return failing
      return type === 'tocsin.webhook.challenge.v1'
        ? { ...accepted, excerpt: data.challenge }
        : accepted
    }
    await clock.advance(60 * minuteMs)
    const last = toSecond(network).at(-1) as WebhookRequest
    expect(last).toMatchObject({ networks: 'public' })
    expect(eventOf(last)).toMatchObject({
      type: 'tocsin.webhook.notice.v1',
      data: { state: 'down' }
    })
    const { fallback, fallbackUrl: said } = await shown(suite, id)
    expect({ said, fallback }).toMatchObject({
      said: 'https://desk.example/notices?***',
      fallback: { status: 'active', notice: { state: 'down', accepted: true } }
    })
  })
})
