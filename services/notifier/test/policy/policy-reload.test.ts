// What was told is not told again because somebody saved a subscription, with or without a change,
// or because the process began again (TestReload of Prometheus Alertmanager, in our words). Of
// repeats as well: they count from what was told.

import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { FakeNetwork } from '../support/notifier-harness.ts'

const minuteMs = 60_000
const policy = { groupWaitSeconds: 0, updateMinutes: 15, repeatMinutes: 120 } as const
const filter = { severity: ['moderate', 'severe'] }

describe('what was told', () => {
  it.each([
    ['the policy is changed', { policy: { ...policy, groupWaitSeconds: 60, updateMinutes: 30 } }],
    ['the policy is saved as it was', { policy }],
    ['the filter is changed', { filter: { severity: ['moderate', 'severe', 'extreme'] } }],
    ['the filter is saved as it was', { filter }],
    ['the policy is taken away', { policy: null }]
  ])('is not told again when %s, nor after a restart', async (_, change) => {
    const [store, network] = [new MemoryStore(), new FakeNetwork()]
    const told = () => network.events.map(({ data }) => data.alertId)
    const first = await Suite.open({ store, network })
    const body = { url: 'https://partner.example/hook', policy, filter }
    const { id } = (await first.ask('POST', '/v1/subscriptions', { body })).body as {
      readonly id: string
    }
    for (const alertId of ['a1', 'a2'])
      await first.h.alerts.write('raised', alertId, { severity: 'severe' })
    await settle(60)
    expect(told()).toEqual(['a1', 'a2'])
    const pass = async ({ h }: Suite, minutes: number) => {
      for (let i = 0; i < minutes; i++) await h.clock.advance(minuteMs)
      await settle(30)
    }
    await pass(first, 5)
    expect((await first.ask('PATCH', `/v1/subscriptions/${id}`, { body: change })).status).toBe(200)
    await pass(first, 5)
    await first.close()
    const again = await Suite.on({ store, network, clock: first.h.clock })
    await pass(again, 40)
    expect(told()).toEqual(['a1', 'a2'])
    // What is new is told, and alone.
    await again.h.alerts.write('raised', 'a3', { severity: 'severe', theatre: 'coast' })
    await pass(again, 2)
    expect(told()).toEqual(['a1', 'a2', 'a3'])
  })
})

describe('what is held', () => {
  it('is told when it was due, once, over a change of its subscription and restarts in the middle: a table of times', async () => {
    const [store, network] = [new MemoryStore(), new FakeNetwork()]
    let suite = await Suite.open({ store, network })
    const held = { groupWaitSeconds: 600, updateMinutes: 15, repeatMinutes: 60 }
    const body = { url: 'https://partner.example/hook', policy: held }
    const { id } = (await suite.ask('POST', '/v1/subscriptions', { body })).body as {
      readonly id: string
    }
    // Of the rules, which do not restart with the notifier.
    const rules = new AlertWriter(new MemoryLog({}, store))
    const table: string[] = []
    let [minute, seen] = [0, 0]
    /** Each line says in which minute, of what and why something came. */
    const note = async () => {
      await settle(20)
      for (const { body: sent } of network.requests.slice(seen)) {
        const { type, because, data } = JSON.parse(Buffer.from(sent).toString())
        const isReminder = type === 'tocsin.webhook.reminder.v1'
        if (isReminder || type.startsWith('tocsin.alert.'))
          table.push(
            `${minute} ${isReminder ? data.alert.alertId : data.alertId} ${isReminder ? data.because : because}`
          )
      }
      seen = network.requests.length
    }
    const until = async (end: number) => {
      while (minute < end) {
        await suite.h.clock.advance(minuteMs)
        minute++
        await note()
      }
    }
    const begin = async (
      name: Parameters<AlertWriter['write']>[0],
      alertId: string,
      patch = {}
    ) => {
      rules.moveTo(suite.h.clock.nowMs())
      await rules.write(name, alertId, patch)
      await note()
    }
    const save = async (change: object) =>
      expect((await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body: change })).status).toBe(
        200
      )
    const restart = async () => {
      await suite.close()
      suite = await Suite.on({ store, network, clock: suite.h.clock })
      await settle(30)
    }

    await begin('raised', 'siege', { severity: 'severe' })
    await until(2)
    await begin('raised', 'massacre', { severity: 'extreme', theatre: 'coast' })
    await until(4)
    await save({ contact: 'night desk' })
    await until(6)
    await restart()
    await until(12)
    await begin('revised', 'siege', { severity: 'severe', headline: 'Siege, second day' })
    await until(15)
    const silence = { reason: 'Exercise', minutes: 20, subscriptionId: id, alertId: 'siege' }
    expect((await suite.ask('POST', '/v1/silences', { body: silence })).status).toBe(201)
    await until(20)
    await save({ policy: { ...held, updateMinutes: 20 } })
    await restart()
    await until(100)
    await begin('retracted', 'siege', { status: 'retracted' })
    await begin('raised', 'hoax', { severity: 'severe', theatre: 'coast' })
    await until(102)
    await restart()
    await begin('retracted', 'hoax', { status: 'retracted' })
    await until(130)
    await suite.close()

    expect(table).toEqual([
      '2 massacre first',
      '10 siege first',
      '35 siege update',
      '62 massacre repeat',
      '95 siege repeat',
      '100 siege retracted',
      '122 massacre repeat'
    ])
  })
})
