// What of a silence a reader is told: of subscriptions and alerts, no more than the reader may know otherwise.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
const reason = 'Exercise at Mopti'
const officer = ['alerts:read', 'alerts:operate']

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

async function subscribe(key = suite.owner): Promise<string> {
  const made = await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook', policy }, key })
  expect(made.status).toBe(201)
  return made.body.id
}
const silence = (body: object, key = suite.owner) =>
  suite.ask('POST', '/v1/silences', { body: { reason, minutes: 60, ...body }, key })
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
    const holder = (name: string, handling: string) => suite.key(['subscriptions:manage', 'alerts:read'], { name, handling })
    const [closed, open] = [await holder('Closed desk', 'restricted'), await holder('Open desk', 'partners')]
    const made: string[] = []
    for (const key of [closed, open]) {
      const subscriptionId = await subscribe(key)
      const { body } = await silence({ subscriptionId, handling: 'public' }, key)
      expect(body).toMatchObject({ subscriptionId, isForOne: true, by: key === closed ? 'Closed desk' : 'Open desk' })
      expect((await told(body.id, key)).body).toEqual(body)
      made.push(body.id)
    }
    const [ofClosed = '', ofOpen = ''] = made
    const withheld = { isForOne: true, subscriptionId: null, subscriber: null, by: null, reason }
    const named = { isForOne: true, subscriber: { by: 'Open desk' }, by: 'Open desk' }
    const partner = await suite.key(officer, { handling: 'partners' })
    const internal = await suite.key(officer, { handling: 'internal' })
    const restricted = await suite.key(officer, { handling: 'restricted' })
    // Officers below the talk of officers are not told of partners at all.
    expect((await told(ofOpen, partner)).body).toMatchObject(withheld)
    expect((await told(ofOpen, internal)).body).toMatchObject(named)
    expect((await told(ofClosed, partner)).body).toMatchObject(withheld)
    expect((await told(ofClosed, internal)).body).toMatchObject(withheld)
    expect((await told(ofClosed, restricted)).body).toMatchObject({ by: 'Closed desk', subscriber: { by: 'Closed desk' } })
    const all = JSON.stringify((await suite.ask('GET', '/v1/silences', { key: partner })).body)
    expect(all).not.toMatch(/sub_|desk/)
  })

  it('is still named to who made it when the subscription is gone, and not taken for one of all', async () => {
    const key = await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'Desk', handling: 'partners' })
    const subscriptionId = await subscribe(key)
    const { id } = (await silence({ subscriptionId, handling: 'public' }, key)).body
    await suite.ask('DELETE', `/v1/subscriptions/${subscriptionId}`, { key })
    expect((await told(id, key)).body).toMatchObject({ isForOne: true, subscriptionId, subscriber: null, by: 'Desk' })
    const other = await suite.key(officer, { handling: 'internal' })
    expect((await told(id, other)).body).toMatchObject({ isForOne: true, subscriptionId: null, by: null })
  })
})
