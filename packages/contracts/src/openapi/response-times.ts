// The answers of the reports of times to acknowledgement and to response, and of dispositions.

import { answerWays, dispositions, responseKinds } from '../theatre/theatre-record.ts'
import {
  count,
  instant,
  type JsonSchema,
  listOf,
  number,
  orNull,
  record,
  ref,
  text,
  truth,
  words
} from './json-schema.ts'

/** By what times are summarised. */
export const timesBy = ['severity', 'area', 'officer', 'subscriber'] as const
export type TimesBy = (typeof timesBy)[number]

/** 7-1-7, as outbreaks are measured: detect within 7 days, notify within 1, respond within 7. */
export const responseTargets = {
  detectionS: 7 * 86_400,
  acknowledgementS: 86_400,
  responseS: 7 * 86_400
} as const

const seconds = (description: string) => orNull(count(description))

export const responseTimeSchemas: Readonly<Record<string, JsonSchema>> = {
  ResponseTimes: record('Times from calls to their answers, in whole seconds.', {
    by: words(timesBy),
    from: orNull(instant()),
    to: orNull(instant()),
    targets: record(
      'Within how many seconds.',
      Object.fromEntries(Object.keys(responseTargets).map(name => [name, count()]))
    ),
    items: listOf(
      ref('ResponseTimesRow'),
      'By severity the gravest first, else by name; drills after the others.'
    )
  }),
  ResponseTimesRow: record(
    'The calls of one severity, area, officer or subscription. Median and 90th percentile are times that occurred, null without any.',
    {
      severity: text('By severity: the gravest while the call goes on.'),
      area: orNull(
        text('By area: a country, or an ISO 3166-2 code; null for alerts without either.')
      ),
      officer: orNull(text('By officer: who acknowledged; null: nobody.')),
      officerId: orNull(text('Id of that key, if the reader may see it.')),
      subscriber: orNull(
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
  ),
  PartnersAnswer: record('A human at a subscription has an alert.', {
    at: instant('When that was said.'),
    until: orNull(instant('Until when they have it.')),
    note: orNull(text()),
    via: words(answerWays, 'With a key, or by the link in a webhook.'),
    response: orNull(
      record('What was said last was done there; null: nothing was.', {
        kind: words(responseKinds),
        at: instant('When it was done.'),
        recordedAt: instant('When that was said.')
      })
    )
  }),
  Dispositions: record('How often alerts were judged to be false alarms.', {
    items: listOf(
      ref('RuleDispositions'),
      'By theatre, then by rule; none for a rule without an alert.'
    )
  }),
  RuleDispositions: record(
    'Alerts of one rule in one theatre that were raised in the last 365 days.',
    {
      theatre: text(),
      ruleId: text(),
      since: instant('365 days ago, or the first alert of the theatre that is kept.'),
      raised: count('Alerts that were raised since.'),
      judged: count('Those of them that officers closed with a disposition.'),
      dispositions: record(
        'How many of each.',
        Object.fromEntries(dispositions.map(each => [each, count()]))
      ),
      falseAlarmsPerYear: orNull(
        number({
          description:
            'As judged: the least that it can be unless all were. Null: too little to say.'
        })
      ),
      expectedPerYear: orNull(
        number({
          description: 'The budget of the rule, false alarms a year; null: it has none.'
        })
      ),
      spent: orNull(
        number({
          description:
            'About so many of the alerts that began since came by chance, as each states how rare it is; null without a budget.'
        })
      )
    }
  )
}
