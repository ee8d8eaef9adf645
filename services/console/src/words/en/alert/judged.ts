// Words of how often a rule was wrong.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')

const rate = (perYear: number) =>
  `${perYear.toLocaleString('en', { maximumFractionDigits: 1 })} a year`

export const judgedEn = {
  title: 'False alarms as judged',
  none: 'no alert of the last year',
  noneJudged: (raised: number, since: string) =>
    `${plural(raised, 'alert', 'alerts')} since ${since}, none judged yet`,
  judged: (count: number, judged: number, raised: number, since: string) =>
    `${count} of ${judged} judged ${count === 1 ? 'was a false alarm' : 'were false alarms'} (${raised.toLocaleString('en')} raised since ${since})`,
  tooLittle: 'too little was judged to say how often',
  rate,
  atLeast: (perYear: number) => `at least ${rate(perYear)}`,
  expected: (perYear: number) => `expected ${rate(perYear)}`,
  inTheatre: (theatre: string, said: string) => `${theatre}: ${said}`
} as const
