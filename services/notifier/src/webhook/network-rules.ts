// Which networks the requests for a subscription may reach, and what its owner may read of the
// answers.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { EndpointPolicy } from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { findKind, needsNoConsent } from './kinds/kinds.ts'

interface Rules {
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  /** Which endpoints must consent; `always`: no administrator vouches for one. */
  readonly consent: 'public' | 'always' | 'never'
}

export type NetworkRules = ReturnType<typeof makeNetworkRules>

export function makeNetworkRules(rules: Rules) {
  /**
   * An endpoint in a network that the operator has opened is reached only there, and any other only
   * outside: its name could later lead to somebody else.
   */
  const limitsOf = (subscription: SubscriptionRecord): WebhookRequest['networks'] => {
    const { consent } = subscription
    if (consent === undefined) return undefined
    const how = consent.given?.how
    if (how === 'own-network') return 'own'
    // A service was never asked, and its address is public.
    const kind = findKind(subscription)
    const isService =
      kind !== null && (rules.consent !== 'never' || needsNoConsent(kind, subscription.url))
    const isUnknown = how === 'unasked' && !isService
    return isUnknown || rules.consent === 'always' ? undefined : 'public'
  }
  return {
    ...rules,
    limitsOf,
    /**
     * Whether a subscriber may read what the endpoint answers: only if the endpoint consented and
     * no request to it can enter a network that the operator has opened.
     */
    mayShowAnswer: (subscription: SubscriptionRecord): boolean =>
      (subscription.consent?.given ?? null) !== null && limitsOf(subscription) === 'public',
    /** True if all addresses of the endpoint lie in networks that the operator has opened. */
    isOwn: async (url: string): Promise<boolean> => {
      const { policy, resolve } = rules
      if (policy.allowNetworks.length === 0) return false
      const { hostname } = new URL(url)
      return (await checkName(hostname, { ...policy, networks: 'own' }, resolve)) === 'allowed'
    }
  }
}
