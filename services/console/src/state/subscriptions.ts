// Subscriptions, the chosen one with its deliveries, and what is being typed about them.

import { signal } from '@preact/signals'
import { webhooks } from '../http/requests.ts'
import {
  makeSubscriptionChange,
  makeSubscriptionDraft,
  subscriptionPaths
} from '../records/subscription.ts'
import type { Subscription } from '../shown/answers.ts'
import { words } from '../words/words.ts'
import { currentItem } from './current-view.ts'
import { command, form, holdTyped } from './forms.ts'
import { createPages, resource } from './resource.ts'

export const subscriptions = resource(() => webhooks.list())

const key = () => currentItem.value ?? ''
export const newSubscription = form(() => makeSubscriptionDraft(null), {
  fields: subscriptionPaths
})

export const changeOpen = signal<string | null>(null)
/** The change of a subscription that is being typed; those of others are stored. */
export const changedSubscription = form(() => makeSubscriptionDraft(null), {
  keyOf: ({ seen }) => seen?.id ?? '',
  ...{ fields: subscriptionPaths, restsOnSeen: true }
})

export function beginChange(held: Subscription): void {
  changedSubscription.show(makeSubscriptionDraft(held))
  changedSubscription.forget()
  changeOpen.value = held.id
}

/** Drops what was typed, and closes the form. */
export function endChange(): void {
  changedSubscription.clear()
  changeOpen.value = null
}

/** Sends what was changed. Tocsin refuses it where somebody else changed it since it was seen. */
export async function saveChange(): Promise<void> {
  const sent = changedSubscription.typed.peek()
  const { seen, version } = sent
  if (seen === null || Object.keys(makeSubscriptionChange(sent)).length === 0) return endChange()
  const { form: told } = words.subscriptions
  const saved = await changedSubscription.submit(
    draft => webhooks.change(seen.id, makeSubscriptionChange(draft), version),
    ({ warnings = [] }) => [told.saved, ...warnings.map(told.warned)].join(' '),
    makeSubscriptionDraft,
    (later, body) => ({ ...later, seen: body, version: body.version })
  )
  await subscriptions.load()
  if (saved?.isAll && changeOpen.peek() === seen.id) endChange()
}

/** Secrets made here and not confirmed as stored, by subscription. `until`: of the overlap. */
export const secrets = signal<
  ReadonlyMap<string, { readonly secret: string; readonly until: string | null }>
>(new Map())

export function holdSecret(id: string, secret: string, until: string | null): void {
  secrets.value = new Map(secrets.value).set(id, { secret, until })
}

export function dropSecret(id: string): void {
  const left = new Map(secrets.value)
  left.delete(id)
  secrets.value = left
}

holdTyped(() => secrets.value.size > 0)

/** How the chosen one does. */
export const health = resource(() => webhooks.health(key()), { key })
/** Pages of deliveries of the chosen one; older pages are added by hand. */
export const deliveries = createPages(cursor => webhooks.deliveries(key(), cursor), { key })

/** Pausing and deleting it. */
export const acting = command({ key, restsOnSeen: true })
export const replaying = command({ key, restsOnSeen: true })
export const testing = command({ key })
export const rotating = command({ key })
