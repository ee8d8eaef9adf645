// One answer about several alerts: each as the route of one would have taken it, and none that was
// not told.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing } from '../support/notifier-harness.ts'

let suite: Suite
let partner: string
let sub: string
beforeEach(async () => {
  suite = await Suite.start()
  partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
    name: 'Partner of the river',
    handling: 'partners'
  })
  sub = await subscribed('own')
})

async function subscribed(host: string, filter: object = {}): Promise<string> {
  const body = { url: `https://${host}.example/hook`, filter, policy: null }
  return (await suite.ask('POST', '/v1/subscriptions', { body, key: partner })).body.id
}

async function raised(...alertIds: readonly string[]): Promise<void> {
  for (const id of alertIds)
    await suite.h.alerts.write('raised', id, {
      handling: id === 'dark' ? 'restricted' : 'partners'
    })
  await settle(60)
}

interface Item {
  readonly alertId: string
  readonly status: number
  readonly actionId?: string
  readonly problem?: object
}
const answer = async (
  alertIds: readonly string[],
  more: object = {},
  { key = partner, id = sub, headers = {} } = {}
) => {
  const asked = await suite.ask('POST', `/v1/subscriptions/${id}/answers`, {
    key,
    headers,
    body: { alertIds, ...more }
  })
  return { ...asked, items: (asked.body.items ?? []) as readonly Item[] }
}
const alone = (alertId: string, more: object = {}, headers = {}) =>
  suite.ask('POST', `/v1/subscriptions/${sub}/acknowledgements`, {
    key: partner,
    headers,
    body: { alertId, ...more }
  })
const answersOf = async (id: string) =>
  (await suite.ask('GET', `/v1/alerts/${id}`)).body.operator.answers

it('is to each that it names, and to no other', async () => {
  await raised('a1', 'a2', 'a3')
  const { status, headers, items } = await answer(['a2', 'a1'], {
    note: 'Ours.',
    response: { kind: 'warned' }
  })
  const done = (alertId: string) => ({
    alertId,
    status: 200,
    actionId: expect.any(String),
    at: expect.any(String)
  })
  expect([status, items]).toEqual([200, [done('a2'), done('a1')]])
  for (const id of ['a1', 'a2'])
    expect(await answersOf(id)).toMatchObject([{ note: 'Ours.', response: { kind: 'warned' } }])
  expect(await answersOf('a3')).toBeUndefined()
  const position = { 'tocsin-cursor': headers['tocsin-cursor'] as string }
  expect(
    (await suite.askWaiting('GET', '/v1/alerts/a1', { headers: position })).body.operator.answers
  ).toHaveLength(1)
})

it('is none to what the subscription was not told, which is answered as what is not there', async () => {
  suite.h.network.answer = ({ url }) =>
    url.includes('deaf') ? failing : { ...failing, status: 200 }
  const [deaf, calm] = [
    await subscribed('deaf'),
    await subscribed('calm', { minSeverity: 'extreme' })
  ]
  await raised('a1', 'dark')
  const { items } = await answer(['dark', 'a1', 'none'])
  expect(items.map(({ status }) => status)).toEqual([404, 200, 404])
  const [hidden, missing] = [items[0], items[2]].map(each => JSON.stringify(each))
  expect(hidden?.replaceAll('dark', 'none')).toBe(missing)
  const { instance: _one, ...single } = (await alone('none')).body
  expect(items[2]?.problem).toMatchObject(single)
  for (const id of [deaf, calm])
    expect((await answer(['a1'], {}, { id })).items).toMatchObject([{ status: 404 }])
  expect(await answersOf('dark')).toBeUndefined()
  expect(await answersOf('a1')).toHaveLength(1)
})

it('is refused whole where it says nothing that could be taken', async () => {
  await raised('a1')
  for (const body of [{ until: 'soon' }, { response: { kind: 'none' } }, { note: 'x'.repeat(501) }])
    expect((await answer(['a1'], body)).status).toBe(422)
  for (const ids of [[], ['a1', 'a1'], Array.from({ length: 101 }, (_, i) => `a${i}`)])
    expect((await answer(ids)).status).toBe(422)
  expect(await answersOf('a1')).toBeUndefined()
})
