// A subscription that asks for the digest gets one for each week of its theatres: that of the last week
// at once, then one on each Monday at 06:00 UTC. A restart sends none twice.

import { beforeAllTime } from '@tocsin/contracts/theatre/theatre-record'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'
import { subscribeKind } from '../webhook/kinds/kind-suite.ts'
import { IncidentWriter } from './incident-writer.ts'

const minuteMs = 60_000
const theatre = (id: string, country: string) =>
  ({
    type: 'theatre.declared',
    data: { id, countries: [country], polygon: null, clock: 'wall', retentionDays: 820 }
  }) as const
const asked = { order: 'newest-state', digest: true } as const

const digestsAt = ({ requests }: FakeNetwork) =>
  requests
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()))
    .filter(({ type }) => type === 'tocsin.webhook.digest.v1')
    .map(({ id, data: { digest } }) => ({
      id,
      week: `${digest.theatre} ${digest.from}`,
      attacks: digest.attacks
    }))

describe('a digest', () => {
  let harness: Harness
  beforeEach(async () => {
    harness = await new Harness().start()
    await harness.declare(theatre('sahel', 'ML'))
    await harness.declare(theatre('lake', 'TD'))
    return () => harness.close()
  })

  it('is told at once, and each Monday at 06:00 UTC, of the week that ended', async () => {
    await new IncidentWriter(harness.log).write('2026-02-17')
    await subscribed(harness, { ...asked, filter: { theatre: ['sahel'] } })
    await settle(30)
    await harness.clock.advance(minuteMs)
    expect(digestsAt(harness.network)).toMatchObject([{ week: 'sahel 2026-02-16', attacks: 1 }])
    const untilMs = Date.parse('2026-03-02T05:59:00Z') - harness.clock.nowMs()
    harness.clock.jump(untilMs)
    await harness.clock.advance(minuteMs / 2)
    expect(digestsAt(harness.network)).toHaveLength(1)
    await harness.clock.advance(minuteMs)
    expect(digestsAt(harness.network).slice(1)).toMatchObject([{ week: 'sahel 2026-02-23' }])
  })

  it('lists what rules find in an area without the parts that the subscription is spared', async () => {
    await new IncidentWriter(harness.log).write('2026-02-17')
    await harness.alerts.write('raised', 'a1', {
      ...{ pattern: 'surge', describes: true, group: { admin1: 'ML-4' } },
      inLanguages: { fr: { headline: 'Hausse', explanation: '', measure: '', levels: [] } },
      ...{ headline: 'Surge', window: { from: '2026-02-17T00:00:00.000Z', to: null } }
    })
    await subscribed(harness, { ...asked, withhold: ['words'], filter: { theatre: ['sahel'] } })
    await settle(30)
    await harness.clock.advance(minuteMs)
    const [{ data }] = harness.network.requests
      .map(({ body }) => JSON.parse(Buffer.from(body).toString()))
      .filter(({ type }) => type === 'tocsin.webhook.digest.v1')
    expect(data.digest.areas).toMatchObject([
      {
        admin1: 'ML-4',
        alerts: [
          {
            ...{ alertId: 'a1', headline: 'Alert in Ségou (Mali), details withheld' },
            inLanguages: { fr: { headline: expect.stringContaining('Ségou (Mali)') } }
          }
        ]
      }
    ])
  })

  it('is not told of a replay that has no time yet, then of its own weeks', async () => {
    const { data, type } = theatre('past', 'NE')
    await harness.declare({ type, data: { ...data, clock: 'replay' } })
    const tick = async (to: string) => {
      await harness.incident('past', { type: 'clock.ticked', data: { to, gap: false } }, to, to)
      await settle(30)
      await harness.clock.advance(minuteMs)
    }
    await subscribed(harness, { ...asked, filter: { theatre: ['past'] } })
    // Declared: its first tick is before all time.
    await tick(beforeAllTime)
    expect(digestsAt(harness.network)).toEqual([])
    await tick('2015-03-02T06:00:00.000Z')
    expect(digestsAt(harness.network)).toMatchObject([{ week: 'past 2015-02-23' }])
  })

  it('is not told to who did not ask', async () => {
    await subscribed(harness, { order: 'newest-state' })
    await harness.clock.advance(minuteMs)
    expect(digestsAt(harness.network)).toEqual([])
  })
})

