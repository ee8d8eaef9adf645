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
      by: null,
      holds: null
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

  it('is still named to who made it when the subscription is gone, and not taken for one of all', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], {
      name: 'Desk',
      handling: 'partners'
    })
    const subscriptionId = await subscribe(key)
    const { id } = (await silence({ subscriptionId, handling: 'public' }, key)).body
    await suite.ask('DELETE', `/v1/subscriptions/${subscriptionId}`, { key })
    expect((await told(id, key)).body).toMatchObject({
      isForOne: true,
      subscriptionId,
      subscriber: null,
      by: 'Desk'
    })
    const other = await suite.key(officer, { handling: 'internal' })
    expect((await told(id, other)).body).toMatchObject({
      isForOne: true,
      subscriptionId: null,
      by: null
    })
  })
})

describe('a silence for one alert', () => {
  it.each(['public', 'partners', 'internal'])(
    'is refused below the handling of the alert: %s',
    async handling => {
      await raise('secret', { handling: 'restricted' })
      const refused = await silence({ alertId: 'secret', handling })
      expect(refused).toMatchObject({
        status: 422,
        body: { code: 'body-invalid', errors: [{ pointer: '/handling' }] }
      })
      expect((await suite.ask('GET', '/v1/silences')).body.items).toEqual([])
      expect((await silence({ alertId: 'secret', handling: 'restricted' })).status).toBe(201)
    }
  )

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

  it('stays known without its words, and can be ended, by who made it or is silenced', async () => {
    const [partner, other] = [
      await suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' }),
      suite.owner
    ]
    const subscriptionId = await subscribe(partner)
    await raise('seen', { handling: 'partners' })
    const made = [
      await silence({ alertId: 'seen', subscriptionId }, partner),
      await silence({ alertId: 'seen', subscriptionId }, other)
    ]
    await raise('seen', { handling: 'restricted' }, 'revised')
    for (const { body } of made) {
      const withheld = {
        id: body.id,
        subscriptionId,
        alertId: null,
        filter: null,
        reason: null,
        matches: null
      }
      expect((await told(body.id, partner)).body).toMatchObject(withheld)
      expect((await suite.ask('DELETE', `/v1/silences/${body.id}`, { key: partner })).status).toBe(
        204
      )
    }
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

describe('the numbers of a silence', () => {
  it('count what the reader could read of who was told', async () => {
    await subscribe()
    const partner = await suite.key(['subscriptions:manage', 'alerts:read', 'alerts:operate'], {
      handling: 'partners'
    })
    await subscribe(partner)
    await raise('known', { handling: 'partners' })
    const internal = await suite.key(officer, { handling: 'internal' })
    const { id } = (await silence({ alertId: 'known' }, internal)).body
    await raise('known', { handling: 'partners', severity: 'severe' }, 'revised')
    const seen = async (key: string) => (await told(id, key)).body.holds
    expect(await seen(suite.owner)).toBe(2)
    expect(await seen(await suite.key(officer, { handling: 'restricted' }))).toBe(2)
    // The subscription of the owner is beyond an officer of internal reach.
    expect(await seen(internal)).toBe(1)
    expect(await seen(partner)).toBe(1)
    expect(await seen(await suite.key(officer, { handling: 'partners' }))).toBe(null)
  })

  it('of alerts go to who may read alerts', async () => {
    await raise('known', { handling: 'partners' })
    const { id } = (await silence({ alertId: 'known' })).body
    expect((await told(id, await suite.key(officer))).body.matches).toBe(1)
    expect((await told(id, await suite.key(['alerts:operate']))).body.matches).toBe(null)
  })
})

describe('the alerts that a silence for one subscription is for', () => {
  const area = (country: string, lat = 0) => ({
    country: [country],
    admin1: [],
    circle: [lat, 0, 5],
    settlement: null
  })
  const raiseAll = async () => {
    await raise('mali', { area: area('ML', 10), handling: 'partners' })
    await raise('niger', { area: area('NE', 12), handling: 'partners' })
    await raise('exercise', { area: area('ML', 10), handling: 'partners', drill: true })
    await raise('hidden', { area: area('ML', 10), handling: 'restricted' })
    await raise('over', { area: area('ML', 10), handling: 'partners', status: 'resolved' })
  }

  it('are those that it is told of, and no exercise that it is never sent', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })
    const [mali, all, drills] = [
      await subscribe(key, { filter: { country: ['ML'] } }),
      await subscribe(key),
      await subscribe(key, { filter: { drill: true } })
    ]
    await raiseAll()
    const matches = async (subscriptionId: string, more: object = {}) => {
      const { id } = (await silence({ subscriptionId, handling: 'partners', ...more }, key)).body
      return (await told(id, key)).body.matches
    }
    expect([await matches(mali), await matches(all), await matches(drills)]).toEqual([1, 2, 1])
    const niger = { filter: { country: ['NE'] } }
    expect([await matches(mali, niger), await matches(all, niger)]).toEqual([0, 1])
    const north = { filter: { circle: [12, 0, 20] } }
    expect([await matches(mali, north), await matches(all, north)]).toEqual([0, 1])
    expect([
      await matches(mali, { alertId: 'niger' }),
      await matches(all, { alertId: 'niger' })
    ]).toEqual([0, 1])
    // Who sees more is told the same of it.
    const listed = (await suite.ask('GET', '/v1/silences')).body.items as {
      subscriptionId: string
      matches: number
    }[]
    const ofMali = listed.filter(each => each.subscriptionId === mali)
    expect(ofMali.map(({ matches: count }) => count).sort()).toEqual([0, 0, 0, 1])
  })

  it('are counted to nobody who may not know the subscription', async () => {
    const holder = await suite.key(['subscriptions:manage', 'alerts:read'], {
      name: 'Closed desk',
      handling: 'restricted'
    })
    const internal = await suite.key(officer, { handling: 'internal' })
    const partner = await suite.key(officer, { handling: 'partners' })
    const made: string[] = []
    for (const filter of [{}, { country: ['TD'] }])
      made.push(
        (
          await silence(
            { subscriptionId: await subscribe(holder, { filter }), handling: 'public' },
            holder
          )
        ).body.id
      )
    await raiseAll()
    for (const id of made)
      for (const key of [internal, partner])
        expect((await told(id, key)).body).toMatchObject({ isForOne: true, matches: null })
  })
})

describe('the list of silences', () => {
  it('goes on by its own cursors alone', async () => {
    for (let n = 0; n < 3; n++) await silence({ filter: { country: ['ML'] } })
    const list = (more: string) => suite.ask('GET', `/v1/silences?limit=2${more}`)
    const first = (await list('')).body
    const next = `&cursor=${encodeURIComponent(first.next)}`
    const second = (await list(next)).body
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null])
    const { createdAt, id } = first.items[1]
    for (const cursor of ['junk', id, `${createdAt} ${id}`, 'zzzz', `${first.next}x`])
      expect(await list(`&cursor=${encodeURIComponent(cursor)}`)).toMatchObject({
        status: 400,
        body: { code: 'cursor-invalid' }
      })
    // Nor by those of the other list.
    expect(await list(`&standing=over${next}`)).toMatchObject({
      status: 400,
      body: { code: 'cursor-invalid' }
    })
  })
})
