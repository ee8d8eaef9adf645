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
const partnerKey = () =>
  suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })
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

  it('is told as it stands by then, and from its last change on', async () => {
    await subscribe()
    await write('raised', 'a1')
    await pass(40)
    await write('escalated', 'a1', {
      severity: 'severe',
      headline: 'Siege of Diosso, second level'
    })
    await pass(40)
    expect(reminded()).toEqual([])
    await pass(25)
    expect(remindersAt(suite.h.network)).toMatchObject([
      {
        data: {
          sequence: 2,
          eventType: 'tocsin.alert.escalated.v1',
          alert: { headline: 'Siege of Diosso, second level' }
        }
      }
    ])
  })

  it.each([
    ['acknowledged', { operator: { ...operator, acknowledgedBy: 'Ama' } }],
    ['resolved', { status: 'resolved' }],
    ['retracted', { status: 'retracted' }]
  ] as const)('is told no more once it is %s', async (name, patch) => {
    await subscribe()
    await write('raised', 'a1')
    await pass(61)
    await write(name, 'a1', patch)
    await pass(300)
    expect(reminded()).toEqual(['a1 1'])
  })

  it('is told no more once the partner itself has answered, until it is called again', async () => {
    const id = await subscribe(await partnerKey())
    await write('raised', 'a1', { handling: 'partners' })
    const at = new Date(suite.h.clock.nowMs() + minuteMs).toISOString()
    await pass(2)
    const answers = [
      { subscriptionId: id, by: 'partner', at, until: null, note: null, via: 'link' as const }
    ]
    await write('answered', 'a1', { concerns: 'internal', operator: { ...operator, answers } })
    await pass(300)
    expect(reminded()).toEqual([])
    await write('resolved', 'a1', { status: 'resolved' })
    await write('reopened', 'a1', { status: 'confirmed', notify: 'page' })
    await pass(61)
    expect(reminded()).toEqual(['a1 1'])
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

  it('has a new link to answer by, which is good from then on', async () => {
    await subscribe(suite.owner, { answerLinks: true })
    await write('raised', 'a1')
    const weekLaterMs = suite.h.clock.nowMs() + 7 * 24 * 60 * minuteMs
    await pass(62)
    const linkIn = (url: unknown) => new URL(String(url)).searchParams.get('token') ?? ''
    const [first] = eventsAt(suite.h.network) as unknown as { readonly answerurl: string }[]
    const [reminder] = remindersAt(suite.h.network)
    const { answerLinks } = suite.h.notifier
    expect(answerLinks.open(linkIn(first?.answerurl), weekLaterMs)).toBeNull()
    expect(answerLinks.open(linkIn(reminder?.data.answerurl), weekLaterMs)).toMatchObject({
      alertId: 'a1'
    })
  })
})

describe('a reminder', () => {
  it('says nothing that the subscriber may not know, and is none of what it may not see', async () => {
    const spared = { withhold: ['place'], filter: { minSeverity: 'moderate' } }
    await subscribe(await partnerKey(), { url: 'https://own.example/hook', ...spared })
    await write('raised', 'seen', {
      handling: 'partners',
      area: { country: ['ML'], admin1: [], circle: [1, 2, 3], settlement: 'x' }
    })
    await write('raised', 'hidden', { handling: 'internal' })
    await write('raised', 'leaves', { handling: 'partners' })
    // An acknowledgement that it may not know is none.
    await write('acknowledged', 'seen', {
      concerns: 'internal',
      operator: { ...operator, acknowledgedBy: 'Ama', acknowledgedHandling: 'internal' }
    })
    await write('revised', 'leaves', { handling: 'restricted' })
    await pass(61)
    expect(reminded('own')).toEqual(['seen 1'])
    const [first] = eventsAt(suite.h.network, 'own')
    const [reminder] = remindersAt(suite.h.network, 'own')
    expect(Object.keys(reminder?.data.alert ?? {})).toEqual(
      Object.keys((first as unknown as { data: object }).data)
    )
    expect(JSON.stringify(reminder)).not.toMatch(/Ama|hidden|"settlement":"x"|\[1,2,3\]/)
  })

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

  it('goes after what is new, the gravest first, at the pace of the endpoint', async () => {
    await subscribe()
    await write('raised', 'a1')
    await write('raised', 'a2', { severity: 'extreme' })
    await pass(59.9)
    const from = suite.h.network.requests.length
    let isHeld = true
    suite.h.network.answer = async (_, signal): Promise<SendOutcome> => {
      while (isHeld && !signal.aborted) await settle(1)
      return accepted
    }
    await write('raised', 'a3', { severity: 'minor' })
    await pass(2)
    isHeld = false
    await settle(60)
    suite.h.network.answer = () => accepted
    await pass(1)
    const order = eventsAt(suite.h.network).slice(from)
    expect(order.map(({ type, data }) => [type, data.alert?.alertId ?? ''])).toEqual([
      ['tocsin.alert.raised.v1', ''],
      ['tocsin.webhook.reminder.v1', 'a2'],
      ['tocsin.webhook.reminder.v1', 'a1']
    ])
  })

  it('is none because the clock was set, but for one', async () => {
    await subscribe()
    await write('raised', 'a1')
    suite.h.clock.jump(-24 * 60 * minuteMs)
    await pass(50)
    expect(reminded().length).toBeLessThanOrEqual(1)
    suite.h.clock.jump(7 * 24 * 60 * minuteMs)
    await pass(50)
    expect(reminded().length).toBeLessThanOrEqual(2)
    await pass(62)
    expect(reminded().length).toBeLessThanOrEqual(3)
  })

  it('is not made by a change of the subscription, and is of its new policy', async () => {
    const id = await subscribe()
    await write('raised', 'a1')
    for (let i = 0; i < 5; i++) {
      await pass(10)
      const body = { contact: `desk ${i}`, policy: { ...policy, repeatMinutes: 120 } }
      expect((await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body })).status).toBe(200)
    }
    await pass(60)
    expect(reminded()).toEqual([])
    await pass(15)
    expect(reminded()).toEqual(['a1 1'])
  })

  it('is refused where it would be sooner than a change', async () => {
    const body = { url: 'https://partner.example/hook', policy: { ...policy, updateMinutes: 90 } }
    const asked = await suite.ask('POST', '/v1/subscriptions', { body })
    expect(asked.body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/policy/repeatMinutes' }]
    })
  })

  it('that is answered 410 ends the subscription, as an alert would', async () => {
    const id = await subscribe()
    await write('raised', 'a1')
    suite.h.network.answer = () => ({ ...accepted, status: 410 })
    await pass(61)
    const shown = (await suite.ask('GET', `/v1/subscriptions/${id}`)).body
    expect(shown.status).toBe('ended')
    await pass(200)
    expect(reminded()).toEqual(['a1 1'])
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
