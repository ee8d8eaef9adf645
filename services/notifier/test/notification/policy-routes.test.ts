// Policies over HTTP: what is taken and shown, what is refused and where, and a policy given to a
// subscription that has none.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const url = 'https://partner.example/hook'
const defaults = {
  minSeverity: 'minor',
  groupWaitSeconds: 30,
  updateMinutes: 15,
  stories: 'one',
  endings: true,
  quietHours: null,
  unansweredMinutes: 0,
  repeatMinutes: 0,
  watch: null
}

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

describe('a policy', () => {
  it('is recorded and shown whole, whatever part of it was given', async () => {
    const made = await suite.ask('POST', '/v1/subscriptions', {
      body: { url, policy: { updateMinutes: 5 } }
    })
    expect(made).toMatchObject({ status: 201, body: { policy: { ...defaults, updateMinutes: 5 } } })
    expect((await suite.ask('GET', `/v1/subscriptions/${made.body.id}`)).body.policy).toEqual({
      ...defaults,
      updateMinutes: 5
    })
  })

  it.each([
    [{}, defaults],
    [{ policy: null }, null],
    [{ order: 'strict' }, undefined]
  ])('is the default one unless a new subscription says otherwise: %j', async (more, policy) => {
    const made = await suite.ask('POST', '/v1/subscriptions', { body: { url, ...more } })
    expect(made.body.policy).toEqual(policy)
  })

  it.each([
    [{ policy: { updateMinutes: -1 } }, '/policy/updateMinutes'],
    [{ policy: { groupWait: 3 } }, '/policy/groupWait'],
    [{ policy: { minSeverity: 'grave' } }, '/policy/minSeverity'],
    [
      { policy: { quietHours: { from: '22:00', to: '22:00', timeZone: 'UTC' } } },
      '/policy/quietHours/to'
    ],
    [
      { policy: { quietHours: { from: '22:00', to: '6:00', timeZone: 'UTC' } } },
      '/policy/quietHours/to'
    ],
    [
      { policy: { quietHours: { from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' } } },
      '/policy/quietHours/timeZone'
    ],
    [{ policy: { repeatMinutes: 60, updateMinutes: 90 } }, '/policy/repeatMinutes'],
    [{ policy: {}, order: 'strict' }, '/policy']
  ])('%j is refused at %s', async (bad, pointer) => {
    const answer = await suite.ask('POST', '/v1/subscriptions', { body: { url, ...bad } })
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'body-invalid', errors: [{ pointer }] }
    })
  })

  it('may be given and taken away later: what it held goes then', async () => {
    const { id } = (await suite.ask('POST', '/v1/subscriptions', { body: { url } })).body as {
      id: string
    }
    const change = (policy: unknown) =>
      suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { policy } })
    expect(await change({ minSeverity: 'extreme', groupWaitSeconds: 0 })).toMatchObject({
      status: 200
    })
    await suite.h.alerts.write('raised', 'a1')
    await settle(30)
    const first = async () =>
      (
        (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries`)).body
          .items as readonly unknown[]
      )[0]
    expect(await first()).toMatchObject({
      state: 'pending',
      held: { reason: 'below-minimum', until: null, by: null },
      because: null
    })
    expect(await change(null)).toMatchObject({ status: 200, body: { policy: null } })
    await settle(30)
    expect(await first()).toMatchObject({ state: 'delivered', held: null, because: null })
  })
})
