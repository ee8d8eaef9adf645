// Subscriptions, the chosen one with its deliveries, and what is being typed about them.

import { signal } from '@preact/signals'
import type { Answer } from '../../http/answers.ts'
import { webhooks } from '../../http/webhooks.ts'
import type { Subscription, TestOutcome } from '../../shown/answers.ts'
import {
  blankSubscription,
  changeOfSubscription,
  changeOnto,
  draftOfSubscription,
  partsChanged,
  type SubscriptionChange,
  type SubscriptionDraft,
  subscriptionFields
} from '../../upkeep/subscription-draft.ts'
import { words } from '../../words/words.ts'
import { currentItem } from '../current-view.ts'
import { formDraft, sending } from '../form-draft.ts'
import { pagesOf, resource } from '../resource.ts'
import { ofKey, ofPerson } from '../session/of-key.ts'
import { holdTyped } from '../session/typed.ts'

export const subscriptions = resource(() => webhooks.list())

export const newSubscription = formDraft<SubscriptionDraft>('subscription', () => blankSubscription)
export const creating = sending(subscriptionFields)

export const changeOpen = ofPerson(signal<string | null>(null))
/** The change of a subscription that is being typed; those of others are kept. */
export const changedSubscription = formDraft<SubscriptionChange>(
  'subscription-change',
  () => ({ ...blankSubscription, seen: null }),
  ({ seen }) => seen?.id ?? ''
)
export const changing = sending(subscriptionFields, { restsOnSeen: true })

/**
 * What the suite said of the change that was saved last: it stands, and needs a look. The form is
 * closed by then.
 */
export const warned = ofKey(signal<{ readonly id: string; readonly text: string } | null>(null))

export function beginChange(held: Subscription): void {
  changedSubscription.show({ ...draftOfSubscription(held), seen: held })
  changing.forget()
  changeOpen.value = held.id
}

/** Drops what was typed, and closes the form. */
export function endChange(): void {
  changedSubscription.clear()
  changeOpen.value = null
}

/**
 * Sends what was changed, unless somebody else changed it since the form was opened: then that is
 * said, and nothing is sent.
 */
export async function saveChange(): Promise<void> {
  const sent = changedSubscription.typed.peek()
  const { seen } = sent
  if (seen === null || Object.keys(changeOfSubscription(sent)).length === 0) return endChange()
  const { form } = words.subscriptions
  const saved = await changing.send(
    () => changeUnlessNewer(sent, seen),
    ({ warnings = [] }) => [form.saved, ...warnings.map(form.warned)].join(' ')
  )
  if (saved === null) return subscriptions.load()
  const { warnings = [] } = saved.body
  warned.value =
    warnings.length === 0 ? null : { id: seen.id, text: warnings.map(form.warned).join(' ') }
  const now = { ...draftOfSubscription(saved.body), seen: saved.body }
  const isAll = changedSubscription.settle(sent, now, later => changeOnto(later, saved.body))
  await subscriptions.load()
  if (isAll && changeOpen.peek() === seen.id) endChange()
}

/**
 * Looked at once more before: a new secret, say, is another version and changes nothing that was
 * typed over. What comes between the look and the change the suite itself refuses.
 */
async function changeUnlessNewer(
  draft: SubscriptionChange,
  seen: Subscription
): Promise<Answer<Subscription>> {
  const listed = await webhooks.list()
  if (listed.kind !== 'ok') return listed
  const held = listed.body.items.find(({ id }) => id === seen.id)
  if (held !== undefined && partsChanged(seen, held).length > 0) return changedMeanwhile
  const answer = await webhooks.change(seen.id, changeOfSubscription(draft), held?.version)
  return answer.kind === 'refused' && answer.problem.code === 'action-refused'
    ? changedMeanwhile
    : answer
}

const changedMeanwhile = {
  kind: 'refused',
  problem: { status: 409, code: 'changed-meanwhile', detail: words.subscriptions.nothingSent }
} as const

/**
 * Secrets that were made here and that nobody has said to have stored, by subscription. `until`:
 * end of the overlap.
 */
export const secrets = ofPerson(
  signal<ReadonlyMap<string, { readonly secret: string; readonly until: string | 'none' | null }>>(
    new Map()
  )
)

export function holdSecret(id: string, secret: string, until: string | 'none' | null): void {
  secrets.value = new Map(secrets.value).set(id, { secret, until })
}

export function dropSecret(id: string): void {
  const left = new Map(secrets.value)
  left.delete(id)
  secrets.value = left
}

holdTyped('secret', () => secrets.value.size)

/** How the chosen one does. */
export const health = resource(() => webhooks.health(currentItem.value ?? ''))
export const pausing = sending([], { restsOnSeen: true })
export const removing = sending([], { restsOnSeen: true })

/**
 * The first page of deliveries of the chosen one, asked for again and again; older pages are added
 * by hand.
 */
export const deliveries = pagesOf(cursor => webhooks.deliveries(currentItem.value ?? '', cursor))

export const replaying = sending([], { restsOnSeen: true })
export const testing = sending()
export const rotating = sending(['overlapHours'])

/** Another one is shown now: no outcome of this one stands beside it. */
export function forgetActs(): void {
  for (const acting of [pausing, removing, testing, rotating]) acting.forget()
}

/** The last test that was sent from here, and to whom; without an outcome until there is one. */
export const lastTest = ofKey(
  signal<{ readonly id: string; readonly outcome: TestOutcome | null } | null>(null)
)
