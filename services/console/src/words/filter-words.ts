// What alerts are chosen by, in words: of the list, of silences and of subscriptions. Pure.

import type { SubscriptionFilter } from '../shown/answers.ts'
import type { Severity } from '../shown/shown-alert.ts'
import { patternWords } from './alert-words.ts'
import { categoryWords, countryWords, nameIn } from './code-names.ts'
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
