// A filter of a subscription in words.

import type { SubscriptionFilter } from '../../shown/answers.ts'
import { words } from '../../words/words.ts'

export function filterWords(filter: SubscriptionFilter): string {
  const told = words.subscriptions
  const parts = Object.entries(filter).map(([name, value]) => {
    if (name === 'minSeverity' && typeof value === 'string') return told.minSeverityWords(value)
    return `${name}: ${Array.isArray(value) && value.every(each => typeof each !== 'object') ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value)}`
  })
  return parts.length === 0 ? told.everything : told.filterWords(parts)
}
