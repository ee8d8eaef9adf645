// Who asks for it is told of silences over their alerts and of watches that they declared: once,
// over crashes too, and of nothing that they may not know.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const policy = { groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' } as const
const minuteMs = 60_000

interface NoticeEvent {
  readonly id: string
  readonly type: string
  readonly sequence?: number
  readonly data: {
    readonly silenceId?: string
    readonly watchId?: string
    readonly state: string
    readonly matches?: number
    readonly endsAt?: string
  }
}

const noticesAt = ({ requests }: FakeNetwork, host = ''): NoticeEvent[] =>
  requests
    .filter(({ url }) => url.includes(host))
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()) as NoticeEvent)
    .filter(({ type }) => /^tocsin\.webhook\.(silence|watch)\.v1$/.test(type))

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const subscribe = async (key = suite.owner, more: object = {}) => {
  const body = {
    url: 'https://partner.example/hook',
    policy,
    notices: ['silences', 'watches'],
    ...more
  }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key })
  expect(made.status).toBe(201)
  return made.body.id as string
}
const silence = async (more: object, key = suite.owner) => {
  const made = await suite.ask('POST', '/v1/silences', {
    body: { reason: 'Exercise at Mopti', minutes: 600, ...more },
    key
  })
  expect(made.status).toBe(201)
  return made.body as { readonly id: string; readonly startsAt: string; readonly endsAt: string }
}
const end = (id: string) => suite.ask('DELETE', `/v1/silences/${id}`)
const write = async (...event: Parameters<Suite['h']['alerts']['write']>) => {
  await suite.h.alerts.write(...event)
  await settle(30)
}
const pass = (minutes: number) => suite.h.clock.advance(minutes * minuteMs)
const told = (host = '') =>
  noticesAt(suite.h.network, host).map(
    ({ data }) => `${data.silenceId ?? data.watchId} ${data.state}`
  )
const partnerKey = () =>
  suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })

describe('a silence', () => {
  it('is told when it begins and when it is over, with its times, how much it matches, and not why', async () => {
    const id = await subscribe()
    await write('raised', 'a1')
    const {
      id: silenceId,
      startsAt,
      endsAt
    } = await silence({ subscriptionId: id, filter: { country: ['ML'] }, minutes: 30 })
    await pass(1)
    expect(noticesAt(suite.h.network)).toMatchObject([
      {
        type: 'tocsin.webhook.silence.v1',
        data: { subscriptionId: id, silenceId, state: 'holding', startsAt, endsAt, matches: 1 }
      }
    ])
    await pass(28)
    expect(told()).toEqual([`${silenceId} holding`])
    await pass(120)
    expect(told()).toEqual([`${silenceId} holding`, `${silenceId} over`])
    expect(JSON.stringify(noticesAt(suite.h.network))).not.toMatch(
      /Exercise|alertId|sequence|owner/
    )
    // The alerts have their sequence without a gap.
    expect(suite.h.network.events.flatMap(({ sequence }) => sequence ?? [])).toEqual([1])
  })

  it('is judged by what the subscriber is told of: neither hidden alerts nor those of another filter count', async () => {
    const partner = await partnerKey()
    const id = await subscribe(partner, { filter: { minSeverity: 'severe' } })
    await write('raised', 'calm', { handling: 'partners' })
    await write('raised', 'hidden', { handling: 'internal', severity: 'severe' })
    await write('raised', 'seen', { handling: 'partners', severity: 'severe' })
    await silence({ subscriptionId: id, filter: { country: ['ML'] } }, partner)
    await pass(65)
    expect(noticesAt(suite.h.network)).toMatchObject([{ data: { state: 'holding', matches: 1 } }])
  })

  it('is told to nobody who may not know of it, nor to who did not ask', async () => {
    const partner = await partnerKey()
    const own = await subscribe(partner, { url: 'https://own.example/hook' })
    await subscribe(await partnerKey(), { url: 'https://other.example/hook' })
    await subscribe(suite.owner, { url: 'https://unasked.example/hook', notices: [] })
    await subscribe(suite.owner, {
      url: 'https://strict.example/hook',
      order: 'strict',
      policy: null
    })
    const officer = await suite.key(['alerts:read', 'alerts:operate', 'subscriptions:manage'], {
      handling: 'internal'
    })
    await subscribe(officer, { url: 'https://officer.example/hook' })
    const ofOne = await silence({ subscriptionId: own })
    // For all: partners may not know of it, also where its handling is theirs.
    const ofAll = await silence({ filter: { country: ['ML'] }, handling: 'public' })
    const restricted = await silence({ filter: { country: ['BF'] }, handling: 'restricted' })
    await pass(2)
    for (const { id } of [ofOne, ofAll, restricted]) await end(id)
    await pass(2)
    expect(told('own')).toEqual([`${ofOne.id} holding`, `${ofOne.id} over`])
    expect(told('officer')).toEqual([`${ofAll.id} holding`, `${ofAll.id} over`])
    expect([told('other'), told('unasked'), told('strict')]).toEqual([[], [], []])
  })
})

