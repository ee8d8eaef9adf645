// Partners say that a human has an alert: of what their own subscription was told and may still
// see, and of nothing else.

import { beforeEach, describe, expect, it } from 'vitest'
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
  sub = (
    await suite.ask('POST', '/v1/subscriptions', {
      body: { url: 'https://own.example/hook', policy: null },
      key: partner
    })
  ).body.id
})

async function raised(alertId = 'a1', more: object = {}): Promise<void> {
  await suite.h.alerts.write('raised', alertId, { handling: 'partners', ...more })
  await settle(60)
}

const answer = (body: object = {}, { key = partner, id = sub, headers = {} } = {}) =>
  suite.ask('POST', `/v1/subscriptions/${id}/acknowledgements`, {
    key,
    headers,
    body: { alertId: 'a1', ...body }
  })
const seenBy = async (key: string) => (await suite.ask('GET', '/v1/alerts/a1', { key })).body
const officer = () =>
  suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal', name: 'Awa' })

describe('a partner who was told', () => {
  it('answers without a revision and without alerts:operate, and officers see who has it', async () => {
    await raised()
    const { body, status } = await answer({ note: 'Our team calls.' })
    expect([status, body]).toEqual([
      200,
      { actionId: expect.any(String), state: 'done', alertId: 'a1', at: expect.any(String) }
    ])
    const awa = await officer()
    const shown = await seenBy(awa)
    const said = { at: expect.any(String), until: null, note: 'Our team calls.', via: 'key' }
    expect(shown).toMatchObject({
      operatorRevision: 0,
      operator: {
        acknowledgedBy: null,
        answers: [{ subscriptionId: sub, by: 'Partner of the river', ...said }]
      },
      action: { by: 'Partner of the river', text: 'Our team calls.' }
    })
    const told = (await suite.ask('GET', '/v1/alerts/a1/told', { key: awa })).body
    expect(told.items).toMatchObject([{ subscriptionId: sub, answered: said }])
    expect(
      (await suite.ask('GET', `/v1/actions/${body.actionId}`, { key: partner })).body
    ).toMatchObject({ state: 'done' })
  })

  it('answers once under an Idempotency-Key, and not something else under it', async () => {
    await raised()
    const headers = { 'idempotency-key': 'k1' }
    const first = (await answer({ note: 'Ours.' }, { headers })).body
    expect((await answer({ note: 'Ours.' }, { headers })).body).toEqual(first)
    expect((await answer({ note: 'Others.' }, { headers })).status).toBe(400)
    expect((await seenBy(suite.owner)).revision).toBe(2)
    expect((await answer({ note: 'Again.' })).status).toBe(200)
    expect((await seenBy(suite.owner)).operator.answers).toMatchObject([{ note: 'Again.' }])
  })

  it('may say until when, ahead and within 30 days', async () => {
    await raised()
    const at = (days: number) => new Date(suite.h.clock.nowMs() + days * 86_400_000).toISOString()
    expect((await answer({ until: at(-1) })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/until' }]
    })
    expect((await answer({ until: at(31) })).status).toBe(422)
    expect((await answer({ until: 'soon' })).status).toBe(422)
    expect((await answer({ until: at(1) })).status).toBe(200)
    expect((await seenBy(suite.owner)).operator.answers).toMatchObject([{ until: at(1) }])
  })

  it('is refused an alert that is over', async () => {
    await raised()
    await suite.h.alerts.write('resolved', 'a1', { status: 'resolved', handling: 'partners' })
    await settle(60)
    expect((await answer()).body).toMatchObject({
      status: 409,
      code: 'action-refused',
      reason: 'alert-closed'
    })
  })

  it('is answered 202 while the rules lag', async () => {
    await raised()
    suite.rules.isPaused = true
    const asked = answer()
    await settle()
    await suite.h.clock.advance(2_500)
    const { status, headers, body } = await asked
    expect([status, headers.location]).toEqual([202, `/v1/actions/${body.actionId}`])
    expect((await suite.ask('GET', headers.location as string, { key: partner })).body.state).toBe(
      'pending'
    )
  })
})

describe('from outside', () => {
  it('one answer is given, whatever the reason', async () => {
    await raised()
    // Never told: a filter that did not want it, an endpoint that accepts nothing, an alert that is
    // not there or hidden.
    const body = {
      url: 'https://calm.example/hook',
      filter: { minSeverity: 'extreme' },
      policy: null
    }
    const calm = (await suite.ask('POST', '/v1/subscriptions', { body, key: partner })).body.id
    suite.h.network.answer = ({ url }) =>
      url.includes('deaf') ? failing : { ...failing, status: 200 }
    const deaf = (
      await suite.ask('POST', '/v1/subscriptions', {
        body: { url: 'https://deaf.example/h', policy: null },
        key: partner
      })
    ).body.id
    await raised('a2')
    await raised('hidden', { handling: 'restricted' })
    const asked = [
      await answer({}, { id: calm }),
      await answer({ alertId: 'a2' }, { id: deaf }),
      await answer({ alertId: 'none' }),
      await answer({ alertId: 'hidden' })
    ]
    // It left the view.
    expect((await answer()).status).toBe(200)
    await suite.h.alerts.write('revised', 'a1', { handling: 'internal' })
    await settle(60)
    asked.push(await answer())
    const told = asked.map(({ status, body: { title, detail, code } }) => ({
      status,
      title,
      detail,
      code
    }))
    expect(new Set(told.map(each => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(told[0])])
    )
    expect(told[0]).toMatchObject({ status: 404, code: 'not-found' })
  })
})
