// What of a silence a reader is told: of subscriptions and alerts, no more than the reader may know
// otherwise.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
const reason = 'Exercise at Mopti'
const officer = ['alerts:read', 'alerts:operate']

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

async function subscribe(key = suite.owner, more: object = {}): Promise<string> {
  const body = { url: 'https://partner.example/hook', policy, ...more }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key })
  expect(made.status).toBe(201)
  return made.body.id
}
const silence = (body: object, key = suite.owner) =>
  suite.ask('POST', '/v1/silences', { body: { reason, minutes: 60, ...body }, key })
const raise = async (alertId: string, more: object = {}, kind: 'raised' | 'revised' = 'raised') => {
  await suite.h.alerts.write(kind, alertId, more)
  await settle(30)
}
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
      const { body } = await silence({ subscriptionId, handling: 'public' }, key)
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
    const { id } = (await silence({ alertId: 'seen' })).body
    const key = await suite.key(officer, { handling: 'partners' })
    expect((await told(id, key)).body).toMatchObject({
      alertId: 'seen',
      by: 'an officer',
      reason: null
    })
    await raise('seen', { handling: 'restricted' }, 'revised')
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
      (await silence({ alertId: 'seen' }, desk)).body.id,
      (await silence({ filter: { country: ['ML'] }, handling: 'partners' })).body.id,
      (await silence({ alertId: 'seen' }, partner)).body.id
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
