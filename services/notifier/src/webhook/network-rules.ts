// Which networks the requests for a subscription may reach, and what its owner may read of the
// answers.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { EndpointPolicy } from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { checkName } from '@tocsin/webhooks/vetted-connector'
import type { WebhookRequest } from '@tocsin/webhooks/webhook-transport'
import { findKind, needsNoConsent } from './kinds/kinds.ts'

export class NetworkRules {
  readonly policy: EndpointPolicy
  readonly resolve: Resolve
  /** Which endpoints must consent; `always`: no administrator vouches for one. */
  readonly consent: 'public' | 'always' | 'never'

  constructor({
    policy,
    resolve,
    consent
  }: Readonly<Pick<NetworkRules, 'policy' | 'resolve' | 'consent'>>) {
    this.policy = policy
    this.resolve = resolve
    this.consent = consent
  }

  /**
   * An endpoint in a network that the operator has opened is reached only there, and any other only
   * outside: its name could later lead to somebody else.
   */
  limitsOf(subscription: SubscriptionRecord): WebhookRequest['networks'] {
    const { consent } = subscription
    if (consent === undefined) return undefined
    const how = consent.given?.how
    if (how === 'own-network') return 'own'
    // A service was never asked, and its address is public.
    const kind = findKind(subscription)
    const isService =
      kind !== null && (this.consent !== 'never' || needsNoConsent(kind, subscription.url))
    const isUnknown = how === 'unasked' && !isService
    return isUnknown || this.consent === 'always' ? undefined : 'public'
  }

  /**
   * Whether a subscriber may read what the endpoint answers: only if the endpoint consented and no
   * request to it can enter a network that the operator has opened.
   */
  mayShowAnswer(subscription: SubscriptionRecord): boolean {
    const isGiven = (subscription.consent?.given ?? null) !== null
    return isGiven && this.limitsOf(subscription) === 'public'
  }

  /** True if all addresses of the endpoint lie in networks that the operator has opened. */
  async isOwn(url: string): Promise<boolean> {
    if (this.policy.allowNetworks.length === 0) return false
    const own = { ...this.policy, networks: 'own' } as const
    return (await checkName(new URL(url).hostname, own, this.resolve)) === 'allowed'
  }
}
