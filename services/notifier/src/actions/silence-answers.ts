// What is answered about silences.

import {
  buildPage,
  component,
  count,
  instant,
  orNull,
  ref,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/answer/answer-format'
import { filterSchema } from '@tocsin/contracts/answer/filter-schema'
import { silenceStandings } from '@tocsin/service/control/silence-state'
import { subscriberNameSchema } from '../webhook/subscriber-names.ts'

const subscriptionId = orNull(
  text('The only subscription that it is for; null: for all, or not for you to know.')
)

export const silenceOverSchema = shape(
  'SilenceOver',
  'A silence that holds, as an officer may know of it.',
  {
    id: text(),
    isForOne: truth('Whether it is for one subscription alone; false: for all that have a policy.'),
    subscriptionId,
    subscriber: orNull(subscriberNameSchema),
    startsAt: instant(),
    endsAt: instant(
      'As it was made: it ends sooner if somebody ends it, or with the key that made it.'
    ),
    includesExtreme: truth('Extreme alerts too.'),
    reason: orNull(text('Null: not told.')),
    by: orNull(text('Name of who made it; null: not told, as where `subscriber` is not.'))
  }
)
export const silenceSchema = shape(
  'Silence',
  'For a time, matching alerts are held back from subscriptions with a policy. Members are null for readers who may only know that it holds.',
  {
    id: text(),
    standing: words([...silenceStandings], '`waiting`: it begins later.'),
    isBacked: truth(
      'False: the key that made it is no longer valid, so that it holds nothing back.'
    ),
    isForOne: truth('Whether it is for one subscription alone; false: for all.'),
    subscriptionId,
    subscriber: orNull(subscriberNameSchema),
    startsAt: instant(),
    endsAt: instant('As it was made.'),
    endedAt: orNull(instant('When it was ended before its time; null: it was not.')),
    createdAt: instant(),
    includesExtreme: truth('Extreme alerts too.'),
    alertId: orNull(text('The only alert that it is for; null: all that pass the filter.')),
    filter: orNull(filterSchema),
    reason: orNull(
      text('Null: not told. Below `internal` it is told of what one made oneself alone.')
    ),
    by: orNull(text('`an officer` for others below `internal`; null: not told.')),
    theatres: orNull(ref('TheatresHeld')),
    handling: orNull(ref('Handling')),
    matches: orNull(
      count(
        'Open alerts that it holds back: of those that you may see, or that its only subscription is told of; null if you may not know, or it is over.'
      )
    ),
    holds: orNull(
      count(
        'Deliveries that it holds back now, of subscriptions that you may know; null if you may know none.'
      )
    )
  }
)
export const silenceListSchema = component(
  'SilenceList',
  buildPage(silenceSchema, 'The newest first.')
)
