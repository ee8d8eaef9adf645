// What nobody has answered is told again, over HTTP: as an event that receivers do not drop, as
// their policy says, once over crashes and other instances, and never of what the subscriber may
// not know.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const policy = {
  groupWaitSeconds: 0,
  updateMinutes: 0,
  stories: 'each',
  repeatMinutes: 60
} as const
const minuteMs = 60_000

interface ReminderEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly data: {
    readonly subscriptionId: string
    readonly because: string
    readonly count: number
    readonly firstToldAt: string
    readonly sequence: number
    readonly eventId: string
    readonly eventType: string
    readonly answerurl: string | null
    readonly alert: {
      readonly alertId: string
      readonly severity: string
      readonly headline: string
      readonly handling: string
    }
  }
}

const eventsAt = ({ requests }: FakeNetwork, host = ''): ReminderEvent[] =>
  requests
    .filter(({ url }) => url.includes(host))
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()) as ReminderEvent)
const remindersAt = (network: FakeNetwork, host = '') =>
  eventsAt(network, host).filter(({ type }) => type === 'tocsin.webhook.reminder.v1')

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start({ publicUrl: 'https://tocsin.example/' })
})

const subscribe = async (key = suite.owner, more: object = {}) => {
  const body = { url: 'https://partner.example/hook', policy, ...more }
  const made = await suite.ask('POST', '/v1/subscriptions', { body, key })
  expect(made).toMatchObject({ status: 201 })
  return made.body.id as string
}
const write = async (...event: Parameters<Suite['h']['alerts']['write']>) => {
  const [name, alertId, patch = {}] = event
  suite.h.alerts.moveTo(suite.h.clock.nowMs())
  await suite.h.alerts.write(name, alertId, patch)
  await settle(30)
}
const pass = (minutes: number) => suite.h.clock.advance(minutes * minuteMs)
const reminded = (host = '') =>
  remindersAt(suite.h.network, host).map(({ data }) => `${data.alert.alertId} ${data.count}`)
const operator = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}

