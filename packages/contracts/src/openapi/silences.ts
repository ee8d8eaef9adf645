// Answers about silences.

import { silenceStandings } from '@tocsin/domain/control/silence-state'
import { filterSchema } from './filter-schema.ts'
import {
  buildPage,
  count,
  instant,
  type JsonSchema,
  orNull,
  record,
  ref,
  text,
  truth,
  words
} from './json-schema.ts'

const subscriptionId = orNull(
  text('The only subscription that it is for; null: it is for all, or you may not know which.')
)

export const silenceSchemas: Readonly<Record<string, JsonSchema>> = {
  SilenceOver: record('A silence that holds, as an officer may know of it.', {
    id: text(),
    isForOne: truth('Whether it is for one subscription alone; false: for all that have a policy.'),
    subscriptionId,
    subscriber: orNull(ref('SubscriberName')),
    startsAt: instant(),
    endsAt: instant(
      'As it was made: it ends sooner if somebody ends it, or with the key that made it.'
    ),
    includesExtreme: truth('Without it what is extreme is told all the same.'),
    reason: orNull(text('Null: not told.')),
    by: orNull(text('Name of who made it; null: not told, as where `subscriber` is not.'))
  }),
  SilenceList: buildPage(ref('Silence'), 'The newest first.'),
  Silence: record(
    'For a time, alerts that match are held back from subscriptions that have a policy. Who may only know that it holds does not read why, by whom, and what exactly: null. So it is for its author, and for who is silenced, while they may not see the alert that it is for.',
    {
      id: text(),
      standing: words([...silenceStandings], '`waiting`: it begins later.'),
      isBacked: truth(
        'False: the key that made it is no longer valid, so that it holds nothing back.'
      ),
      isForOne: truth('Whether it is for one subscription alone; false: for all.'),
      subscriptionId,
      subscriber: orNull(ref('SubscriberName')),
      startsAt: instant(),
      endsAt: instant('As it was made.'),
      endedAt: orNull(instant('When it was ended before its time; null: it was not.')),
      createdAt: instant(),
      includesExtreme: truth('Without it what is extreme is told all the same.'),
      alertId: orNull(text('The only alert that it is for; null: all that pass the filter.')),
      filter: orNull(filterSchema),
      reason: orNull(
        text('Null: not told. Below `internal` it is told of what one made oneself alone.')
      ),
      by: orNull(
        text(
          'Name of who made it, below `internal` `an officer` unless it is yours; null: not told, as where `subscriber` is not.'
        )
      ),
      theatres: orNull(ref('TheatresHeld')),
      handling: orNull(ref('Handling')),
      matches: orNull(
        count(
          'Open alerts that it holds back while it holds: of those that you may see, or that its only subscription is told of; null if you may not read alerts or know that subscription, or it is over.'
        )
      ),
      holds: orNull(
        count(
          'Deliveries that it holds back now, of subscriptions that you may know; null if you may know none, or not the one that it is for.'
        )
      )
    }
  )
}
