// Links in webhooks: whoever opens one sees the alert as the subscription may, and answers by a
// press. Opening changes nothing.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/notification/delivery.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing } from '../support/notifier-harness.ts'

let suite: Suite
let partner: string
beforeEach(async () => {
  suite = await Suite.start({ publicUrl: 'https://tocsin.example/' })
  partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
    name: 'Partner of the river',
    handling: 'partners'
  })
})

async function subscription(more: object = {}): Promise<string> {
  const body = { url: 'https://own.example/hook', answerLinks: true, policy: null, ...more }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key: partner })
  expect(made.status).toBe(201)
  return made.body.id
}

async function write(
  name: 'raised' | 'revised' | 'resolved' | 'reopened',
  more: object = {},
  alertId = 'a1'
): Promise<void> {
  await suite.h.alerts.write(name, alertId, { handling: 'partners', ...more })
  await settle(60)
}

const bodies = () => suite.h.network.requests.map(({ body }) => Buffer.from(body).toString())
const links = () => bodies().map(body => (JSON.parse(body) as { answerurl?: string }).answerurl)
const lastLink = () => (links().at(-1) ?? 'none').replace('https://tocsin.example', '')
const inject = (
  method: 'GET' | 'HEAD' | 'POST',
  url: string,
  headers: Record<string, string> = {}
) => suite.host.app.inject({ method, url, headers: { host: 'tocsin.example', ...headers } })
const revisionNow = async () => (await suite.ask('GET', '/v1/alerts/a1')).body.revision as number
const answersNow = async () => (await suite.ask('GET', '/v1/alerts/a1')).body.operator.answers
const told = (suiteNow: Suite, id: string) =>
  suiteNow.h.notifier.dispatcher.of(id).table.newestFirst('a1')[0] as Delivery

describe('a delivery', () => {
  it('has a link if the subscription asks for one, the same at every attempt and replay', async () => {
    const id = await subscription({ schedule: [1, 1] })
    suite.h.network.answer = () => failing
    await write('raised')
    suite.h.network.answer = () => ({ ...failing, status: 200 })
    await suite.h.clock.advance(3_000)
    await suite.ask('POST', `/v1/subscriptions/${id}/replay`, {
      body: { from: 1, to: 1 },
      key: partner
    })
    await suite.h.clock.advance(1_000)
    expect(bodies().length).toBeGreaterThanOrEqual(3)
    expect(new Set(bodies())).toHaveProperty('size', 1)
    expect(links()[0]).toMatch(/^https:\/\/tocsin\.example\/answer\?token=ta_[\w-]{60,}$/)
  })
})

describe('a link', () => {
  it('shows the alert, and changes nothing however often it is opened', async () => {
    await subscription()
    await write('raised', { headline: 'Front near Dioura' })
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const page = await inject(method, lastLink(), { purpose: 'prefetch' })
      expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(page.headers['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'self';.*frame-ancestors 'none'$/
      )
      expect(page.headers['referrer-policy']).toBe('same-origin')
      expect(page.headers['set-cookie']).toBeUndefined()
      if (method === 'GET')
        expect(page.body).toMatch(/Front near Dioura.*<button>A human has it<\/button>/s)
      expect(page.body).not.toContain('<script')
    }
    await settle(40)
    expect(await revisionNow()).toBe(1)
  })

  it('answers by a press, once, and officers see who has it', async () => {
    const id = await subscription()
    await write('raised')
    const link = lastLink()
    const own = { origin: 'https://tocsin.example', 'sec-fetch-site': 'same-origin' }
    const pressed = await inject('POST', link, own)
    expect([pressed.statusCode, pressed.body]).toEqual([
      200,
      expect.stringContaining('a human has it')
    ])
    expect((await inject('POST', link, own)).body).toBe(pressed.body)
    expect(await revisionNow()).toBe(2)
    expect(await answersNow()).toMatchObject([
      { subscriptionId: id, by: 'Partner of the river', via: 'link', note: null }
    ])
    expect((await inject('GET', link)).body).toContain('it was recorded that a human has it')
    // The next event has a link of its own.
    await suite.h.clock.advance(1_000)
    await write('revised', { severity: 'extreme' })
    expect(lastLink()).not.toBe(link)
    expect((await inject('POST', lastLink())).statusCode).toBe(200)
    expect(await revisionNow()).toBe(4)
  })

  it('is stored while the rules lag, and over when the alert is', async () => {
    await subscription()
    await write('raised')
    suite.rules.isPaused = true
    const pressed = inject('POST', lastLink())
    await settle()
    await suite.h.clock.advance(2_500)
    expect((await pressed).statusCode).toBe(202)
    suite.rules.isPaused = false
    await suite.h.clock.advance(100)
    const link = lastLink()
    await write('resolved', { status: 'resolved' })
    const opened = await inject('GET', link)
    expect([opened.statusCode, opened.body.includes('A human has it')]).toEqual([200, false])
  })

  it('shows words of reporters as words, and none that the subscription is spared', async () => {
    const id = await subscription()
    const headline = `</strong><script src="//evil.example/x.js"></script><img onerror='a' src=x>`
    await write('raised', { headline })
    const { body } = await inject('GET', lastLink())
    expect(body).not.toMatch(/<script|<img|onerror='/)
    expect(body).toContain('&lt;script src=&quot;//evil.example/x.js&quot;&gt;')
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      body: { withhold: ['words'] },
      key: partner
    })
    await settle(20)
    const spared = (await inject('GET', lastLink())).body
    expect(spared).toContain('details withheld')
    expect(spared).not.toContain('evil')
  })

  it('cannot be pressed by a page of another origin', async () => {
    await subscription()
    await write('raised')
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' }
    ])
      expect((await inject('POST', lastLink(), headers)).statusCode).toBe(403)
    expect(await answersNow()).toBeUndefined()
  })
})

