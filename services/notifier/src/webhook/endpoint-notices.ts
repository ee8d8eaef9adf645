// Notifies the second address of a subscription that the first one does not work, and that it works
// again, with counts and times alone. One for each subscription that this instance serves.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type { Clock } from '@tocsin/domain/ports'
import { decideEndpointNotice } from '../notification/notice-news.ts'
import type { Notice } from '../notification/notices.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NewNotice, NoticeSource } from './notice-sender.ts'

/** `subscription`: as its second address is notified, see `makeFallback`. */
export function makeEndpointSource(
  { consent }: SubscriptionRecord,
  deliveries: SubscriptionDeliveries,
  clock: Pick<Clock, 'nowMs'>
): NoticeSource {
  const channel = consent?.id ?? ''
  const find = (): readonly NewNotice[] => {
    const { health, isEnded, table, tally, notices } = deliveries
    const { pendingCount: pending, parkedCount: parked } = table
    const told = notices.of('endpoint', '')
    const standing = { health, isEnded, parkedCount: parked, acceptedMs: tally.acceptedMs }
    const state = decideEndpointNotice(told, standing, { channel, nowMs: clock.nowMs() })
    if (state === null) return []
    const sinceMs = findSinceMs(deliveries, state)
    const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
    const news = { about: 'endpoint', id: '', state, since, pending, parked, channel } as const
    return [{ news, mark: `${state} ${channel}` }]
  }
  return {
    about: ['endpoint'],
    find: async () => ({ raised: find(), dropped: [] }),
    describe: async notice => {
      const { state, since, pending, parked, channel: to } = notice as Notice<'endpoint'>
      // A notice to another address no longer counts.
      return to === channel ? { state, since, pending, parked } : null
    }
  }
}

function findSinceMs({ health, tally }: SubscriptionDeliveries, state: NoticeState): number | null {
  if (state === 'down' || state === 'parked') return health.sinceMs
  return state === 'up' ? (health.recoveredMs ?? tally.acceptedMs) : (tally.failure?.atMs ?? null)
}
