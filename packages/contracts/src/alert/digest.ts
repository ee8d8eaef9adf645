// The digest of a week in a theatre: areas with far more attacks than usual, and what stands open.

import {
  integer,
  listOf,
  number,
  optional,
  orNull,
  record,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { severities } from '../theatre/severity.ts'
import { alertStatuses } from './alert.ts'

/** Weeks of the trend, the week itself among them. */
export const trendWeeks = 8

const count = (description: string) => integer({ description, minimum: 0 })
const day = (description: string) => text({ description, format: 'date' })

const figures = {
  attacks: count('Attacks of the week.'),
  usual: orNull(
    number('Attacks of a usual week: the mean of the base. Null: no past to compare with.')
  ),
  chance: orNull(
    number(
      'Probability of so many or more in a week at the usual rate, which is learned from the base: an exact gamma-Poisson tail. Null: no past to compare with.'
    )
  ),
  trend: listOf(
    count('Attacks of a week.'),
    `Attacks of the last ${trendWeeks} weeks, this one last.`
  )
}

export const digestAlertFormat = record(
  {
    alertId: text(),
    pattern: text(),
    headline: text(),
    inLanguages: optional(
      record({ fr: record({ headline: text() }) }, 'The headline in other languages.')
    ),
    severity: words(severities),
    status: words(alertStatuses),
    from: text('When its situation began, ISO 8601.')
  },
  'An alert that stood in the week.'
)

export const digestFormat = record(
  {
    theatre: text(),
    from: day('The Monday of the week.'),
    to: day('Its Sunday.'),
    baseDays: count(
      'Days before the week that usual means: at most 364; under 84 nothing is compared.'
    ),
    ...figures,
    areas: listOf(
      record({
        admin1: text('ISO 3166-2.'),
        name: text('Its name.'),
        ...figures,
        alerts: listOf(digestAlertFormat, 'What rules that notify nobody find there.')
      }),
      'At least three attacks, of a probability of at most 0.01, or such a finding; the rarest first, at most 50.'
    ),
    areasOmitted: count('Of more, how many are left out.'),
    situations: listOf(digestAlertFormat, 'Situations of rules with a budget; the newest 50.'),
    budget: orNull(
      record(
        {
          declared: number('False alarms a year that the theatre allows.'),
          spent: number(
            'About so many alerts of the last 365 days came by chance, as each states how rare it is.'
          ),
          falseAlarms: count('So many of them officers resolved as false alarms.')
        },
        'Null: no rule of the theatre has a budget.'
      )
    ),
    isOver: truth('False while the week lasts: more is to come.')
  },
  'A week in a theatre, of what the reader may see, as it is known now. Days are UTC.'
)
export type Digest = ValueOf<typeof digestFormat>
export type DigestArea = Digest['areas'][number]
export type DigestAlert = ValueOf<typeof digestAlertFormat>