it('is told once, under one id, over a kill and a failure', async () => {
  const [store, network] = [new MemoryStore(), new FakeNetwork()]
  const first = await new Harness({ store, network }).start()
  const { clock } = first
  await first.declare(theatre('sahel', 'ML'))
  await subscribed(first, asked)
  network.answer = () => failing
  await clock.advance(minuteMs / 2)
  await first.kill()
  network.answer = () => accepted
  const second = await new Harness({ store, network, instance: 1, clock }).start()
  await clock.advance(10 * minuteMs)
  await second.kill()
  const told = digestsAt(network)
  expect(new Set(told.map(({ id }) => id)).size).toBe(1)
  const count = told.length
  await using third = await new Harness({ store, network, instance: 2, clock }).start()
  await third.clock.advance(10 * minuteMs)
  expect(digestsAt(network)).toHaveLength(count)
})

describe('a destination', () => {
  const mail = {
    kind: 'email',
    url: 'smtps://user:password@mail.example',
    ...{ to: ['duty@partner.example'], sender: 'tocsin@partner.example' }
  }

  it('of kind email is sent the areas above their usual with numbers, and the situations', async () => {
    const { suite, service, made } = await subscribeKind({
      ...{ ...mail, digest: true },
      filter: { severity: ['extreme'] }
    })
    expect([made.status, made.body.digest]).toEqual([201, true])
    await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
    const incidents = new IncidentWriter(suite.h.log)
    await incidents.write('2025-01-10', { category: 'protest' })
    for (const day of ['16', '18', '22']) await incidents.write(`2026-02-${day}`)
    const window = { from: '2026-02-17T00:00:00.000Z', to: null }
    await suite.h.alerts.write('raised', 'a1', { pattern: 'cluster', window })
    await suite.h.alerts.write('raised', 'a2', {
      ...{ pattern: 'surge', describes: true, group: { admin1: 'ML-4' }, window },
      headline: 'Surge'
    })
    await settle(30)
    await suite.h.clock.advance(minuteMs)
    const [request, ...others] = service.requests
    expect(others).toEqual([])
    expect(request?.headers).toMatchObject({
      to: 'duty@partner.example',
      subject: 'Week of 16 Feb 2026 to 22 Feb 2026 in sahel: 1 area above the usual',
      references: '<digest.sahel@partner.example>'
    })
    expect(Buffer.from(request?.body ?? []).toString()).toBe(
      `Week of 16 Feb 2026 to 22 Feb 2026 in sahel: 1 area above the usual
In all 3 attacks, 0 in a usual week; as many by chance in one of 150,000 weeks
Last 8 weeks: 0, 0, 0, 0, 0, 0, 0, 3

Areas
- Ségou (Mali): 3 attacks, 0 in a usual week; as many by chance in one of 150,000 weeks; last 8 weeks: 0, 0, 0, 0, 0, 0, 0, 3
  - Surge (moderate, provisional, since 17 Feb 2026)

Situations
- Siege of Diosso (a1) (moderate, provisional, since 17 Feb 2026)

Open in Tocsin: https://tocsin.example/?view=digest&item=sahel&week=2026-02-16`
    )
  })

  it.each([
    ['slack', { url: 'https://hooks.slack.com/services/T00/B00/X' }],
    ['pagerduty', { routingKey: 'R0123' }]
  ])('of kind %s has no form for it', async (kind, needs) => {
    const suite = await Suite.start()
    const body = { kind, ...needs, digest: true }
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    expect([made.status, made.body.errors]).toEqual([
      422,
      [{ pointer: '/digest', detail: `has no use for kind ${kind}: leave it out` }]
    ])
  })
})
