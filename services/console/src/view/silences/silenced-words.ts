// What a silence is for, in words.

import type { Silence } from '../../shown/silence.ts'
import { words } from '../../words/words.ts'

export function silencedWords({ alertId, filter }: Pick<Silence, 'alertId' | 'filter'>): string {
  const told = words.silences
  if (alertId !== null) return told.oneAlert
  if (filter === null) return told.untold
  const parts = Object.entries(filter).map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`
  )
  return parts.length === 0 ? told.everything : parts.join('; ')
}
