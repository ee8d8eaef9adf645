// Words of the weekly digest.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')
const number = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 2 })

const digest = {
  title: 'Weekly digest',
  lead: 'Areas with far more attacks than in their usual week. Most of it pages nobody.',
  week: 'Week of',
  last: 'Last full week',
  lasts: 'This week is not over.',
  noTheatre: 'No theatre is known.',
  total: (attacks: number) => plural(attacks, 'attack', 'attacks'),
  usually: (usual: number) => `${number(usual)} in a usual week`,
  learning: (days: number) =>
    `Nothing is compared: ${plural(days, 'day', 'days')} before the week are known, 84 are needed.`,
  base: (days: number) => `Usual: the mean of the ${days} days before the week.`,
  table: 'Areas above their usual',
  none: 'No area is well above its usual.',
  omitted: (count: number) => `and ${plural(count, 'more area', 'more areas')}`,
  attacks: 'Attacks',
  usual: 'Usual',
  chance: 'By chance',
  trend: 'Last 8 weeks',
  weeks: (counts: readonly number[]) => counts.map(count => count.toLocaleString('en')).join(', '),
  chanceOf: (chance: number) =>
    chance >= 0.1 ? 'not unusual' : `1 in ${number(1 / chance)} weeks`,
  notCompared: '–',
  chanceHint:
    'By chance: how seldom a usual week has so many. Of a hundred areas at most one is listed by chance.',
  situations: 'Situations',
  noSituations: 'No situation lasted in this week.',
  budgetTitle: 'False alarms',
  allowed: 'Allowed a year',
  spent: 'Spent in the last year, by what the alerts state',
  judged: 'Judged in the last year',
  budgetHint:
    'The budget counts chance at the usual rates, as if attacks did not cause each other. It does not count wrong reports.'
} as const

export const part = { digest }
