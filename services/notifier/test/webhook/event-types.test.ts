// A subscription that names types of events gets these, and what follows to whoever got the alert.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const subscribe = (more: object) =>
  suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://partner.example/hook', policy: null, ...more }
  })
const write = async (name: Parameters<Suite['h']['alerts']['write']>[0], alertId: string) => {
  await suite.h.alerts.write(name, alertId, name === 'retracted' ? { status: 'retracted' } : {})
  await settle(30)
}

it('are sent in a sequence of their own, with the retraction of what was sent', async () => {
  const { body } = await subscribe({ types: ['alert.raised', 'tocsin.alert.escalated.v1'] })
  expect(body.types).toEqual(['alert.raised', 'alert.escalated'])
  for (const name of ['raised', 'revised', 'escalated', 'retracted'] as const)
    await write(name, 'a1')
  expect(suite.h.network.events.map(({ sequence, type }) => [sequence, type])).toEqual([
    [1, 'tocsin.alert.raised.v1'],
    [2, 'tocsin.alert.escalated.v1'],
    [3, 'tocsin.alert.retracted.v1']
  ])
})

it('leave out an alert without such an event, and say so; a change applies to what waits', async () => {
  const { body } = await subscribe({ types: ['alert.escalated'] })
  for (const name of ['raised', 'revised', 'retracted'] as const) await write(name, 'a1')
  expect(suite.h.network.events).toEqual([])
  const told = await suite.ask('GET', '/v1/alerts/a1/told')
  expect(told.body.items).toMatchObject([
    { subscriptionId: body.id, cause: 'filter', unmet: ['types'] }
  ])
  for (const change of [{ types: null, state: 'disabled' }, { types: ['alert.resolved'] }]) {
    await suite.ask('PATCH', `/v1/subscriptions/${body.id}`, { body: change })
    await write('raised', 'a2')
  }
  await suite.ask('PATCH', `/v1/subscriptions/${body.id}`, { body: { state: 'active' } })
  await settle(30)
  // The first that waits may be on its way.
  expect(new Set(suite.h.network.events.map(({ data }) => data.alertId))).toEqual(new Set(['a1']))
})

it('that do not exist are refused by their place', async () => {
  expect(await subscribe({ types: ['alert.raised', 'alert.rising'] })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/types/1' }] }
  })
})
