// What alerts are chosen and grouped by, in words: of the list, of silences and of subscriptions.

import type { Silence, SubscriberName, Subscription, SubscriptionFilter } from '../shown/answers.ts'
import type { Severity } from '../shown/shown-alert.ts'
import { patternWords } from './alert-words.ts'
import { areaWords, categoryWords, countryWords, nameIn } from './code-names.ts'
import { words } from './words.ts'

const wordsOf: Readonly<Record<string, (code: string) => string | undefined>> = {
  severity: code => words.severities[code as Severity],
  minSeverity: code => words.filters.least(words.severities[code as Severity] ?? code),
  certainty: code => (words.certainties as Readonly<Record<string, string>>)[code],
  country: countryWords,
  admin1: code => nameIn('areas', code),
  category: categoryWords,
  pattern: patternWords
}

/** One value by the name of its filter; one without a name is its own. */
export function valueWords(name: string, value: string): string {
  return wordsOf[name]?.(value) ?? value
}

/** `Country: Mali, Niger; Pattern: Siege`; empty: it chooses all. */
export function filterWords(filter: SubscriptionFilter): string {
  const { active, byName } = words.filters
  return Object.entries(filter)
    .map(([name, value]) => {
      const all = Array.isArray(value) ? value : [value]
      const said = all.map(each =>
        typeof each === 'object' ? JSON.stringify(each) : valueWords(name, String(each))
      )
      return active(byName[name] ?? name, said.join(', '))
    })
    .join('; ')
}

const codesShown = 3

/** `by` as in the address, `key` as the queue groups by it. */
export function groupWords(by: string, key: string): string {
  switch (by) {
    case 'country':
      return codesWords(key, countryWords)
    case 'area':
      return codesWords(key, areaWords)
    case 'severity':
      return Object.hasOwn(words.severities, key)
        ? words.severities[key as keyof typeof words.severities]
        : key
    case 'owner':
      return key === '' ? words.holder.nobody : key
    default:
      return key
  }
}

function codesWords(key: string, wordsOf: (code: string) => string): string {
  if (key === '') return words.queueWork.noArea
  const codes = key.split(',')
  const more = codes.length > codesShown ? [words.place.more(codes.length - codesShown)] : []
  return [...codes.slice(0, codesShown).map(wordsOf), ...more].join(' · ')
}

export function silencedWords({ alertId, filter }: Silence): string {
  const told = words.silences
  if (alertId !== null) return told.oneAlert
  if (filter === null) return told.untold
  return filterWords(filter) || told.everything
}

/** `own`: the subscriptions that the reader manages. */
export function silencedFrom(
  silence: Pick<Silence, 'isForOne' | 'subscriptionId' | 'subscriber'>,
  own: readonly Subscription[]
): string {
  const { isForOne, subscriptionId, subscriber } = silence
  if (subscriptionId === null)
    return isForOne ? words.silences.oneSubscription : words.silences.allSubscriptions
  const names = subscriber == null ? [] : [subscriber]
  return subscriptionName(subscriptionId, { own, names, unnamed: words.told.unnamed })
}

/** The address of one in `own`, else its key's name and contact, else its id. */
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
