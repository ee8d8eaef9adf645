// Why a subscription was told of an alert, or was not: one cause of a closed set in its row.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const minuteMs = 60_000
const holding = ['subscriptions:manage', 'alerts:read']

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

async function subscribe(more: object = {}, key = suite.owner): Promise<string> {
  const made = await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://desk.example/hook', policy: null, ...more },
    key
  })
  expect(made.status).toBe(201)
  return made.body.id
}
const write = async (
  kind: Parameters<typeof suite.h.alerts.write>[0],
  alertId: string,
  more: object = {}
) => {
  await suite.h.alerts.write(kind, alertId, more)
  await settle(30)
}
const told = (alertId: string, key = suite.owner) =>
  suite.ask('GET', `/v1/alerts/${alertId}/told`, { key })
const rowOf = async (id: string, alertId: string, key = suite.owner) =>
  (await told(alertId, key)).body.items.find(
    (row: { readonly subscriptionId: string }) => row.subscriptionId === id
  )
const cause = async (id: string, alertId: string, key = suite.owner) =>
  (await rowOf(id, alertId, key)).cause

describe('why a subscription was not told', () => {
  it('is said where nothing was ever planned', async () => {
    await write('raised', 'earlier')
    const key = await suite.key(holding, { handling: 'partners' })
    const id = await subscribe({ filter: { severity: ['extreme'], country: ['ML', 'NE'] } }, key)
    const all = await subscribe({}, key)
    await write('raised', 'minor', { severity: 'minor' })
    await write('raised', 'drill', { severity: 'extreme', drill: true })
    await write('raised', 'old', { severity: 'extreme', notify: 'quiet' })
    await write('raised', 'secret', { severity: 'extreme', handling: 'restricted' })
    expect(await cause(id, 'earlier', key)).toBe('before-subscription')
    const unwanted = await rowOf(id, 'minor', key)
    expect(unwanted).toMatchObject({
      ...{ cause: 'filter', state: 'not-sent', type: null, acceptedAt: null }
    })
    expect(unwanted.unmet).toContain('severity')
    expect(await cause(all, 'drill', key)).toBe('drill')
    expect(await cause(all, 'old', key)).toBe('quiet')
    // To who may see it, and manages the subscription: that it is beyond that one.
    expect(await cause(all, 'secret')).toBe('view')
  })

  it('says so of what its key, its state or its settings keep back', async () => {
    const key = await suite.key(holding, { handling: 'internal' })
    const id = await subscribe({}, key)
    await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: { state: 'disabled' }, key })
    await write('raised', 'siege')
    expect(await rowOf(id, 'siege', key)).toMatchObject({ cause: 'disabled', state: 'waiting' })
    const strict = await subscribe({ filter: { severity: ['extreme'] } }, key)
    await write('raised', 'toll', { severity: 'minor' })
    // Planned, and so what was before it is not looked at again.
    await write('raised', 'massacre', { severity: 'extreme' })
    await suite.ask('PATCH', `/v1/subscriptions/${strict}`, { body: { filter: {} }, key })
    await settle(30)
    expect(await cause(strict, 'toll', key)).toBe('earlier-settings')
  })

  it('says of what was planned how its newest event stands', async () => {
    const id = await subscribe({
      policy: { groupWaitSeconds: 60, updateMinutes: 0, endings: false }
    })
    await write('raised', 'siege')
    expect(await rowOf(id, 'siege')).toMatchObject({
      ...{ cause: 'held', acceptedAt: null, unmet: [] },
      held: { reason: 'group-wait', by: null }
    })
    for (let n = 0; n < 12; n++) await suite.h.clock.advance(minuteMs / 6)
    await settle(30)
    const row = await rowOf(id, 'siege')
    expect(row).toMatchObject({ cause: 'told', because: 'first', held: null })
    expect(row.acceptedAt).not.toBeNull()
    await write('resolved', 'siege', { status: 'resolved' })
    await suite.h.clock.advance(minuteMs)
    await settle(30)
    expect(await rowOf(id, 'siege')).toMatchObject({
      cause: 'muted',
      because: 'endings-unwanted',
      acceptedAt: row.acceptedAt
    })
  })

  it('tells who manages subscriptions of their own alone, and of an alert that they may not see nothing', async () => {
    const [key, other] = [
      await suite.key(holding, { handling: 'partners' }),
      await suite.key(holding, { handling: 'partners' })
    ]
    const id = await subscribe({}, key)
    await write('raised', 'secret', { handling: 'restricted' })
    await write('raised', 'seen', { handling: 'partners' })
    const [hidden, none] = [await told('secret', key), await told('none', key)]
    expect([hidden.status, hidden.body.detail, hidden.body.code]).toEqual([
      404,
      none.body.detail,
      none.body.code
    ])
    expect(await cause(id, 'seen', key)).toBe('told')
    expect((await told('seen', other)).body.items).toEqual([])
  })
})
