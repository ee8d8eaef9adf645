// Webhook subscriptions for tests, and the check of a partner's deliveries.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { encodeCursor } from '@tocsin/event-log/cursor'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { DeliveryChain } from '@tocsin/testing/client/delivery-chain'
import { formatSecret } from '@tocsin/webhooks/signing-keys'
import { expect } from 'vitest'
import { sealSecret } from '../../src/webhook/signing-keys.ts'
import { countingRandom, type FakeNetwork, type Harness, ownerKey } from './notifier-harness.ts'

export const secret = formatSecret(new Uint8Array(32).fill(3))
const sealingKey = secretsFrom(new Uint8Array(32).fill(7), ownerKey).derive('subscriptions')

/**
 * A subscription from now on, ready to be declared: everything, to one endpoint, unless said
 * otherwise.
 */
export async function aSubscription(
  log: EventLog,
  overrides: Partial<SubscriptionRecord> = {}
): Promise<SubscriptionRecord> {
  const subscriptionId = overrides.subscriptionId ?? 'sub_1'
  return {
    subscriptionId,
    url: 'https://partner.example/hook',
    filter: {},
    order: 'strict',
    schedule: null,
    contact: null,
    ownerKeyId: 'owner',
    theatres: '*',
    handling: 'restricted',
    sealedSecret: sealSecret(sealingKey, subscriptionId, secret, countingRandom()),
    from: encodeCursor(await log.cursorAt(topics.alerts, 'latest')),
    ...overrides
  }
}

/** Declares a subscription. */
export async function subscribed(
  h: Harness,
  overrides: Partial<SubscriptionRecord> = {}
): Promise<SubscriptionRecord> {
  const data = await aSubscription(h.log, overrides)
  await h.declare({ type: 'subscription.created', data }, `created-${data.subscriptionId}`)
  return data
}

/** Checks what arrived against what a partner may rely on. */
export function checkChain(network: FakeNetwork): DeliveryChain {
  const chain = new DeliveryChain()
  for (const { headers, body } of network.requests)
    chain.take({ webhookId: headers['webhook-id'] as string, body: Buffer.from(body).toString() })
  expect(chain.violations).toEqual([])
  return chain
}
