// What is answered about times to acknowledgement and to response, and about dispositions.

import {
  count,
  instant,
  listOf,
  nullable,
  number,
  part,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { dispositions } from '@tocsin/contracts/theatre/theatre-record'
import { responseTargets } from '../alerts/response-targets.ts'

/** By what times are summarised. */
export const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const
export type TimesBy = (typeof timesBy)[number]

const seconds = (description: string) => nullable(count(description))

export const responseTimesRowSchema = shape(
  'ResponseTimesRow',
  'The calls of one severity, area, officer or subscription. Median and 90th percentile are times that occurred, null without any.',
  {
    severity: text('By severity: the gravest while the call goes on.'),
    area: nullable(
      text('By area: a country, or an ISO 3166-2 code; null for alerts without either.')
    ),
    officer: nullable(text('By officer: who acknowledged; null: nobody.')),
    officerId: nullable(text('Id of that key, if the reader may see it.')),
    subscriber: nullable(
      text(
        'By subscriber: the name of the key that made the subscription; null if it is not known any more.'
      )
    ),
    subscriptionId: text('Id of that subscription.'),
    drill: truth('An exercise.'),
    called: count('Calls: alerts that paged people, and reopenings that did.'),
    acknowledged: count(
      'Calls that were acknowledged; by subscriber: that a human there answered.'
    ),
    acknowledgementMedianS: seconds('Seconds from the page to the first acknowledgement.'),
    acknowledgementP90S: seconds('The 90th percentile of the same.'),
    responded: count(
      'Calls to which a response was recorded; by subscriber: by an officer, or there.'
    ),
    responseMedianS: seconds('Seconds from the page to the earliest of what was done.'),
    responseP90S: seconds('The 90th percentile of the same.'),
    detected: count(
      'First pages of alerts: detection runs from the beginning of what they are about; none by subscriber.'
    ),
    detectionMedianS: seconds('Seconds from that beginning to the first page.'),
    detectionP90S: seconds('The 90th percentile of the same.'),
    detectedInTime: count('Those within the target.'),
    acknowledgedInTime: count('Acknowledgements within the target.'),
    respondedInTime: count('Responses within the target.'),
    allInTime: count('Of `detected`: those that met all three targets.'),
    unanswered: count('Calls that wait for an answer now, as `answered=false` lists alerts.')
  },
  ['severity', 'area', 'officer', 'officerId', 'subscriber', 'subscriptionId']
)
export const responseTimesSchema = shape(
  'ResponseTimes',
  'Times from calls to their answers, in whole seconds.',
  {
    by: words(timesBy),
    from: nullable(instant()),
    to: nullable(instant()),
    targets: part(
      'Within how many seconds.',
      Object.fromEntries(Object.keys(responseTargets).map(name => [name, count()]))
    ),
    items: listOf(
      responseTimesRowSchema,
      'By severity the gravest first, else by name; drills after the others.'
    )
  }
)
export const ruleDispositionsSchema = shape(
  'RuleDispositions',
  'Alerts of one rule in one theatre that were raised in the last 365 days.',
  {
    theatre: text(),
    ruleId: text(),
    since: instant('365 days ago, or the first alert of the theatre that is kept.'),
    raised: count('Alerts that were raised since.'),
    judged: count('Those of them that officers closed with a disposition.'),
    dispositions: part(
      'How many of each.',
      Object.fromEntries(dispositions.map(each => [each, count()]))
    ),
    falseAlarmsPerYear: nullable(
      number('As judged: the least that it can be unless all were. Null: too little to say.')
    ),
    expectedPerYear: nullable(
      number('The budget of the rule, false alarms a year; null: it has none.')
    ),
    spent: nullable(
      number(
        'About so many of the alerts that began since came by chance, as each states how rare it is; null without a budget.'
      )
    )
  }
)
export const dispositionsSchema = shape(
  'Dispositions',
  'How often alerts were judged to be false alarms.',
  {
    items: listOf(
      ruleDispositionsSchema,
      'By theatre, then by rule; none for a rule without an alert.'
    )
  }
)
