// What the console asks of webhook subscriptions.

import type {
  AlertToldList,
  Delivery,
  Subscription,
  SubscriptionHealth,
  SubscriptionMade,
  TestOutcome
} from '../shown/answers.ts'
import { ask } from './answers.ts'
import { postOnce } from './post-once.ts'
import type { Page } from './suite.ts'

const path = (id: string) => `/v1/subscriptions/${encodeURIComponent(id)}`
const pageSize = 50

export type ReplayAsk = { readonly ids: readonly string[] } | { readonly failed: true }

export const webhooks = {
  list: () => ask<Page<Subscription>>('/v1/subscriptions'),
  create: (body: object) => postOnce<SubscriptionMade>('/v1/subscriptions', body),
  /** `version`: the one that was seen; left out: any present one. */
  change: (id: string, body: object, version?: number) =>
    ask<Subscription>(path(id), {
      method: 'PATCH',
      body,
      ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } })
    }),
  remove: (id: string) => ask<null>(path(id), { method: 'DELETE' }),
  health: (id: string) => ask<SubscriptionHealth>(`${path(id)}/health`),
  rotate: (id: string, overlapHours: number) =>
    postOnce<SubscriptionMade>(`${path(id)}/rotation`, { overlapHours }),
  test: (id: string) => ask<TestOutcome>(`${path(id)}/test`, { method: 'POST' }),
  replay: (id: string, body: ReplayAsk) =>
    ask<{ readonly replayed: number }>(`${path(id)}/replay`, { method: 'POST', body }),
  deliveries: (id: string, cursor: string | null) =>
    ask<Page<Delivery>>(
      `${path(id)}/deliveries?limit=${pageSize}${cursor === null ? '' : `&cursor=${cursor}`}`
    ),
  /** Who was notified of an alert, and why others were not, as visible to officers. */
  toldToOfficers: (alertId: string) =>
    ask<AlertToldList>(`/v1/alerts/${encodeURIComponent(alertId)}/told`),
  delivery: (id: string, sequence: number) =>
    ask<Page<Delivery>>(`${path(id)}/deliveries?sequence=${sequence}`)
}
