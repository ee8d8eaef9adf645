// A subscription's filter becomes narrower while events wait that the one before had planned.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { accepted, failing } from '../support/notifier-harness.ts'

const url = 'https://partner.example/hook'

async function away(order: 'strict' | 'newest-state'): Promise<{ suite: Suite; id: string }> {
  const suite = await Suite.start()
  const { id } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url, order, policy: null } })
  ).body
  await suite.h.alerts.write('raised', 'known', { severity: 'minor' })
  await settle(40)
  suite.h.network.answer = () => failing
  await suite.h.alerts.write('raised', 'first', { severity: 'severe' })
  await suite.h.clock.advance(600_000)
  for (const [alert, severity] of [
    ['small', 'minor'],
    ['grown', 'minor'],
    ['great', 'extreme']
  ] as const)
    await suite.h.alerts.write('raised', alert, { severity, notify: 'update' })
  await suite.h.alerts.write('revised', 'known', { notify: 'update' })
  await suite.h.alerts.write('escalated', 'grown', { severity: 'severe' })
  await settle(40)
  return { suite, id }
}

const statesOf = async (suite: Suite, id: string) => {
  const { items } = (await suite.ask('GET', `/v1/subscriptions/${id}/deliveries`)).body
  return Object.fromEntries(
    items.map(({ sequence, state }: { sequence: number; state: string }) => [sequence, state])
  )
}

describe('a filter that becomes narrower', () => {
  it.each(['strict', 'newest-state'] as const)(
    'in %s order stops what it does not want, and names it; what is known goes on',
    async order => {
      const { suite, id } = await away(order)
      const narrowed = await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
        body: { filter: { minSeverity: 'severe' } }
      })
      expect(narrowed.body.pending).toBe(4)
      expect(await statesOf(suite, id)).toMatchObject({
        3: 'left-out',
        4: 'left-out',
        5: 'pending',
        6: 'pending',
        7: 'pending'
      })
      suite.h.network.requests.splice(0)
      suite.h.network.answer = () => accepted
      await suite.h.clock.advance(600_000)
      const held = new Set<number>([1])
      for (const { sequence, superseded } of suite.h.network.events as {
        sequence: number
        superseded?: { from: number; to: number }
      }[]) {
        expect([3, 4]).not.toContain(sequence)
        held.add(sequence)
        for (let each = superseded?.from ?? 1; each <= (superseded?.to ?? 0); each++) held.add(each)
      }
      expect([...held].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7])
      // What was left out is unknown to the partner: its next event is judged as new.
      suite.h.network.requests.splice(0)
      await suite.h.alerts.write('revised', 'small', { notify: 'update' })
      await suite.h.alerts.write('revised', 'known', { notify: 'update' })
      await settle(40)
      await suite.h.clock.advance(1_000)
      expect(suite.h.network.events.map(each => each.data.alertId)).toEqual(['known'])
    }
  )
})
