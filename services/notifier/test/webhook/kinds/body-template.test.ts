// A webhook with a body in its owner's form.

import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import { expect, it } from 'vitest'
import { subscribeKind } from './kind-suite.ts'

const body = { title: '=event.data.headline', sequence: '=event.sequence', source: 'tocsin' }
const asked = { url: 'https://partner.example/', body }
const unasked = { 'webhooks.consent': 'never' }

it('is signed as it is sent, and shown as it was sent', async () => {
  const { suite, service, made, tell } = await subscribeKind(asked, unasked)
  expect(made.body).toMatchObject({ body })
  await tell('raised', 'a1', { headline: 'Siege' })
  const [request] = service.requests
  if (request === undefined) throw new Error('nothing was sent')
  expect(service.bodies[0]).toEqual({ title: 'Siege', sequence: 1, source: 'tocsin' })
  expect(request.headers['content-type']).toBe('application/json; charset=utf-8')
  const nowS = suite.h.clock.nowMs() / 1_000
  const key = parseVerifyingKey(made.body.secret)
  expect(verifyWebhook(request, [key], nowS)).toMatchObject({ ok: true })
  const url = `/v1/subscriptions/${made.body.id}/deliveries?sequence=1`
  const { request: shown } = (await suite.ask('GET', url)).body.items[0]
  expect(JSON.parse(shown.body)).toEqual(service.bodies[0])
})

it('is tried by a sample', async () => {
  const { suite, service, made } = await subscribeKind(asked, unasked)
  const test = { type: 'tocsin.alert.raised.v1' }
  await suite.ask('POST', `/v1/subscriptions/${made.body.id}/test`, { body: test })
  expect(service.bodies[0]).toMatchObject({ source: 'tocsin', title: expect.any(String) })
})

it('is refused at the expression that cannot be used', async () => {
  const { made } = await subscribeKind({ ...asked, body: { a: { b: '=event.' } } }, unasked)
  expect(made).toMatchObject({ status: 422, body: { errors: [{ pointer: '/body/a/b' }] } })
})
