// What is answered about silences.

import { filterSchema } from '@tocsin/contracts/answer/filter-schema'
import {
  buildPage,
  component,
  count,
  instant,
  nullable,
  ref,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { silenceStandings } from '@tocsin/service/control/silence-state'
import { subscriberNameSchema } from '../webhook/subscriber-names.ts'

const subscriptionId = nullable(
  text('The only subscription that it is for; null: for all, or not for you to know.')
)

export const silenceOverSchema = shape(
  'SilenceOver',
  'A silence that holds, as an officer may know of it.',
  {
    id: text(),
    isForOne: truth('Whether it is for one subscription alone; false: for all that have a policy.'),
    subscriptionId,
    subscriber: nullable(subscriberNameSchema),
    startsAt: instant(),
    endsAt: instant(
      'As it was made: it ends sooner if somebody ends it, or with the key that made it.'
    ),
    includesExtreme: truth('Extreme alerts too.'),
    reason: nullable(text('Null: not told.')),
    by: nullable(text('Name of who made it; null: not told, as where `subscriber` is not.'))
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
    subscriber: nullable(subscriberNameSchema),
    startsAt: instant(),
    endsAt: instant('As it was made.'),
    endedAt: nullable(instant('When it was ended before its time; null: it was not.')),
    createdAt: instant(),
    includesExtreme: truth('Extreme alerts too.'),
    alertId: nullable(text('The only alert that it is for; null: all that pass the filter.')),
    filter: nullable(filterSchema),
    reason: nullable(
      text('Null: not told. Below `internal` it is told of what one made oneself alone.')
    ),
    by: nullable(text('`an officer` for others below `internal`; null: not told.')),
    theatres: nullable(ref('TheatresHeld')),
    handling: nullable(ref('Handling')),
    matches: nullable(
      count(
        'Open alerts that it holds back: of those that you may see, or that its only subscription is told of; null if you may not know, or it is over.'
      )
    ),
    holds: nullable(
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
