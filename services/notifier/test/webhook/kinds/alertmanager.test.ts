// Alertmanager: labels that stay, ends that are stated, and heartbeats that send open alerts again.

import { expect, it } from 'vitest'
import { settle } from '../../support/manual-clock.ts'
import { subscribeKind } from './kind-suite.ts'
import { findServiceFaults } from './service-schemas.ts'

const asked = {
  kind: 'alertmanager',
  url: 'https://alertmanager.example/',
  token: 'secret-of-the-proxy',
  labels: { team: 'duty' }
} as const
const unasked = { 'webhooks.consent': 'never' }

it('is sent firing, updated and resolved states under the same labels', async () => {
  const { suite, service, made, tell } = await subscribeKind(asked, unasked)
  await tell('raised', 'a1', { severity: 'severe' })
  await tell('escalated', 'a1', { severity: 'extreme', headline: 'Worse' })
  await tell('resolved', 'a1', { status: 'resolved', severity: 'extreme' })
  await tell('raised', 'a2')
  await tell('retracted', 'a2', { status: 'retracted' })
  expect(service.requests.map(({ url }) => url)).toEqual(
    Array(5).fill('https://alertmanager.example/api/v2/alerts')
  )
  expect(service.requests[0]?.headers.authorization).toBe('Bearer secret-of-the-proxy')
  const path = `/v1/subscriptions/${made.body.id}/deliveries?sequence=1`
  const { request } = (await suite.ask('GET', path)).body.items[0]
  expect(request.headers.authorization).toBe('Bearer ***')
  expect(service.bodies.flatMap(body => findServiceFaults('alertmanager', body))).toEqual([])
  const [raised, escalated, resolved, , retracted] = service.bodies.map(([alert]) => alert)
  const labels = { alertname: 'TocsinAlert', alert_id: 'a1', theatre: 'sahel', team: 'duty' }
  for (const each of [raised, escalated, resolved]) expect(each).toMatchObject({ labels })
  expect(raised.annotations).toMatchObject({ severity: 'severe', status: 'provisional' })
  expect(escalated.annotations).toMatchObject({ severity: 'extreme', summary: 'Worse' })
  const now = suite.h.clock.nowMs()
  const leftMs = (alert: { readonly endsAt: string }) => Date.parse(alert.endsAt) - now
  expect([raised, escalated, resolved, retracted].map(leftMs)).toEqual([3_600_000, 3_600_000, 0, 0])
})

it('is sent the open alerts again each minute, and once more those that just ended', async () => {
  const { suite, service, made, tell } = await subscribeKind(asked, unasked)
  expect(made.body).toMatchObject({ heartbeatSeconds: 60 })
  await tell('raised', 'open')
  await tell('raised', 'over')
  await tell('resolved', 'over', { status: 'resolved' })
  const beat = async (ms: number) => {
    service.requests.length = 0
    await suite.h.clock.advance(ms)
    await settle(60)
    const alerts = service.bodies.at(-1)
    expect(findServiceFaults('alertmanager', alerts)).toEqual([])
    return Object.fromEntries(
      alerts.map((each: { readonly labels: object; readonly endsAt: string }) => [
        (each.labels as { readonly alert_id: string }).alert_id,
        Date.parse(each.endsAt) > suite.h.clock.nowMs()
      ])
    )
  }
  expect(await beat(60_000)).toEqual({ open: true, over: false })
  expect(await beat(660_000)).toEqual({ open: true })
})
