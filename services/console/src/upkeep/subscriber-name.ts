// The name of a subscription: its address for those who manage it, else its holder. Pure.

import type { SubscriberName, Subscription } from '../shown/answers.ts'

/**
 * The address of one in `own`; else the name of its key with its contact, if the reader may know
 * it; else its id. `unnamed`: the text for a missing key.
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
