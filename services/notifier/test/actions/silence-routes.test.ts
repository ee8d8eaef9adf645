// Silences over HTTP: what they hold back, who may make, know and end them, and what is refused. Of
// subscriptions and alerts a reader is told no more than the reader may know otherwise.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
const minuteMs = 60_000
const reason = 'Exercise at Mopti'
const officer = ['alerts:read', 'alerts:operate']

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
      const desk = await suite.key(officer, { handling: 'restricted' })
      const partner = await suite.key(officer, { handling: 'partners' })
      const seen = (key: string) => suite.ask('GET', `/v1/silences/${id}`, { key })
      return [(await seen(desk)).body.matches, (await seen(partner)).status]
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
    const partner = await suite.key(officer, { handling: 'partners' })
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
    const key = await suite.key(officer, { handling: 'internal' })
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

/** As a list and a single answer tell it, which say the same. */
async function told(id: string, key: string) {
  const { items } = (await suite.ask('GET', '/v1/silences', { key })).body
  const one = await suite.ask('GET', `/v1/silences/${id}`, { key })
  const listed = items.find((each: { id: string }) => each.id === id)
  expect(listed).toEqual(one.status === 200 ? one.body : undefined)
  return one
}

describe('a silence for one subscription', () => {
  it('names neither it nor its holder to who may not know that subscription', async () => {
    const holder = (name: string, handling: string) =>
      suite.key(['subscriptions:manage', 'alerts:read'], { name, handling })
    const [closed, open] = [
      await holder('Closed desk', 'restricted'),
      await holder('Open desk', 'partners')
    ]
    const made: string[] = []
    for (const key of [closed, open]) {
      const subscriptionId = await subscribe(key)
      const { body } = await silence({ subscriptionId, handling: 'public', minutes: 60 }, key)
      expect(body).toMatchObject({
        subscriptionId,
        isForOne: true,
        by: key === closed ? 'Closed desk' : 'Open desk'
      })
      expect((await told(body.id, key)).body).toEqual(body)
      made.push(body.id)
    }
    const [ofClosed = '', ofOpen = ''] = made
    const withheld = {
      isForOne: true,
      subscriptionId: null,
      subscriber: null,
      by: null
    }
    const named = { isForOne: true, subscriber: { by: 'Open desk' }, by: 'Open desk' }
    const partner = await suite.key(officer, { handling: 'partners' })
    const internal = await suite.key(officer, { handling: 'internal' })
    const restricted = await suite.key(officer, { handling: 'restricted' })
    // Officers below the talk of officers are not told of partners at all.
    expect((await told(ofOpen, partner)).body).toMatchObject({ ...withheld, reason: null })
    expect((await told(ofOpen, internal)).body).toMatchObject(named)
    expect((await told(ofClosed, partner)).body).toMatchObject({ ...withheld, reason: null })
    expect((await told(ofClosed, internal)).body).toMatchObject({ ...withheld, reason })
    expect((await told(ofClosed, restricted)).body).toMatchObject({
      by: 'Closed desk',
      subscriber: { by: 'Closed desk' }
    })
    const all = JSON.stringify((await suite.ask('GET', '/v1/silences', { key: partner })).body)
    expect(all).not.toMatch(/sub_|desk/)
  })
})

describe('a silence for one alert', () => {
  it('is unknown to officers who may not see the alert any more, and they can not end it', async () => {
    await raise('seen', { handling: 'partners' })
    const { id } = (await silence({ alertId: 'seen', minutes: 60 })).body
    const key = await suite.key(officer, { handling: 'partners' })
    expect((await told(id, key)).body).toMatchObject({
      alertId: 'seen',
      by: 'an officer',
      reason: null
    })
    await suite.h.alerts.write('revised', 'seen', { handling: 'restricted' })
    await settle(30)
    expect((await told(id, key)).status).toBe(404)
    expect((await suite.ask('DELETE', `/v1/silences/${id}`, { key })).status).toBe(404)
    expect((await told(id, suite.owner)).body).toMatchObject({
      alertId: 'seen',
      reason,
      standing: 'holding'
    })
  })
})

describe('who made a silence, and why,', () => {
  it('is told to officers and to who made it: to partners it is an officer, for one alert and for all alike', async () => {
    await raise('seen', { handling: 'partners' })
    const desk = await suite.key(officer, { handling: 'internal', name: 'Esi Owusu' })
    const partner = await suite.key(officer, { handling: 'partners', name: 'Partner desk' })
    const [ofAlert, ofAll, own] = [
      (await silence({ alertId: 'seen', minutes: 60 }, desk)).body.id,
      (await silence({ filter: { country: ['ML'] }, handling: 'partners', minutes: 60 })).body.id,
      (await silence({ alertId: 'seen', minutes: 60 }, partner)).body.id
    ]
    const withheld = { by: 'an officer', reason: null }
    expect((await told(ofAlert, partner)).body).toMatchObject({
      ...withheld,
      alertId: 'seen',
      handling: 'partners'
    })
    expect((await told(ofAll, partner)).body).toMatchObject({
      ...withheld,
      filter: { country: ['ML'] }
    })
    expect((await told(own, partner)).body).toMatchObject({ by: 'Partner desk', reason })
    const internal = await suite.key(officer, { handling: 'internal' })
    expect((await told(ofAlert, internal)).body).toMatchObject({ by: 'Esi Owusu', reason })
    expect((await told(own, internal)).body).toMatchObject({ by: 'Partner desk', reason })
    const all = JSON.stringify((await suite.ask('GET', '/v1/silences', { key: partner })).body)
    expect(all).not.toContain('Esi')
  })
})
