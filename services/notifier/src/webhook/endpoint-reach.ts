// What the consent of an endpoint allows, and where it may be reached.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { EndpointPolicy } from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { findKind, needsNoConsent } from './kinds/kinds.ts'

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
  if (fallbackUrl === undefined || fallbackUrl === null || fallbackConsent === undefined)
    return null
  return { ...subscription, url: fallbackUrl, consent: fallbackConsent }
}

export interface EndpointReachOptions {
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  /** Which endpoints must consent; `always`: no administrator vouches for one. */
  readonly consent: 'public' | 'always' | 'never'
}

export class EndpointReach {
  readonly #options: EndpointReachOptions

  constructor(options: EndpointReachOptions) {
    this.#options = options
  }

  /**
   * An endpoint in a network that the operator has opened is reached only there, and any other only
   * outside: its name could later lead to somebody else.
   */
  of(
    subscription: SubscriptionRecord
  ): Pick<WebhookRequest, 'isWithinOwnNetworks' | 'isPublicOnly'> {
    const { consent } = subscription
    if (consent === undefined) return {}
    const how = consent.given?.how
    if (how === 'own-network') return { isWithinOwnNetworks: true }
    // A service was never asked, and its address is public.
    const kind = findKind(subscription)
    const isService =
      kind !== null && (this.#options.consent !== 'never' || needsNoConsent(kind, subscription.url))
    return (how === 'unasked' && !isService) || this.#options.consent === 'always'
      ? {}
      : { isPublicOnly: true }
  }

  /**
   * Whether a subscriber may read what the endpoint answers: only if the endpoint consented and no
   * request to it can enter a network that the operator has opened.
   */
  mayShowAnswer(subscription: SubscriptionRecord): boolean {
    const isGiven = (subscription.consent?.given ?? null) !== null
    return isGiven && this.of(subscription).isPublicOnly === true
  }

  /** True if all addresses of the endpoint lie in networks that the operator has opened. */
  async isOwn(url: string): Promise<boolean> {
    const { policy, resolve } = this.#options
    if (policy.allowNetworks.length === 0) return false
    return (
      (await checkName(
        new URL(url).hostname,
        { ...policy, isWithinOwnNetworks: true },
        resolve
      )) === 'allowed'
    )
  }
}
