// The settings of a subscription as a request gives them.

import { filterBody } from '@tocsin/contracts/alert/alert-filter'
import { readAs } from '@tocsin/contracts/format/format'
import { subscriptionAsked } from '@tocsin/contracts/subscription/subscription-settings'

const { filter } = subscriptionAsked

// Filters have their own reader, which names the faulty part.
export const subscriptionBody = {
  ...subscriptionAsked,
  filter: { ...filter, taken: readAs(filter.taken, filterBody) }
} as const
