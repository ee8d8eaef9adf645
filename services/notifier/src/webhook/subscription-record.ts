// What the record of a subscription says by itself. Pure.

import { makeView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Audience } from '../alerts/record-judging.ts'

/** True if the endpoint may be sent alerts. Endpoints of older records were never asked. */
export function hasConsented({ consent }: SubscriptionRecord): boolean {
  return consent === undefined || consent.given !== null
}

/** True while its owner has paused sending. */
export function isDisabled({ state }: SubscriptionRecord): boolean {
  return state === 'disabled'
}

/**
 * The subscription as its second address is asked and notified; null if it has none. It shares the
 * secret.
 */
export function makeFallback(subscription: SubscriptionRecord): SubscriptionRecord | null {
  const { fallbackUrl, fallbackConsent } = subscription
  if (!fallbackUrl || fallbackConsent === undefined) return null
  return { ...subscription, url: fallbackUrl, consent: fallbackConsent }
}

/** Its view and filter. */
export function computeAudience(subscription: SubscriptionRecord): Audience {
  // It was parsed by `parseFilter` before it was written.
  const filter = subscription.filter as AlertFilter
  return { view: makeView(subscription), filter, holdsQuiet: true }
}
