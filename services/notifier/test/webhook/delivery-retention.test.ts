// Retention of the deliveries log: what is done goes, what waits stays until it lapses with a
// record, and a notifier that starts from what is left goes on as one that has all.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { deliveryRecord } from '../../src/notification/delivery-record.ts'
import { AlertWriter } from '../support/alert-builder.ts'
import { heardAt } from '../support/delivery-story.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import {
  accepted,
  FakeNetwork,
  failing,
  Harness,
  type HarnessOptions
} from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'

const hourMs = 3_600_000
const config = { 'notifier.deliveriesDays': 7, 'notifier.pendingDays': 20 }
const beganMs = Date.parse('2026-03-01T12:00:00.000Z')

const timeOf = (day: number) => new Date(beganMs + day * 24 * hourMs).toISOString()

/**
 * A notifier that starts so many days after the first. `heard`: a record of that day vouches for
 * the clock.
 */
async function onDay(
  day: number,
  options: HarnessOptions,
  { answer = failing, heard = true } = {}
): Promise<Harness> {
  const network = new FakeNetwork()
  network.answer = () => answer
  const time = timeOf(day)
  if (heard && day > 0)
    await new MemoryLog({}, options.store).append(topics.deliveries, [
      deliveryRecord(heardAt(time))
    ])
  return new Harness({ config, clock: new ManualClock(time), network, ...options }).start()
}

async function look(h: Harness): Promise<void> {
  await h.notifier.dispatcher.retention.look()
  await settle(20)
}

async function beginning(h: Harness): Promise<number> {
  return Number((await h.log.cursorAt(topics.deliveries, 'earliest')).positions[0])
}

const stateOf = (h: Harness, id: string) => h.notifier.dispatcher.of(id).listRows()
const ids = ['sub_1', 'sub_2', 'sub_3']
const urlOf = (id: string) => `https://${id.replace('_', '-')}.example/hook`

/**
 * Five alerts for three partners, of which only the first takes them; and some hours later one
 * more.
 */
async function firstDay(options: HarnessOptions): Promise<void> {
  const h = await onDay(0, options)
  for (const id of ids) await subscribed(h, { subscriptionId: id, url: urlOf(id) })
  h.network.answer = ({ url }) => (url.includes('sub-1') ? accepted : failing)
  for (let i = 0; i < 5; i++) await h.alerts.write('raised', `a${i}`)
  await settle(60)
  h.clock.jump(3 * hourMs)
  await h.alerts.write('raised', 'later')
  await settle(60)
  // What was accepted is logged a moment later.
  await h.clock.advance(100)
  expect(ids.map(id => h.notifier.dispatcher.of(id).table.pendingCount)).toEqual([0, 6, 6])
  await h.kill()
}

async function arrived(h: Harness): Promise<Record<string, readonly number[]>> {
  for (let i = 0; i < 20 && h.notifier.dispatcher.deps.fold.pendingCount > 0; i++)
    await h.clock.advance(60_000)
  return Object.fromEntries(
    ids.map(id => {
      const own = h.network.requests.filter(({ url }) => url === urlOf(id))
      return [
        id,
        [
          ...new Set(
            own.map(({ body }) => JSON.parse(Buffer.from(body).toString()).sequence as number)
          )
        ]
      ]
    })
  )
}

describe.each(['embedded', 'kafka'] as const)('on a log like %s', like => {
  it('what is done goes, and what waits is written again: a start from what is left knows the same', async () => {
    const options = { store: new MemoryStore(), like }
    await firstDay(options)
    const early = await onDay(6, options)
    await look(early)
    expect(await beginning(early)).toBe(0)
    await early.kill()
    const second = await onDay(8, options)
    await look(second)
    expect(await beginning(second)).toBeGreaterThan(20)
    expect(
      second.notifier.dispatcher
        .of('sub_1')
        .table.newestFirst()
        .map(({ sequence }) => sequence)
    ).toEqual([])
    expect(second.notifier.dispatcher.of('sub_2').table.pendingCount).toBe(6)
    const known = ids.map(id => stateOf(second, id))
    await second.kill()
    await using third = await onDay(8, options, { answer: accepted })
    expect(ids.map(id => stateOf(third, id))).toEqual(known)
    expect(await arrived(third)).toEqual({
      sub_1: [],
      sub_2: [1, 2, 3, 4, 5, 6],
      sub_3: [1, 2, 3, 4, 5, 6]
    })
    await new AlertWriter(third.log).write('raised', 'after', { theatre: 'lake' })
    await settle(40)
    expect((await arrived(third)).sub_1).toEqual([7])
  })

  it('what waits for too long lapses, with a record, and its partner sees that it is missing', async () => {
    const options = { store: new MemoryStore(), like }
    await firstDay(options)
    await using h = await onDay(21, options)
    await look(h)
    const { dispatcher } = h.notifier
    expect(ids.map(id => dispatcher.of(id).table.pendingCount)).toEqual([0, 0, 0])
    expect(dispatcher.of('sub_2').table.get(1)).toMatchObject({ state: 'lapsed', attempts: 1 })
    expect(await h.metrics.getSingleMetric('tocsin_webhook_lapsed_total')?.get()).toMatchObject({
      values: [{ value: 12 }]
    })
    h.network.answer = () => accepted
    h.network.requests.length = 0
    await new AlertWriter(h.log).write('raised', 'after', { theatre: 'lake' })
    await settle(40)
    expect(await arrived(h)).toMatchObject({ sub_1: [7], sub_2: [7], sub_3: [7] })
    expect(h.network.events.every(event => !('superseded' in event))).toBe(true)
  })
})

it('a partition that is assigned during a look loses nothing that waits', async () => {
  const options = { store: new MemoryStore(), like: 'kafka' } as const
  await firstDay(options)
  const second = await onDay(8, options)
  // Until the look asks the log how far it reaches.
  const { ownership } = second.notifier.dispatcher.deps
  ownership.owns = () => false
  await look(second)
  expect(await beginning(second)).toBeGreaterThan(20)
  await second.kill()
  await using third = await onDay(8, options, { answer: accepted })
  expect(await arrived(third)).toMatchObject({ sub_2: [1, 2, 3, 4, 5, 6] })
})

describe('a kill', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('at write %i of a look loses nothing', async dies => {
    const store = new MemoryStore()
    await firstDay({ store })
    let left = Number.POSITIVE_INFINITY
    const first = await onDay(8, {
      store,
      hooks: { beforeAppend: () => ({ kind: --left < 0 ? 'drop' : 'write' }) }
    })
    left = dies - 1
    void first.notifier.dispatcher.retention.look().catch(() => {})
    await settle(40)
    await first.kill()
    await using second = await onDay(8, { store }, { answer: accepted })
    expect(await arrived(second)).toEqual({
      sub_1: [],
      sub_2: [1, 2, 3, 4, 5, 6],
      sub_3: [1, 2, 3, 4, 5, 6]
    })
    await look(second)
    expect(await beginning(second)).toBeGreaterThan(20)
  })
})
