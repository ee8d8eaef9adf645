// The preview of a policy: what it would have told of the last week, for whom, and that deliveries
// decide alike.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const preview = async (body: object, key = suite.owner) =>
  suite.ask('POST', '/v1/subscriptions/preview', { body: { policy: {}, ...body }, key })
const write = async (
  kind: Parameters<typeof suite.h.alerts.write>[0],
  alertId: string,
  more: object = {}
) => {
  suite.h.alerts.moveTo(suite.h.clock.nowMs())
  await suite.h.alerts.write(kind, alertId, more)
  await settle(30)
}
/** In parts: each record alone takes most of the time. */
const reviseOften = async (alertId: string, count: number, patch: Partial<AlertState>) => {
  for (let left = count; left > 0; left -= 500) {
    const part = Array.from(
      { length: Math.min(500, left) },
      () => suite.h.alerts.record('revised', alertId, patch)[0]
    )
    await suite.h.log.append(topics.alerts, part)
    await settle(5)
  }
}

describe('the preview of a policy', () => {
  it('counts what is told and what is held, and names the alerts of which nothing is told', async () => {
    await write('raised', 'siege', { severity: 'severe' })
    await write('revised', 'siege', { severity: 'severe' })
    await write('raised', 'theft', { severity: 'minor', headline: 'A theft' })
    await suite.h.clock.advance(10 * minuteMs)
    expect(
      await preview({ policy: { minSeverity: 'moderate', groupWaitSeconds: 0 } })
    ).toMatchObject({
      status: 200,
      body: {
        ...{ events: 3, told: 1, isWhole: true, toldByReason: { first: 1 } },
        untoldByReason: { 'below-minimum': 1, 'update-interval': 1 },
        silentCount: 1,
        silent: [
          { alertId: 'theft', severity: 'minor', headline: 'A theft', reason: 'below-minimum' }
        ]
      }
    })
    expect((await preview({ policy: { groupWaitSeconds: 0 } })).body).toMatchObject({
      told: 2,
      silent: []
    })
    expect((await preview({ filter: { severity: ['minor'] } })).body).toMatchObject({
      events: 1,
      told: 1
    })
  })

  it('is of the last week, in which an alert that was told before it is no news', async () => {
    suite.h.alerts.moveTo(suite.h.clock.nowMs() - 8 * dayMs)
    await suite.h.alerts.write('raised', 'siege', { severity: 'severe' })
    await settle(30)
    expect((await preview({})).body).toMatchObject({ events: 0, told: 0, isWhole: true })
    await write('revised', 'siege', { severity: 'severe' })
    const { body } = await preview({ policy: { updateMinutes: 0 } })
    expect(body).toMatchObject({ events: 1, toldByReason: { update: 1 } })
    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(7 * dayMs)
  })

  it('tells what the subscriber may see, and no more to who changes it', async () => {
    await write('raised', 'inner', { handling: 'restricted' })
    await write('raised', 'outer', { handling: 'partners' })
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    expect((await preview({}, partner)).body).toMatchObject({ events: 1 })
    expect((await preview({})).body).toMatchObject({ events: 2 })
    const made = await suite.ask('POST', '/v1/subscriptions', {
      body: { url: 'https://p.example/' },
      key: partner
    })
    expect((await preview({ subscriptionId: made.body.id })).body).toMatchObject({ events: 1 })
    const other = await suite.key(['subscriptions:manage', 'alerts:read'])
    const [hidden, none] = [
      await preview({ subscriptionId: made.body.id }, other),
      await preview({ subscriptionId: 'none' }, other)
    ]
    expect([hidden.status, hidden.body.detail]).toEqual([404, none.body.detail])
  })

  it('of more events than it plays takes what was told before them as told', async () => {
    const raise = (alertId: string) =>
      suite.h.alerts.write('raised', alertId, { severity: 'severe' })
    const revise = (alertId: string, severity = 'severe') =>
      suite.h.alerts.write('revised', alertId, { severity } as object)
    await raise('early')
    await raise('graver')
    await raise('busy')
    await suite.h.alerts.write('resolved', 'graver', { severity: 'severe', status: 'resolved' })
    await reviseOften('busy', 4_997, { severity: 'severe' })
    await revise('early')
    await suite.h.alerts.write('reopened', 'graver', { severity: 'extreme', status: 'provisional' })
    await raise('late')
    await settle(50)
    await suite.h.clock.advance(10 * minuteMs)
    const { body } = await preview({
      policy: { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
    })
    expect(body).toMatchObject({
      events: 5_000,
      isWhole: false,
      toldByReason: { first: 1, graver: 1, update: 4_998 }
    })
    // Nothing is told of what is too slight, whether it began before the played events or within
    // them.
    const strict = await preview({
      policy: { minSeverity: 'extreme', groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
    })
    expect(strict.body).toMatchObject({
      told: 1,
      untoldByReason: { 'below-minimum': 3 },
      silentCount: 3
    })
  }, 60_000)

  it('is the same whatever hidden alerts there are', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    await write('raised', 'outer', { handling: 'partners' })
    const before = (await preview({}, partner)).body
    for (const n of [1, 2, 3]) await write('raised', `inner-${n}`, { handling: 'restricted' })
    const after = (await preview({}, partner)).body
    expect({ ...after, from: '', to: '' }).toEqual({ ...before, from: '', to: '' })
  })

  it('is the same however often an alert changed in what is hidden', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    await write('raised', 'busy', { handling: 'partners' })
    const before = (await preview({}, partner)).body
    await reviseOften('busy', 10_050, { concerns: 'restricted' })
    await settle(50)
    const after = (await preview({}, partner)).body
    expect(after).toMatchObject({ events: 1, isWhole: true })
    expect({ ...after, from: '', to: '' }).toEqual({ ...before, from: '', to: '' })
  })

  it('is played for one key once at a time', async () => {
    for (let i = 0; i < 400; i++) await suite.h.alerts.write('raised', `a${i}`)
    await settle(30)
    const asked = await Promise.all([preview({}), preview({}), preview({})])
    expect(asked.map(({ status }) => status).toSorted()).toEqual([200, 429, 429])
    expect((await preview({})).status).toBe(200)
  })

  it('needs a key that may read alerts, and refuses a policy at its field', async () => {
    const key = await suite.key(['subscriptions:manage'])
    expect((await preview({}, key)).status).toBe(403)
    const quietHours = { from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' }
    expect(await preview({ policy: { quietHours } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/policy/quietHours/timeZone' }] }
    })
    expect(await preview({ filter: { country: ['XX'] } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/filter/country/0' }] }
    })
  })

  it.each([0, 20])(
    'says of so many events as deliveries and reminders (every %i min) told',
    async repeatMinutes => {
      const policy = {
        minSeverity: 'moderate',
        groupWaitSeconds: 60,
        updateMinutes: 15,
        repeatMinutes
      }
      await suite.ask('POST', '/v1/subscriptions', {
        body: { url: 'https://desk.example/hook', policy }
      })
      const severities = ['minor', 'moderate', 'severe', 'extreme'] as const
      for (let n = 0; n < 24; n++) {
        const alertId = `a${n % 6}`
        await write(n < 6 ? 'raised' : 'revised', alertId, { severity: severities[(n * 7) % 4] })
        for (let step = 0; step < 13; step++) await suite.h.clock.advance(10_000)
        await settle(30)
      }
      for (let step = 0; step < 100; step++) await suite.h.clock.advance(10_000)
      await settle(30)
      const { told, toldByReason } = (await preview({ policy })).body
      expect(told).toBeGreaterThan(6)
      expect(toldByReason.repeat ?? 0).toBeGreaterThanOrEqual(repeatMinutes === 0 ? 0 : 2)
      expect(suite.h.network.requests).toHaveLength(told)
    }
  )
})
