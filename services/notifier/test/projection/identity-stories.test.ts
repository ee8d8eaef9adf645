// What a partner receives when late reports change the identity of alerts: the alert events of the
// domain's stories, through the planner and the real bodies of webhooks, one chain of sequences.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import {
  abduction,
  arcOfLongAgo,
  earlierArc,
  mergedFronts,
  splitFront,
  type Tale,
  ToldTale,
  twoSieges,
  wordsOf
} from '../../../../packages/domain/test/alert/identity-tales.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

/** A story as a partner gets it: each delivery as text, after its sequence. */
async function heard(
  tale: Tale
): Promise<{ readonly deliveries: readonly string[]; readonly bodies: readonly AlertState[] }> {
  const told = new ToldTale(tale)
  const h = await new Harness().start()
  await subscribed(h)
  for (const { type, data } of told.events) {
    const id = digest('alert', data.theatre, String(data.seq))
    const value = encodeRecord(
      {
        id,
        source: '/tocsin/rules',
        time: '2025-03-01T12:00:00.000Z',
        cause: null,
        theatre: data.theatre,
        previoushash: ''
      },
      { type, data } as AlertEvent
    )
    await h.log.append(topics.alerts, [{ id, key: data.theatre, value }])
  }
  await settle(60)
  const chain = checkChain(h.network)
  expect(chain.repeats).toBe(0)
  const bodies = h.network.events.map(({ data }) => data as AlertState)
  const deliveries = h.network.events.map(({ sequence, type, data }) => {
    const event = { type: type.replace(/^tocsin\.|\.v1$/g, ''), data } as AlertEvent
    return `${sequence}: ${wordsOf(event, told.letters)}`
  })
  await h.close()
  return { deliveries, bodies }
}

describe('a partner gets', () => {
  it('a late-known episode like any other, while it is recent', async () => {
    expect((await heard(earlierArc)).deliveries).toEqual([
      '1: A1 raised at 1; page',
      '2: B1 raised at 1; page',
      '3: B2 resolved at 1, situation-ended; update',
      '4: B3 retracted at 1, support-fell-away; update',
      '5: A2 resolved at 1, situation-ended; update'
    ])
  })

  it('nothing of one that ended months ago, except the end of what it was told before', async () => {
    expect((await heard(arcOfLongAgo)).deliveries).toEqual([
      '1: A1 raised at 1; page',
      '2: A2 resolved at 1, situation-ended; quiet'
    ])
  })

  it('a smaller alert and a second one; their merge; their separation', async () => {
    const { deliveries, bodies } = await heard(splitFront)
    expect(deliveries).toEqual([
      '1: A1 raised at 1; page',
      '2: A2 revised at 1; update',
      '3: A3 revised at 1; update',
      '4: A4 revised at 1; update',
      '5: A5 revised at 1; update',
      '6: A6 acknowledged at 1; update',
      '7: A7 revised at 1; update',
      '8: B1 raised at 1; page',
      '9: B2 retracted at 1, merged; update',
      '10: A8 revised at 1; update',
      '11: B3 reopened at 1, support-returned; page',
      '12: A9 revised at 1; update'
    ])
    const sizes = bodies.map(({ evidence }) => evidence.length)
    expect([sizes[5], sizes[6], sizes[7]]).toEqual([7, 3, 3])
    // The merged alert names its successor in its last event, and the successor names it.
    const [gone, stays] = [bodies[8] as AlertState, bodies[9] as AlertState]
    expect(gone).toMatchObject({
      status: 'retracted',
      reason: 'merged',
      references: [stays.alertId]
    })
    expect(stays).toMatchObject({ references: [gone.alertId], status: 'provisional' })
    expect(stays.evidence).toHaveLength(7)
  })

  it('the merge of two alerts, which share an officer from then on, before any further event of the merged one', async () => {
    const { deliveries, bodies } = await heard(mergedFronts)
    expect(deliveries.slice(2, 5)).toEqual([
      '3: B2 acknowledged at 1; update',
      '4: B3 retracted at 1, merged; update',
      '5: A2 revised at 1; update'
    ])
    expect(bodies[4]).toMatchObject({
      references: [bodies[3]?.alertId],
      operator: { acknowledgedBy: 'officer-1' }
    })
  })

  it('the end of a siege long ago, because it was told of the siege; and a page for the new one', async () => {
    const { deliveries } = await heard({ ...twoSieges, steps: twoSieges.steps.slice(0, 6) })
    expect(deliveries.slice(-2)).toEqual([
      '6: A6 resolved at 3, situation-ended; quiet',
      '7: B1 raised at 1; page'
    ])
  })

  it('one alert, under one id, for a woman who was abducted, freed, not freed after all, and killed', async () => {
    const { deliveries, bodies } = await heard(abduction)
    expect(deliveries).toEqual([
      '1: A1 raised at 1; page',
      '2: B1 raised at 1; page',
      '3: B2 retracted at 1, merged; update',
      '4: A2 revised at 1; update',
      '5: A3 resolved at 1, situation-ended; update',
      '6: A4 reopened at 1, situation-goes-on; page',
      '7: A5 confirmed at 1; update',
      '8: A6 escalated at 2, killing; page'
    ])
    expect(new Set(bodies.slice(3).map(({ alertId }) => alertId)).size).toBe(1)
  })
})
