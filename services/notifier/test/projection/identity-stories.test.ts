// What a partner receives when late reports change the identity of alerts: the alert events of the
// domain's stories, through the planner and the real bodies of webhooks, one chain of sequences.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import {
  arcOfLongAgo,
  earlierArc,
  type Tale,
  ToldTale,
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
})
