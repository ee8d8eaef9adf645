// What a subscription is called: by its address to who manages it, else by whom it is held. Pure.

import type { SubscriberName, Subscription } from '../shown/answers.ts'

/**
 * The address of one of `own`; else the name of its key with its contact, as far as the reader may
 * know it; else its id. `unnamed`: what is said where the key is gone.
 */
export function subscriptionName(
  id: string,
  {
    own,
    names,
    unnamed
  }: { own: readonly Subscription[]; names: readonly SubscriberName[]; unnamed: string }
): string {
  const url = own.find(each => each.id === id)?.url
  if (url !== undefined) return url
  const name = names.find(({ subscriptionId }) => subscriptionId === id)
  if (name === undefined) return id
  const by = name.by ?? unnamed
  return name.contact === null ? by : `${by} (${name.contact})`
}