describe('a link that opens nothing', () => {
  it('is answered alike, whatever the reason, and records nothing', async () => {
    const id = await subscription()
    await write('raised')
    const good = lastLink()
    const nothing = await inject('GET', '/answer')
    expect(nothing.statusCode).toBe(404)
    const same = async (link: string) => {
      for (const method of ['GET', 'POST'] as const) {
        const { statusCode, body } = await inject(method, link)
        expect([link, method, statusCode, body]).toEqual([link, method, 404, nothing.body])
      }
    }
    // Forged, cut, of another kind, and expired.
    const flipped = good.replace(
      /(.)(.{8})$/,
      (_, sign: string, end: string) => `${sign === 'A' ? 'B' : 'A'}${end}`
    )
    for (const link of [flipped, good.slice(0, -3), good.replace('ta_', 'tt_'), '/answer?token=x'])
      await same(link)
    const record = suite.h.control.state.subscriptions.get(id) as SubscriptionRecord
    const plannedAt = (days: number) =>
      new Date(suite.h.clock.nowMs() - days * 86_400_000).toISOString()
    const aged = (days: number, alertId = 'a1') =>
      suite.h.notifier.answerLinks
        .formatUrl(record, { ...told(suite, id), alertId, plannedAt: plannedAt(days) })
        ?.slice(22) ?? ''
    await same(aged(7))
    expect((await inject('GET', aged(6.9))).statusCode).toBe(200)
    // Of an alert that it was never told of.
    await same(aged(0, 'a2'))
    // Links are off, and on again.
    const change = async (body: object) => {
      await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body, key: partner })
      await settle(20)
    }
    await change({ answerLinks: false })
    await same(good)
    await change({ answerLinks: true })
    expect((await inject('GET', good)).statusCode).toBe(200)
    await write('revised', { handling: 'internal' })
    await same(good)
    expect(await answersNow()).toBeUndefined()
  })

  it('ends with its subscription, and with the key behind it', async () => {
    const [one, two] = [
      await subscription(),
      await subscription({ url: 'https://two.example/hook' })
    ]
    await write('raised')
    const [first, second] = links().map(link => (link ?? '').slice(22)) as [string, string]
    expect([one, two]).toHaveLength(2)
    await suite.ask('DELETE', `/v1/subscriptions/${one}`, { key: partner })
    await settle(20)
    const codes = async () =>
      [(await inject('GET', first)).statusCode, (await inject('GET', second)).statusCode].sort()
    expect(await codes()).toEqual([200, 404])
    const { items } = (await suite.ask('GET', '/v1/keys')).body
    const { keyId } = items.find(({ name }: { name: string }) => name === 'Partner of the river')
    await suite.ask('DELETE', `/v1/keys/${keyId}`)
    await settle(20)
    expect(await codes()).toEqual([404, 404])
    expect((await inject('POST', second)).statusCode).toBe(404)
    expect(await answersNow()).toBeUndefined()
  })
})