describe('an alert that nobody has answered', () => {
  it('is told again as a whole, under an id of its own, with the count and since when, outside the sequence', async () => {
    const id = await subscribe()
    await write('raised', 'a1', { severity: 'severe' })
    const [first] = eventsAt(suite.h.network)
    const firstToldAt = new Date(suite.h.clock.nowMs()).toISOString()
    await pass(59)
    expect(reminded()).toEqual([])
    await pass(2)
    const [reminder] = remindersAt(suite.h.network)
    expect(reminder).toMatchObject({
      data: {
        subscriptionId: id,
        because: 'repeat',
        count: 1,
        firstToldAt,
        sequence: 1,
        eventId: first?.id
      },
      type: 'tocsin.webhook.reminder.v1'
    })
    expect(reminder?.data.alert).toEqual((first as unknown as { data: object }).data)
    expect(reminder?.id).not.toBe(first?.id)
    await pass(125)
    expect(reminded()).toEqual(['a1 1', 'a1 2', 'a1 3'])
    expect(new Set(remindersAt(suite.h.network).map(each => each.id)).size).toBe(3)
    // The alerts have their sequence without a gap.
    expect(suite.h.network.events.flatMap(({ sequence }) => sequence ?? [])).toEqual([1])
    const { items } = (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries`)).body
    expect(items).toMatchObject([
      {
        sequence: 1,
        because: 'first',
        repeated: { count: 3, because: 'repeat', state: 'accepted', id: expect.any(String) }
      }
    ])
    // Officers read it where they read who was told.
    const { at } = items[0].repeated
    expect((await suite.ask('GET', '/v1/alerts/a1/told')).body.items).toMatchObject([
      { subscriptionId: id, reminded: { count: 3, at, state: 'accepted' } }
    ])
  })

  it('is not told again without a policy that says so, nor if it called nobody, nor as a drill to who asked for none', async () => {
    await subscribe(suite.owner, { policy: { ...policy, repeatMinutes: 0 } })
    await write('raised', 'a1')
    await pass(200)
    await subscribe(suite.owner, { url: 'https://other.example/hook' })
    await write('raised', 'quiet', { notify: 'update' })
    await write('raised', 'drill', { drill: true })
    await pass(200)
    expect(reminded()).toEqual([])
  })
})

describe('a reminder', () => {
  it('waits while a silence or something new holds, and while the endpoint is away; then it is one', async () => {
    const id = await subscribe()
    await write('raised', 'a1')
    const body = { reason: 'Exercise', minutes: 200, subscriptionId: id }
    expect((await suite.ask('POST', '/v1/silences', { body })).status).toBe(201)
    await pass(190)
    expect(reminded()).toEqual([])
    await pass(15)
    expect(reminded()).toEqual(['a1 1'])
    suite.h.network.answer = () => failing
    await write('raised', 'a2')
    await pass(300)
    expect(reminded()).toEqual(['a1 1'])
    suite.h.network.answer = () => accepted
    await pass(45)
    expect(reminded()).toEqual(['a1 1', 'a1 2'])
  })

  it('that is not accepted is tried again under its id, and no more once somebody has answered', async () => {
    await subscribe()
    await write('raised', 'a1')
    await write('raised', 'a2')
    suite.h.network.answer = ({ body }) =>
      Buffer.from(body).includes('webhook.reminder') ? failing : accepted
    await pass(61)
    await write('acknowledged', 'a2', { operator: { ...operator, acknowledgedBy: 'Ama' } })
    const before = remindersAt(suite.h.network).length
    await pass(10)
    suite.h.network.answer = () => accepted
    await pass(35)
    const later = remindersAt(suite.h.network).slice(before)
    expect(new Set(later.map(each => each.data.alert.alertId))).toEqual(new Set(['a1']))
    expect(new Set(remindersAt(suite.h.network).map(each => each.id)).size).toBe(2)
  })
})

describe('over kills and other instances', () => {
  it.each(['embedded', 'kafka'] as const)(
    'each is told once, under one id and with one body, on a log like %s',
    async like => {
      const [store, network] = [new MemoryStore(), new FakeNetwork()]
      const first = await new Harness({ store, network, like }).start()
      const { clock } = first
      await subscribed(first, {
        order: 'newest-state',
        policy: {
          ...policy,
          minSeverity: 'minor',
          endings: true,
          quietHours: null,
          unansweredMinutes: 0,
          watch: null
        }
      })
      await first.alerts.write('raised', 'a1')
      await settle(30)
      await clock.advance(59.9 * minuteMs)
      // Killed while the endpoint answers: whether it has taken it nobody knows.
      network.answer = async (_, signal): Promise<SendOutcome> => {
        await new Promise<void>(done =>
          signal.addEventListener('abort', () => done(), { once: true })
        )
        return { kind: 'cancelled', durationMs: 1 }
      }
      await clock.advance(minuteMs)
      expect(remindersAt(network)).toHaveLength(1)
      await first.kill()
      network.answer = () => accepted
      for (const instance of [1, 2]) {
        const next = await new Harness({ store, network, like, instance, clock }).start()
        await clock.advance(10 * minuteMs)
        await next.kill()
      }
      const bodies = () =>
        network.requests
          .map(({ body }) => Buffer.from(body).toString())
          .filter(each => each.includes('reminder'))
      expect([bodies().length, new Set(bodies()).size]).toEqual([2, 1])
      // A long stop makes one, not those that were missed.
      clock.jump(40 * 60 * minuteMs)
      await using third = await new Harness({ store, network, like, instance: 3, clock }).start()
      await third.clock.advance(30 * minuteMs)
      expect(remindersAt(network).map(({ data }) => data.count)).toEqual([1, 1, 2])
    }
  )
})
