// What the consent of an endpoint allows, and where it may be reached.

import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import type { EndpointPolicy } from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'

/** True if the endpoint may be sent alerts. Endpoints of older records were never asked. */
export function hasConsented({ consent }: SubscriptionRecord): boolean {
  return consent === undefined || consent.given !== null
}

/** True while its owner wants nothing to be sent. */
export function isDisabled({ state }: SubscriptionRecord): boolean {
  return state === 'disabled'
}

/**
 * The subscription as its second address is asked and told; null if it has none. It shares the
 * secret.
 */
export function fallbackOf(subscription: SubscriptionRecord): SubscriptionRecord | null {
  const { fallbackUrl, fallbackConsent } = subscription
  if (fallbackUrl === undefined || fallbackUrl === null || fallbackConsent === undefined)
    return null
  return { ...subscription, url: fallbackUrl, consent: fallbackConsent }
}

export interface EndpointReachOptions {
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  /** Whether endpoints in the operator's own networks are asked too. */
  readonly asksAll: boolean
}

export class EndpointReach {
  readonly #options: EndpointReachOptions

  constructor(options: EndpointReachOptions) {
    this.#options = options
  }

  /**
   * A request to an address that nobody was asked about stays within the networks that the operator
   * has opened, and one to an endpoint that is asked, or was, stays out of them: its name could
   * later lead to somebody else.
   */
  of({
    consent
  }: SubscriptionRecord): Pick<WebhookRequest, 'isWithinOwnNetworks' | 'isPublicOnly'> {
    if (consent === undefined) return {}
    const how = consent.given?.how
    if (how === 'own-network') return { isWithinOwnNetworks: true }
    return how === 'unasked' || this.#options.asksAll ? {} : { isPublicOnly: true }
  }

  /**
   * True if nobody need be asked: all addresses of the endpoint lie in networks that the operator
   * has opened.
   */
  async isOwn(url: string): Promise<boolean> {
    const { policy, resolve, asksAll } = this.#options
    if (asksAll) return false
    return (
      (await checkName(
        new URL(url).hostname,
        { ...policy, isWithinOwnNetworks: true },
        resolve
      )) === 'allowed'
    )
  }
}
