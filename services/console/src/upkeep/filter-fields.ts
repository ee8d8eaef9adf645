// What alerts are chosen by in a silence and in a subscription. Pure.

import type { SubscriptionFilter } from '../shown/answers.ts'
import type { FieldTable } from './field-table.ts'

const at = <N extends string>(name: N) => `filter/${name}` as const

/** Values of one are alternatives. */
export const filterFields = {
  country: { as: 'picks', of: 'countries', at: at('country') },
  admin1: { as: 'picks', of: 'areas', at: at('admin1') },
  category: { as: 'picks', of: 'categories', at: at('category') },
  pattern: { as: 'picks', of: 'patterns', at: at('pattern') },
  ruleId: { as: 'picks', of: 'rules', at: at('ruleId') },
  certainty: { as: 'picks', of: 'certainties', at: at('certainty') },
  theatre: { as: 'picks', of: 'theatres', at: at('theatre') }
} as const satisfies FieldTable

/** The members of a filter that a form has no field for: they are sent as they are. */
export function pickKept(filter: SubscriptionFilter, table: FieldTable): SubscriptionFilter {
  const paths = Object.values(table).map(each => each.at)
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !paths.includes(at(name))))
}
