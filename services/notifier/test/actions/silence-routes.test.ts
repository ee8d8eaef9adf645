// Silences over HTTP: what they hold back, who may make, know and end them, and what is refused.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
const minuteMs = 60_000
const reason = 'Exercise at Mopti'

let suite: Suite
let subscription: string
beforeEach(async () => {
  suite = await Suite.start()
  subscription = await subscribe()
})

async function subscribe(key = suite.owner, more: object = {}): Promise<string> {
  const body = { url: 'https://partner.example/hook', policy, ...more }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key })
  expect(made.status).toBe(201)
  return made.body.id
}
const silence = (body: object, key = suite.owner) =>
  suite.ask('POST', '/v1/silences', { body: { reason, ...body }, key })
const sent = () =>
  suite.h.network.events.map(
    ({ data, sequence }) => `${(data as { alertId: string }).alertId} ${sequence}`
  )
const raise = async (alertId: string, more: object = {}) => {
  await suite.h.alerts.write('raised', alertId, more)
  await settle(30)
}

describe('a silence', () => {
  it('holds back what it matches, says so, and what still stands is sent when it ends', async () => {
    const made = await silence({ filter: { severity: ['moderate'] }, minutes: 60 })
    expect(made).toMatchObject({
      status: 201,
      body: { standing: 'holding', reason, by: 'owner', matches: 0 }
    })
    await raise('quiet', { severity: 'moderate' })
    await raise('loud', { severity: 'severe' })
    expect(sent()).toEqual(['loud 2'])
    const shown = () => suite.ask('GET', `/v1/silences/${made.body.id}`)
    expect((await shown()).body).toMatchObject({ matches: 1 })
    const { items } = (await suite.ask('GET', `/v1/subscriptions/${subscription}/deliveries`)).body
    expect(items[1]).toMatchObject({
      alertId: 'quiet',
      held: { reason: 'silenced', by: made.body.id, until: made.body.endsAt }
    })
    await suite.h.clock.advance(60 * minuteMs)
    await settle(30)
    expect(sent()).toEqual(['loud 2', 'quiet 1'])
    expect((await shown()).body).toMatchObject({ standing: 'over', matches: null })
    expect((await suite.ask('GET', '/v1/silences')).body.items).toEqual([])
    expect((await suite.ask('GET', '/v1/silences?standing=over')).body.items).toHaveLength(1)
  })

  it('says for how many open alerts it is, by any part of its filter, as far as the reader sees them', async () => {
    const area = {
      country: ['ML'],
      admin1: ['ML-5'],
      circle: [14, -4, 5] as const,
      settlement: null
    }
    await raise('near', { severity: 'moderate', area })
    await raise('far', { severity: 'moderate', area: { ...area, circle: [20, 5, 5] } })
    await raise('hidden', { severity: 'moderate', area, handling: 'restricted' })
    await raise('over', { severity: 'moderate', area })
    await suite.h.alerts.write('resolved', 'over', { status: 'resolved' })
    await settle(30)
    const matches = async (body: object) => {
      const { id } = (await silence({ minutes: 60, handling: 'restricted', ...body })).body
      const officer = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'restricted' })
      const partner = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'partners' })
      const seen = (key: string) => suite.ask('GET', `/v1/silences/${id}`, { key })
      return [(await seen(officer)).body.matches, (await seen(partner)).status]
    }
    expect(await matches({ filter: { admin1: ['ML-5'] } })).toEqual([3, 404])
    expect(await matches({ filter: { severity: ['moderate'], country: ['CI'] } })).toEqual([0, 404])
    expect(await matches({ filter: { circle: [14, -4, 50] } })).toEqual([2, 404])
    expect(await matches({ alertId: 'near' })).toEqual([1, 404])
    expect(await matches({ alertId: 'over' })).toEqual([0, 404])
    // It is for nothing above its own handling, whoever asks.
    const { id } = (
      await silence({ minutes: 60, handling: 'partners', filter: { admin1: ['ML-5'] } })
    ).body
    const partner = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'partners' })
    for (const key of [suite.owner, partner])
      expect((await suite.ask('GET', `/v1/silences/${id}`, { key })).body.matches).toBe(2)
  })

  it('that is ended early lets go within seconds', async () => {
    await raise('known', { severity: 'moderate' })
    const made = await silence({ alertId: 'known', minutes: 600 })
    await suite.h.alerts.write('escalated', 'known', { severity: 'severe' })
    await settle(30)
    expect(sent()).toEqual(['known 1'])
    expect((await suite.ask('DELETE', `/v1/silences/${made.body.id}`)).status).toBe(204)
    await suite.h.clock.advance(10_000)
    await settle(30)
    expect(sent()).toEqual(['known 1', 'known 2'])
    expect((await suite.ask('DELETE', `/v1/silences/${made.body.id}`)).status).toBe(204)
  })

  it('does not hold back what is extreme unless it says so', async () => {
    await silence({ subscriptionId: subscription, minutes: 60 })
    await raise('a1', { severity: 'extreme' })
    expect(sent()).toEqual(['a1 1'])
    await silence({ subscriptionId: subscription, minutes: 60, includesExtreme: true })
    await raise('a2', { severity: 'extreme' })
    expect(sent()).toEqual(['a1 1'])
  })

  it('holds nothing any more when the key that made it is revoked', async () => {
    const key = await suite.key(['admin'], { name: 'Ama' })
    const made = await silence({ filter: { severity: ['moderate'] }, minutes: 60 }, key)
    await raise('a1', { severity: 'moderate' })
    expect(sent()).toEqual([])
    const { items } = (await suite.ask('GET', '/v1/keys')).body
    const { keyId } = items.find(({ name }: { name: string }) => name === 'Ama')
    await suite.ask('DELETE', `/v1/keys/${keyId}`)
    await suite.h.clock.advance(10_000)
    await settle(30)
    expect(sent()).toEqual(['a1 1'])
    expect((await suite.ask('GET', `/v1/silences/${made.body.id}`)).body).toMatchObject({
      standing: 'holding',
      isBacked: false
    })
  })

  it.each([
    [{ minutes: 60 }, '/filter'],
    [{ filter: { severty: ['x'] }, minutes: 60 }, '/filter/severty'],
    [{ filter: { country: ['ML'] } }, '/endsAt'],
    [{ filter: { country: ['ML'] }, minutes: 60, endsAt: '2030-01-01T00:00:00Z' }, '/endsAt'],
    [{ filter: { country: ['ML'] }, endsAt: '2001-01-01T00:00:00Z' }, '/endsAt'],
    [{ filter: { country: ['ML'] }, endsAt: '2099-01-01T00:00:00Z' }, '/endsAt'],
    [{ filter: { country: ['ML'] }, endsAt: 'tomorrow' }, '/endsAt'],
    [{ filter: { country: ['ML'] }, startsAt: '2001-01-01T00:00:00Z', minutes: 60 }, '/startsAt'],
    [{ filter: { country: ['ML'] }, minutes: 43_201 }, '/minutes'],
    [{ filter: { country: ['ML'] }, minutes: 60, reason: ' ' }, '/reason']
  ])('%j is refused at %s', async (body, pointer) => {
    expect(await silence(body)).toMatchObject({
      status: 422,
      body: { code: 'body-invalid', errors: [{ pointer }] }
    })
    expect((await suite.ask('GET', '/v1/silences')).body.items).toEqual([])
  })
})

