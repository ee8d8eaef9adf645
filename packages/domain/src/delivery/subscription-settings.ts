// The settings of a webhook that its owner may give, in the order in which they are shown. Whoever adds one adds it here; what it
// does to a delivery is decided in retry-policy.ts.

import { dictionary, listOf, number, orNull, text, words } from '../format/format.ts'
import type { Asked, Recorded, Settings } from '../format/setting.ts'
import { scheduleLengthMax } from './retry-policy.ts'

export const subscriptionSettings = {
  url: {
    taken: text({ minLength: 1, maxLength: 4096 }),
    words: 'An https address that resolves to public addresses. Its query is used, and never shown again.',
    example: 'https://partner.example/hook'
  },
  filter: {
    taken: dictionary<unknown>(),
    words: 'Alert filter, as in the API.',
    default: {},
    example: { minSeverity: 'severe' },
    option: 'json'
  },
  order: {
    taken: words(['strict']),
    // Released with a second order, which was never taken.
    recorded: words(['strict', 'newest-state']),
    words: '`strict`: an event is sent only after the previous one was accepted.',
    default: 'strict',
    example: 'strict'
  },
  schedule: {
    taken: orNull(listOf(number({ minimum: 0 }), { maxItems: scheduleLengthMax })),
    words: 'Delays between attempts, seconds; null: the default schedule.',
    default: null,
    example: [1, 5, 30]
  },
  contact: {
    taken: orNull(text({ maxLength: 500 })),
    words: 'Whom to contact if it fails.',
    default: null,
    example: 'ops@partner.example',
    option: 'text'
  }
} as const satisfies Settings

export type SubscriptionSettings = Recorded<typeof subscriptionSettings>
export type SubscriptionAsk = Asked<typeof subscriptionSettings>
