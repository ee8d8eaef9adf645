// Subscriptions, the chosen one with its deliveries, and what is being typed about them.

import { signal } from '@preact/signals'
import { webhooks } from '../../http/webhooks.ts'
import type { PolicyPreview } from '../../shown/policy-preview.ts'
import type { Subscription, TestOutcome } from '../../shown/subscription.ts'
import {
  blankSubscription,
  draftOfSubscription,
  type SubscriptionDraft,
  subscriptionFields
} from '../../upkeep/subscription-draft.ts'
import { currentItem } from '../current-view.ts'
import { formDraft, sending } from '../form-draft.ts'
import { pagesOf, resource } from '../resource.ts'
import { ofKey, ofPerson } from '../session/of-key.ts'

export const subscriptions = resource(() => webhooks.list())

export const newSubscription = formDraft<SubscriptionDraft>(() => blankSubscription)
export const creating = sending(subscriptionFields)

export const changeOpen = ofPerson(signal<string | null>(null))
/** The change of a subscription that is being typed; those of others are kept. */
export const changedSubscription = formDraft<SubscriptionDraft & { readonly of: string }>(
  () => ({ ...blankSubscription, of: '' }),
  ({ of }) => of
)
export const changing = sending(subscriptionFields)

export function beginChange(held: Subscription): void {
  changedSubscription.show({ ...draftOfSubscription(held), of: held.id })
  changing.forget()
  changeOpen.value = held.id
}

/** Secrets that were made here and that nobody has said to have stored, by subscription. `until`: end of the overlap. */
export const secrets = ofPerson(
  signal<ReadonlyMap<string, { readonly secret: string; readonly until: string | 'none' | null }>>(new Map())
)

export function holdSecret(id: string, secret: string, until: string | 'none' | null): void {
  secrets.value = new Map(secrets.value).set(id, { secret, until })
}

export function dropSecret(id: string): void {
  const left = new Map(secrets.value)
  left.delete(id)
  secrets.value = left
}

addEventListener('beforeunload', event => {
  if (secrets.value.size > 0) event.preventDefault()
})

/** The last preview of a policy: of which subscription, null for a new one, and of what was typed then. */
export const previewed = ofKey(
  signal<{ readonly of: string | null; readonly text: string; readonly preview: PolicyPreview } | null>(null)
)
export const previewing = sending(subscriptionFields)

/** How the chosen one does. */
export const health = resource(() => webhooks.health(currentItem.value ?? ''))
export const pausing = sending()
export const removing = sending()

/** The first page of deliveries of the chosen one, asked for again and again; older pages are added by hand. */
export const deliveries = pagesOf(cursor => webhooks.deliveries(currentItem.value ?? '', cursor))

export const replaying = sending()
export const testing = sending()
export const rotating = sending(['overlapHours'])

/** Another one is shown now: no outcome of this one stands beside it. */
export function forgetActs(): void {
  for (const acting of [pausing, removing, testing, rotating]) acting.forget()
}

/** The last test that was sent from here, and to whom; without an outcome until there is one. */
export const lastTest = ofKey(signal<{ readonly id: string; readonly outcome: TestOutcome | null } | null>(null))
