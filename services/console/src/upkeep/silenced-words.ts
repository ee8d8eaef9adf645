// What a silence is for, and from whom it holds that back, in words.

import type { Silence, Subscription } from '../shown/answers.ts'
import { filterWords } from '../words/filter-words.ts'
import { words } from '../words/words.ts'
import { subscriptionName } from './subscriber-name.ts'

export function silencedWords({ alertId, filter }: Pick<Silence, 'alertId' | 'filter'>): string {
  const told = words.silences
  if (alertId !== null) return told.oneAlert
  if (filter === null) return told.untold
  return filterWords(filter) || told.everything
}

/** `own`: the subscriptions that the reader manages. */
export function silencedFrom(
  {
    isForOne,
    subscriptionId,
    subscriber = null
  }: Pick<Silence, 'isForOne' | 'subscriptionId' | 'subscriber'>,
  own: readonly Subscription[]
): string {
  if (subscriptionId === null)
    return isForOne ? words.silences.oneSubscription : words.silences.allSubscriptions
  return subscriptionName(subscriptionId, {
    own,
    names: subscriber === null ? [] : [subscriber],
    unnamed: words.told.unnamed
  })
}
