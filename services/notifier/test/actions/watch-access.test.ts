// Watches over HTTP: who may declare, know, change and hand over.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

const minuteMs = 60_000

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const inMinutes = (minutes: number) =>
  new Date(suite.h.clock.nowMs() + minutes * minuteMs).toISOString()
const declare = (body: object, key = suite.owner) => suite.ask('POST', '/v1/watches', { body, key })

describe('who may do what with a watch', () => {
  it('is declared by who manages subscriptions, changed by them and administrators, and handed over by officers', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    const other = await suite.key(['subscriptions:manage'], { handling: 'partners' })
    const officer = await suite.key(['alerts:operate'])
    const { id } = (await declare({ name: 'Partner desk', handling: 'partners' }, partner)).body
    const change = (key: string) =>
      suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, name: 'Mine' }, key })
    expect([(await change(other)).status, (await change(officer)).status]).toEqual([403, 403])
    expect((await declare({ name: 'Desk' }, officer)).status).toBe(403)
    const told = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).body.mayChange
    expect([await told(partner), await told(suite.owner)]).toEqual([true, true])
    expect([await told(other), await told(officer)]).toEqual([false, false])
    expect((await change(partner)).status).toBe(200)
    expect((await suite.ask('DELETE', `/v1/watches/${id}`, { key: other })).status).toBe(403)
  })

  it('of a partner shows its officers to no other partner, unless it says so', async () => {
    const ofPartner = () =>
      suite.key(['subscriptions:manage', 'alerts:read', 'alerts:operate'], { handling: 'partners' })
    const [partner, other, officer] = [
      await ofPartner(),
      await ofPartner(),
      await suite.key(['alerts:operate'])
    ]
    const { id, handling } = (await declare({ name: 'Partner desk' }, partner)).body
    expect(handling).toBe('internal')
    const seen = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).status
    const subscribe = async (key: string) =>
      (
        await suite.ask('POST', '/v1/subscriptions', {
          body: { url: 'https://p.example/', policy: { watch: id } },
          key
        })
      ).status
    expect([
      await seen(partner),
      await seen(officer),
      await seen(suite.owner),
      await seen(other)
    ]).toEqual([200, 200, 200, 404])
    expect([await subscribe(partner), await subscribe(other)]).toEqual([201, 422])
    const listed = async (key: string) =>
      (await suite.ask('GET', '/v1/watches', { key })).body.items.length
    expect([await listed(partner), await listed(other)]).toEqual([1, 0])
    const tagFor = async (key: string) =>
      (await suite.ask('GET', '/v1/watches', { key })).headers.etag
    const before = await tagFor(other)
    const line = (await suite.ask('GET', '/v1/subscriptions', { key: partner })).body.items[0].id
    const handOver = { version: 1, officer: 'Esi', until: inMinutes(60), lines: [line] }
    expect(
      (await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body: handOver, key: other }))
        .status
    ).toBe(404)
    expect(
      (await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body: handOver, key: partner }))
        .status
    ).toBe(200)
    expect(await tagFor(other)).toBe(before)
    const mark = (version: number, asked: string) =>
      suite.ask('PATCH', `/v1/watches/${id}`, { body: { version, handling: asked }, key: partner })
    expect((await mark(2, 'partners')).status).toBe(200)
    expect(await seen(other)).toBe(200)
    expect((await mark(3, 'internal')).status).toBe(200)
    expect(await seen(other)).toBe(404)
  })

  it('names its lines to officers by who holds them, as far as their reach goes, and to nobody by an address', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'Partner A' })
    const body = { url: 'https://ama.example/hook', contact: 'desk@a.example' }
    const made = await suite.ask('POST', '/v1/subscriptions', { body, key: partner })
    const line = made.body.id
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [line] }]
    const { id } = (await declare({ name: 'Joint desk', shifts })).body
    const lineNames = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).body.lineNames
    const named = [{ subscriptionId: line, by: 'Partner A', contact: 'desk@a.example' }]
    expect(await lineNames(await suite.key(['alerts:operate']))).toEqual(named)
    expect(await lineNames(suite.owner)).toEqual(named)
    // Beyond the officer's theatres, and to another partner: nothing.
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, handling: 'public' } })
    expect(await lineNames(await suite.key(['subscriptions:manage']))).toEqual([])
    expect(await lineNames(await suite.key(['alerts:operate'], { handling: 'partners' }))).toEqual(
      []
    )
    const silence = {
      reason: 'A test.',
      minutes: 5,
      subscriptionId: line,
      filter: { severity: ['minor'] }
    }
    const policy = { groupWaitSeconds: 0 }
    await suite.ask('PATCH', `/v1/subscriptions/${line}`, { body: { policy }, key: partner })
    const of = (await suite.ask('POST', '/v1/silences', { body: silence, key: partner })).body.id
    const told = await suite.ask('GET', `/v1/silences/${of}`, {
      key: await suite.key(['alerts:operate'])
    })
    expect(told.body).toMatchObject({ subscriptionId: line, subscriber: named[0] })
    expect(JSON.stringify(told.body)).not.toContain('ama.example')
  })
})