describe('a watch', () => {
  it('that nobody is on is told to who declared it, and to nobody else', async () => {
    const manager = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'internal'
    })
    const own = await subscribe(manager, { url: 'https://own.example/hook' })
    await subscribe(suite.owner, { url: 'https://other.example/hook' })
    const shift = (from: number, until: number) => {
      const at = (minutes: number) =>
        new Date(suite.h.clock.nowMs() + minutes * minuteMs).toISOString()
      return { officer: 'Ama', from: at(from), until: at(until), lines: [own] }
    }
    const body = { name: 'Joint desk', shifts: [shift(0, 30), shift(60, 90)] }
    const { id } = (await suite.ask('POST', '/v1/watches', { body, key: manager })).body
    await pass(20)
    // Nobody follows it: nobody is missed.
    expect(told()).toEqual([])
    const followed = { body: { policy: { ...policy, watch: id } }, key: manager }
    expect((await suite.ask('PATCH', `/v1/subscriptions/${own}`, followed)).status).toBe(200)
    await pass(5)
    expect(told()).toEqual([])
    await pass(20)
    expect(told('own')).toEqual([`${id} unstaffed`])
    await pass(30)
    expect(told('own')).toEqual([`${id} unstaffed`, `${id} staffed`])
    await pass(60)
    expect(told('own')).toEqual([`${id} unstaffed`, `${id} staffed`, `${id} unstaffed`])
    expect(told('other')).toEqual([])
    expect(JSON.stringify(noticesAt(suite.h.network))).not.toMatch(/Ama|Joint/)
    expect((await suite.ask('DELETE', `/v1/watches/${id}`, { key: manager })).status).toBe(204)
    await pass(5)
    expect(told('own')).toHaveLength(3)
  })
})

describe('over kills and other instances', () => {
  it.each(['embedded', 'kafka'] as const)(
    'each is told once, under one id and with one body, on a log like %s',
    async like => {
      const [store, network] = [new MemoryStore(), new FakeNetwork()]
      const first = await new Harness({ store, network, like }).start()
      const { clock } = first
      await subscribed(first, { order: 'newest-state', policy, notices: ['silences'] })
      const at = (minutes: number) => new Date(clock.nowMs() + minutes * minuteMs).toISOString()
      const data = {
        ...{
          silenceId: 'sil_1',
          filter: {},
          alertId: null,
          subscriptionId: 'sub_1',
          startsAt: at(0),
          endsAt: at(60)
        },
        ...{
          includesExtreme: false,
          reason: 'x',
          ownerKeyId: 'owner',
          theatres: '*' as const,
          handling: 'internal' as const
        }
      } as const
      await first.declare({ type: 'silence.created', data }, 'silence')
      // Killed while the endpoint answers: whether it has taken it nobody knows.
      network.answer = async (_, signal): Promise<SendOutcome> => {
        await new Promise<void>(done =>
          signal.addEventListener('abort', () => done(), { once: true })
        )
        return { kind: 'cancelled', durationMs: 1 }
      }
      await clock.advance(minuteMs)
      expect(noticesAt(network)).toHaveLength(1)
      await first.kill()
      network.answer = () => accepted
      const second = await new Harness({ store, network, like, instance: 1, clock }).start()
      await clock.advance(10 * minuteMs)
      await second.kill()
      const third = await new Harness({ store, network, like, instance: 2, clock }).start()
      await clock.advance(10 * minuteMs)
      const bodies = () => network.requests.map(({ body }) => Buffer.from(body).toString())
      expect([bodies().length, new Set(bodies()).size]).toEqual([2, 1])
      await third.kill()
      // It ends while nobody runs.
      clock.jump(60 * minuteMs)
      await using fourth = await new Harness({ store, network, like, instance: 3, clock }).start()
      await fourth.clock.advance(10 * minuteMs)
      expect(noticesAt(network).map(({ data: { state } }) => state)).toEqual([
        'holding',
        'holding',
        'over'
      ])
    }
  )
})
