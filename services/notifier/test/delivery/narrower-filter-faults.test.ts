// A filter becomes narrower at a bad moment.

import { EventLogError } from '@tocsin/event-log/errors'
import { expect, it } from 'vitest'
import { choiceRecord } from '../../src/delivery/attempt-records.ts'
import { nextTurn } from '../../src/delivery/next-delivery.ts'
import { Story } from '../support/delivery-story.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing } from '../support/notifier-harness.ts'

const news = { pages: false, closes: false }

it('an event that is on trial in strict order is not left out, nor the first of those that nobody asked for again', () => {
  const s = new Story()
  s.isUp = false
  for (const alert of [1, 2, 3]) s.plan(alert, news)
  s.run(1)
  const asking = {
    order: 'strict' as const,
    suspect: { sequence: 1, round: 0 },
    nowMs: s.nowMs,
    isOver: () => true
  }
  const turn = nextTurn(s.fold, asking)
  expect(turn).toMatchObject({ isTrial: true, delivery: { sequence: 2 } })
  if (turn !== null && 'choice' in turn && turn.choice !== null)
    s.append(choiceRecord(s, turn.choice))
  s.drop('delivery.left-out', [2, 3])
  expect([2, 3].map(each => s.fold.get(each)?.state)).toEqual(['pending', 'left-out'])
})

it('what was asked for again does not hide what may be on the wire behind it', () => {
  const s = new Story()
  s.plan(1, news)
  s.run()
  for (const alert of [2, 3]) s.plan(alert, news)
  s.replay([1])
  s.drop('delivery.left-out', [2, 3])
  expect([1, 2, 3].map(each => s.fold.get(each)?.state)).toEqual(['pending', 'pending', 'left-out'])
})

it('a new address begins an ended subscription, even if what its new filter does not want cannot be left out', async () => {
  let isAway = false
  const suite = await Suite.on({
    hooks: {
      beforeAppend: (_, records) =>
        isAway &&
        records.some(({ value }) => Buffer.from(value ?? []).includes('delivery.left-out'))
          ? { kind: 'refuse', error: new EventLogError('log-unavailable', 'away') }
          : { kind: 'write' }
    }
  })
  const { id } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://old.example/hook' } })
  ).body
  suite.h.network.answer = ({ url }) =>
    url.includes('old') ? { ...accepted, status: 410 } : failing
  for (const alert of ['first', 'second', 'third'])
    await suite.h.alerts.write('raised', alert, { severity: 'minor', notify: 'update' })
  await settle(40)
  expect(suite.h.notifier.dispatcher.of(id).isEnded).toBe(true)
  isAway = true
  const body = { url: 'https://new.example/hook', filter: { minSeverity: 'severe' } }
  expect(
    (await suite.askWaiting('PATCH', `/v1/subscriptions/${id}`, { body })).status
  ).toBeGreaterThanOrEqual(500)
  expect(suite.h.notifier.dispatcher.of(id).isEnded).toBe(false)
})

it('what could not be left out is left out by the same change again', async () => {
  let isAway = false
  const suite = await Suite.on({
    hooks: {
      beforeAppend: (_, records) =>
        isAway &&
        records.some(({ value }) => Buffer.from(value ?? []).includes('delivery.left-out'))
          ? { kind: 'refuse', error: new EventLogError('log-unavailable', 'away') }
          : { kind: 'write' }
    }
  })
  const { id } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://old.example/hook' } })
  ).body
  suite.h.network.answer = () => failing
  for (const alert of ['first', 'second', 'third'])
    await suite.h.alerts.write('raised', alert, { severity: 'minor', notify: 'update' })
  await settle(40)
  const body = { filter: { minSeverity: 'severe' } }
  isAway = true
  expect(
    (await suite.askWaiting('PATCH', `/v1/subscriptions/${id}`, { body })).status
  ).toBeGreaterThanOrEqual(500)
  const states = () => [1, 2, 3].map(each => suite.h.notifier.dispatcher.of(id).get(each)?.state)
  expect(states()).toEqual(['pending', 'pending', 'pending'])
  isAway = false
  expect((await suite.ask('PATCH', `/v1/subscriptions/${id}`, { body })).status).toBe(200)
  expect(states()).toEqual(['pending', 'left-out', 'left-out'])
})
