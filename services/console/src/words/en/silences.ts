// Words of silences.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const silences = {
  lead: 'For a time, webhooks with a policy get no matching alerts. Nothing is lost: alerts that are still open at the end are sent then. Lists, this page and streams are not silenced.',
  create: 'New silence',
  editTitle: 'Edit silence',
  editLead: 'It replaces the silence that stands: that one ends as soon as this one is made.',
  edit: 'Edit…',
  extend: 'Extend by 1 h',
  bothStand: 'The earlier silence could not be ended: both stand. End it in the list.',
  wouldHold: (count: number) =>
    count === 0
      ? 'It matches no open alert now.'
      : `It matches ${plural(count, 'open alert', 'open alerts')} now:`,
  wouldHoldMore: (count: number) => `and ${count.toLocaleString('en')} more`,
  back: 'All silences',
  none: 'Nothing is silenced.',
  over: 'Over within the last week',
  noneOver: 'None.',
  states: {
    holding: 'delays alerts',
    unbacked: 'delays nothing: the key that made it is no longer valid',
    'matches-nothing': 'matches no alert now',
    waiting: 'begins later',
    over: 'over'
  },
  what: 'Is for',
  oneAlert: 'one alert',
  untold: 'hidden from you',
  everything: 'all alerts',
  where: 'From',
  oneSubscription: 'one subscription, hidden from you',
  allSubscriptions: 'every subscription with a policy',
  reason: 'Reason',
  by: 'By',
  age: 'Age',
  begins: 'Begins',
  ends: 'Ends',
  left: (age: string) => `, in ${age}`,
  ended: 'Ended',
  matches: 'Open alerts that it is for',
  extreme: 'extreme alerts too',
  end: 'End it',
  endAsk: 'Delayed alerts that are still open are sent now. End it?',
  endYes: 'End it now',
  endDone: 'Ended. Delayed alerts are sent within ten seconds.',
  made: 'Silenced.',
  ofAlert: 'Silence…',
  omitted: (filters: readonly string[]) =>
    `The list is filtered by more: ${filters.join('; ')}. A silence can not carry that: it is for every alert that passes what stands below.`,
  form: {
    alert: 'This alert alone',
    dropAlert: 'Rather what a filter names',
    startsAt: 'Begins (UTC)',
    startsAtHint: 'Empty: now.',
    minutes: 'Minutes',
    minutesHint: 'At most 43,200 (30 days). It ends by itself.',
    reason: 'Reason',
    reasonHint: 'Those whose alerts are delayed can read it.',
    subscriptionId: 'Delays alerts to',
    subscriptionIdHint:
      'For every subscription an officer may silence one alert, an administrator more.',
    includesExtreme: 'Extreme alerts too',
    includesExtremeHint: 'If not ticked, extreme alerts are sent all the same.',
    go: 'Silence'
  }
} as const

export const part = { silences }