describe('a silence of an alert that has changed since it was seen', () => {
  const after = (
    seen: string,
    body: object = { alertId: 'seen' },
    more: Record<string, string> = {}
  ) =>
    suite.ask('POST', '/v1/silences', {
      body: { reason, minutes: 60, ...body },
      headers: { 'if-match': seen, ...more }
    })

  it('is not made: it says what became of the alert, and what to send', async () => {
    await raise('seen', { severity: 'moderate' })
    await suite.h.alerts.write('escalated', 'seen', { severity: 'severe', operatorRevision: 1 })
    await settle(30)
    const refused = await after('"0"')
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'stale-revision', operatorRevision: 1 }
    })
    expect(refused.body).toMatchObject({
      by: null,
      change: 'escalated',
      detail: expect.stringContaining('It has escalated')
    })
    expect((await suite.ask('GET', '/v1/silences')).body.items).toEqual([])
    expect((await after('"1"')).status).toBe(201)
    // Who does not say what they saw silences whatever it has become.
    expect((await silence({ alertId: 'seen', minutes: 60 })).status).toBe(201)
  })
})

describe('who may silence whom', () => {
  it('an officer one alert that they see, without what is extreme', async () => {
    await raise('seen', { handling: 'partners' })
    await raise('hidden', { handling: 'restricted' })
    const key = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal' })
    expect((await silence({ alertId: 'seen', minutes: 60 }, key)).body).toMatchObject({
      alertId: 'seen',
      handling: 'partners'
    })
    const missing = await silence({ alertId: 'none', minutes: 60 }, key)
    expect(missing.status).toBe(404)
    const { instance: _, ...refusal } = missing.body
    expect((await silence({ alertId: 'hidden', minutes: 60 }, key)).body).toMatchObject(refusal)
    expect(
      (await silence({ alertId: 'seen', minutes: 60, includesExtreme: true }, key)).status
    ).toBe(403)
    expect((await silence({ filter: { country: ['ML'] }, minutes: 60 }, key)).status).toBe(403)
    expect(
      (await silence({ alertId: 'seen', minutes: 60, handling: 'restricted' }, key)).status
    ).toBe(403)
  })

  it('nothing above the handling of its author is held back', async () => {
    const key = await suite.key(['admin'], { handling: 'partners' })
    await silence({ filter: { severity: ['moderate'] }, minutes: 60 }, key)
    await raise('restricted', { handling: 'restricted' })
    await raise('open', { handling: 'partners' })
    expect(sent()).toEqual(['restricted 1'])
  })

  it('who is silenced knows that, not why, and may end it', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    const own = await subscribe(partner)
    const made = await silence({ subscriptionId: own, filter: { country: ['ML'] }, minutes: 60 })
    const { items } = (await suite.ask('GET', '/v1/silences', { key: partner })).body
    expect(items).toMatchObject([
      {
        id: made.body.id,
        subscriptionId: own,
        endsAt: made.body.endsAt,
        reason: null,
        by: null,
        filter: null
      }
    ])
    expect(JSON.stringify(items)).not.toContain(reason)
    expect(
      (await suite.ask('DELETE', `/v1/silences/${made.body.id}`, { key: partner })).status
    ).toBe(204)
    const other = await silence({ filter: { country: ['ML'] }, minutes: 60 })
    expect(
      (await suite.ask('DELETE', `/v1/silences/${other.body.id}`, { key: partner })).status
    ).toBe(404)
  })
})
