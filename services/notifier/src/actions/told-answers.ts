// The answers about who was notified of an alert.

import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import {
  component,
  count,
  instant,
  listOf,
  nullable,
  part,
  text,
  words
} from '@tocsin/contracts/format/format'
import { holdReasons } from '@tocsin/contracts/subscription/notification-words'
import { whyCauses } from '@tocsin/contracts/subscription/why-told'
import { answerWays, responseKinds } from '@tocsin/contracts/theatre/theatre-record'
import { because, reminderState } from '../webhook/subscription-answers.ts'
import { silenceOverSchema } from './silence-answers.ts'

export const partnersAnswerSchema = component(
  'PartnersAnswer',
  part('A human at a subscription has an alert.', {
    at: instant('When that was said.'),
    until: nullable(instant('Until when they have it.')),
    note: nullable(text()),
    via: words(answerWays, 'With a key, or by the link in a webhook.'),
    response: nullable(
      part('What was said last was done there; null: nothing was.', {
        kind: words(responseKinds),
        at: instant('When it was done.'),
        recordedAt: instant('When that was said.')
      })
    )
  })
)
export const alertToldSchema = component(
  'AlertTold',
  part('What one webhook subscription knows of the alert.', {
    subscriptionId: text(),
    by: nullable(text('Name of the key that made it; null: not known any more.')),
    contact: nullable(text('Whom to contact if it fails.')),
    cause: words(
      [...whyCauses],
      'Why it has it, or not: as a delivery says it; `told`: it was accepted, `held`: by its policy. If none was planned: `view`: beyond what the subscription may see; `before-subscription`: older; `drill`, `filter`: not wanted; `quiet`: it pages nobody; `not-authorized`, `unconfirmed`, `disabled`, `ended`: the subscription; `not-yet`: it will be; `earlier-settings`: by settings of then; `forgotten`: not kept.'
    ),
    unmet: listOf(
      words([...filterNames, 'types']),
      'Of `filter`: the parts that the newest event does not meet.'
    ),
    type: nullable(text('Of the newest event that goes to it; null: none does.')),
    state: words(
      ['accepted', 'waiting', 'held', 'not-accepted', 'not-sent'],
      'Of that event. `waiting`: it is still tried. `held`: by the policy. `not-accepted`: kept or given up. `not-sent`: not owed any more.'
    ),
    acceptedAt: nullable(
      instant('When it last accepted an event of the alert; null: it has none.')
    ),
    waitsSince: nullable(
      instant('Since when the oldest event that is still tried waits; null: none is.')
    ),
    held: nullable(
      part('Why the policy of the subscription holds it; null: its state is another.', {
        reason: nullable(words(holdReasons, 'Null: not for you to know.')),
        until: nullable(instant('Null: until something changes, or not for you to know.')),
        by: nullable(
          text('Id of the silence that holds it, or of the alert that was told instead.')
        )
      })
    ),
    because,
    reminded: nullable(
      part('How it was told again while nobody answered; null: it was not.', {
        count: count('Reminders, since it was first told or came back.'),
        at: instant('When the newest was decided.'),
        state: reminderState
      })
    ),
    repeatHeld: nullable(
      part(
        'Why it is not told again, though it is due; null: it is not due, or nothing holds it.',
        {
          reason: nullable(words(holdReasons, 'Null: not for you to know.')),
          until: nullable(instant('Null: until something changes, or not for you to know.')),
          by: nullable(
            text('Id of the silence that holds it, or of the alert that was told instead.')
          ),
          at: instant('When that was decided.')
        }
      )
    ),
    answered: nullable(partnersAnswerSchema)
  })
)
export const alertToldListSchema = component(
  'AlertToldList',
  part('Who was told, and what holds it back.', {
    items: listOf(alertToldSchema, 'One for each subscription, all on one page.'),
    next: { description: 'Null: there is one page.', type: ['string', 'null'] },
    silences: listOf(
      silenceOverSchema,
      'Those that hold back now what is told of the alert and that you may know of, the last to end first.'
    )
  })
)
