// What is answered about webhook subscriptions and their deliveries.

import { filterSchema } from '@tocsin/contracts/alert/alert-filter'
import { noticeState } from '@tocsin/contracts/answer/webhook-schemas'
import {
  buildPage,
  component,
  count,
  extend,
  instant,
  listOf,
  nullable,
  part,
  ref,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { optionalNames, shownMembers } from '@tocsin/contracts/format/setting'
import { endpointStates } from '@tocsin/contracts/subscription/endpoint-words'
import {
  holdReasons,
  mutedReasons,
  sendReasons
} from '@tocsin/contracts/subscription/notification-words'
import { subscriptionSettings } from '@tocsin/contracts/subscription/subscription-settings'

export const reminderState = words(
  ['pending', 'accepted', 'overtaken', 'given-up', 'gone'],
  '`overtaken`: something newer of the alert was accepted first. `given-up`: after seven attempts. `gone`: 410.'
)

export const because = nullable(
  words(
    [...sendReasons, ...mutedReasons],
    'Why it was sent when it was, or, if `muted`, why it never will be: `ended-unheard`: its alert began and ended before it was due; `endings-unwanted`: the policy wants no ends; `action-refused`: not sent with a policy. Null without a policy.'
  )
)

const hold = {
  reason: words([...holdReasons]),
  until: nullable(instant('Null: until something changes.')),
  by: nullable(text('Id of the silence that delays it, or of the alert that was sent instead.'))
}

const statuses = ['active', 'parked', 'ended', 'suspended', 'unconfirmed', 'disabled'] as const
export type SubscriptionStatus = (typeof statuses)[number]
const asking = part('While the status is `unconfirmed`: how the endpoint is asked.', {
  asked: count('How often it was asked.'),
  nextAt: nullable(instant('Null: not again until the subscription is changed.')),
  until: instant(),
  last: nullable(
    part('Its last answer; null: the answering instance knows none.', {
      at: instant(),
      status: { type: ['integer', 'null'], description: 'HTTP status; null: no answer came.' },
      reason: text('Why no answer came; empty: one did.')
    })
  )
})

export const subscriptionSchema = shape(
  'Subscription',
  'An endpoint that receives alert events.',
  {
    id: text(),
    version: count('Counts changes of settings and secret. Its ETag.'),
    ...shownMembers(subscriptionSettings),
    url: text('Without its query, which may contain secrets.'),
    filter: filterSchema,
    theatres: ref('TheatresHeld'),
    handling: ref('Handling'),
    status: words(
      statuses,
      '`ended`: the receiver answered 410. `suspended`: the key that created it is not valid any more. `parked`: the endpoint accepted nothing for long, or our rules refuse it; it is probed. `unconfirmed`: it has not yet consented. `disabled`: by its `state`.'
    ),
    endpoint: words(
      [...endpointStates],
      '`failing`: the first retries are under way. `down`: probed every few minutes. `parked`: probed every half an hour.'
    ),
    consent: asking,
    sequence: count('Sequence of the newest planned delivery; 0 before the first.'),
    pending: count(),
    parked: count(
      'Deliveries that the endpoint did not accept by their whole schedule, while it accepted others.'
    ),
    fallback: part('The second address, if there is one. It is never sent alerts.', {
      status: words(
        ['active', 'ended', 'unconfirmed'],
        '`unconfirmed`: it has not yet consented. `ended`: it answered 410.'
      ),
      notice: nullable(
        part('What it was notified of last.', {
          id: text(),
          state: noticeState,
          at: instant('When that was decided.'),
          accepted: truth('It answered with a status from 200 to 299.')
        })
      )
    }),
    warnings: listOf(
      part('What stands though it would be refused if it were new.', {
        pointer: text('What it is about, in the body.'),
        detail: text()
      }),
      'Such as the address of a service that cannot consent.'
    )
  },
  [...optionalNames(subscriptionSettings), 'fallback', 'consent', 'warnings']
)
export const subscriptionMadeSchema = component(
  'SubscriptionMade',
  extend('The new subscription, with its secret.', subscriptionSchema, {
    secret: text('Signs the requests (Standard Webhooks). Shown only once.')
  })
)
export const subscriptionListSchema = component(
  'SubscriptionList',
  buildPage(
    subscriptionSchema,
    'Your subscriptions; for administrators all within their theatres and handling.'
  )
)

const someNumber = { type: 'number' }
const status = { type: ['integer', 'null'] }
const tally = (description: string) =>
  part(description, {
    accepted: count(),
    failed: count(),
    share: nullable({
      ...{ ...someNumber, minimum: 0, maximum: 1 },
      description: 'Accepted of all; null without attempts.'
    })
  })
export const subscriptionHealthSchema = shape(
  'SubscriptionHealth',
  'How a subscription does, from its logged attempts.',
  {
    metricsLabel: text('The label `subscription` of its metrics.'),
    pending: count('Deliveries that wait.'),
    parked: count('Deliveries that were given up until they are replayed.'),
    lagSeconds: nullable({
      ...{ ...someNumber, minimum: 0 },
      description: 'Age of the oldest waiting delivery that no policy delays; null: there is none.'
    }),
    acceptedAt: nullable(instant('When an attempt was last accepted.')),
    failure: nullable(
      part('The last attempt that was not accepted.', { at: instant(), reason: text(), status })
    ),
    consent: asking,
    hour: tally('Attempts of the last hour, to five minutes.'),
    day: tally('Attempts of the last day, to an hour.'),
    attempts: part('How long the newest attempts took.', {
      count: count('At most 100.'),
      p50Ms: nullable(someNumber),
      p99Ms: nullable(someNumber)
    })
  },
  ['consent']
)

const sentRequestSchema = shape(
  'SentRequest',
  'What was sent. Time and signature are made anew at each attempt, and not kept.',
  {
    method: words(['POST']),
    url: text('Without its query.'),
    headers: { type: 'object', additionalProperties: text() },
    body: nullable(text('Byte for byte; null if the alerts log no longer has the event.'))
  }
)
const deliverySchema = shape(
  'Delivery',
  'One event for one subscription.',
  {
    sequence: {
      description: 'Counts from 1 within the subscription, without gaps.',
      ...{ type: 'integer', minimum: 1 }
    },
    id: text('Id of the event, and `webhook-id` of the request.'),
    previousId: nullable(text('Id of the previous delivery.')),
    alertId: text(),
    type: text(),
    plannedAt: instant(),
    state: words(
      ['pending', 'delivered', 'parked', 'superseded', 'expired', 'lapsed', 'left-out', 'muted'],
      '`superseded`: a later state of the alert goes instead. `expired`: the alert began and ended during an outage. `lapsed`: not accepted in its time; the feed has it. `left-out`: a new filter does not want it. `muted`: the policy never sends it.'
    ),
    superseded: nullable(
      part('The range that it names as superseded.', { from: count(), to: count() })
    ),
    round: count('Increases with each replay.'),
    attempts: count('Of this round.'),
    nextAt: nullable(text('Null: at once, or none is due.')),
    held: nullable(part('Why the policy delays it.', hold)),
    waited: nullable(words(holdReasons, 'Why it was delayed last, before it was sent or skipped.')),
    because,
    repeated: nullable(
      part('Reminders of the alert since then, with the same statement; null: none.', {
        id: text('Id of the newest reminder, and `webhook-id` of its request.'),
        count: count('Reminders of the alert since its first notification or its return.'),
        at: instant('When that was decided.'),
        because: words(sendReasons),
        state: reminderState
      })
    ),
    repeatHeld: nullable(
      part('Why a reminder that is due is not sent; null: none is due, or nothing delays it.', {
        ...hold,
        at: instant('When that was decided.')
      })
    ),
    last: nullable(
      part('The last attempt.', {
        at: instant(),
        status,
        durationMs: someNumber,
        excerpt: nullable(
          text(
            'Beginning of the receiver’s answer. Null without its consent, and in networks that the operator has opened.'
          )
        ),
        reason: nullable(text())
      })
    ),
    request: sentRequestSchema
  },
  ['request']
)
export const deliveryListSchema = component(
  'DeliveryList',
  buildPage(deliverySchema, 'Deliveries, newest first: those of alerts that are visible now.')
)
export const replayedSchema = shape('Replayed', 'The replayed deliveries.', { replayed: count() })
export const testOutcomeSchema = shape(
  'TestOutcome',
  'The outcome of the attempt.',
  {
    accepted: truth('The receiver answered with a status from 200 to 299.'),
    durationMs: someNumber,
    kind: words(['response', 'timeout', 'refused', 'failed', 'cancelled']),
    status: { type: 'integer' },
    retryAfter: nullable(text()),
    excerpt: text('As of a delivery.'),
    reason: text()
  },
  ['status', 'retryAfter', 'excerpt', 'reason']
)
