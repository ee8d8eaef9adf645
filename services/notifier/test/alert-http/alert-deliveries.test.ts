// Who was told of an alert, over HTTP.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing, type Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const of = (alertId: string, key = suite.owner, rest = '') =>
  suite.ask('GET', `/v1/alerts/${alertId}/deliveries${rest}`, { key })
const rows = ({ body }: Awaited<ReturnType<typeof of>>) =>
  body.items.map((each: { host: string; sequence: number; type: string; state: string }) =>
    [each.host, each.sequence, each.type.replace(/^tocsin\.alert\.|\.v1$/g, ''), each.state].join(
      ' '
    )
  )

/** Two partners, one of which accepts nothing; two alerts. */
async function told(h: Harness): Promise<void> {
  h.network.answer = ({ url }) =>
    url.includes('deaf')
      ? failing
      : { kind: 'response', status: 200, retryAfter: null, excerpt: '', durationMs: 1 }
  await subscribed(h, {
    subscriptionId: 'sub_1',
    contact: 'duty desk',
    url: 'https://partner.example/hook?token=s3cret'
  })
  await subscribed(h, { subscriptionId: 'sub_2', url: 'https://deaf.example:8443/hook' })
  await h.alerts.write('raised', 'a1')
  await h.alerts.write('raised', 'a2')
  await h.alerts.write('revised', 'a1')
  await settle(60)
}

it('tells by subscription which events of it were accepted, and which wait since when and why', async () => {
  await told(suite.h)
  const answer = await of('a1')
  expect(rows(answer)).toEqual([
    'partner.example 3 revised delivered',
    'partner.example 1 raised delivered',
    'deaf.example:8443 3 revised pending',
    'deaf.example:8443 1 raised pending'
  ])
  const [accepted, , , waiting] = answer.body.items
  expect(accepted).toMatchObject({
    subscriptionId: 'sub_1',
    contact: 'duty desk',
    attempts: 1,
    reason: null,
    status: 200
  })
  expect(accepted.acceptedAt >= accepted.plannedAt).toBe(true)
  expect(waiting).toMatchObject({
    subscriptionId: 'sub_2',
    subscriptionStatus: 'active',
    endpoint: 'failing',
    acceptedAt: null,
    reason: 'server-error',
    status: 500
  })
  expect(waiting.nextAt > waiting.plannedAt).toBe(true)
  expect(JSON.stringify(answer.body)).not.toContain('s3cret')
  expect(rows(await of('a2'))).toEqual([
    'partner.example 2 raised delivered',
    'deaf.example:8443 2 raised pending'
  ])
})

it('comes in pages, whose cursor counts for that alert alone', async () => {
  await told(suite.h)
  const all = rows(await of('a1'))
  for (const limit of [1, 2, 3]) {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const page = await of(
        'a1',
        suite.owner,
        `?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`
      )
      expect(page.body.items.length).toBeLessThanOrEqual(limit)
      found.push(...rows(page))
      cursor = page.body.next
    } while (cursor !== null)
    expect(found).toEqual(all)
  }
  const { next } = (await of('a1', suite.owner, '?limit=1')).body
  expect(await of('a2', suite.owner, `?cursor=${next}`)).toMatchObject({
    status: 400,
    body: { code: 'cursor-invalid' }
  })
})
