// Answers about webhook subscriptions and their deliveries.

import { optionalNames, shownMembers } from '../format/setting.ts'
import { endpointStates, noticeStates } from '../subscription/endpoint-words.ts'
import {
  holdReasons,
  silenceNews,
  tellReasons,
  toldHoldReasons,
  watchNews
} from '../subscription/notification-words.ts'
import { subscriptionSettings } from '../subscription/subscription-settings.ts'
import { filterSchema } from './filter-schema.ts'
import {
  buildPage,
  count,
  extend,
  instant,
  type JsonSchema,
  listOf,
  orNull,
  type Properties,
  record,
  ref,
  text,
  truth,
  words
} from './json-schema.ts'
import { because, policySchemas, reminderState, repeatHeld } from './policies.ts'

const noticeState = words(
  [...noticeStates],
  'Of the first address. `down`: it is probed. `parked`: probed every half an hour. `ended`: it answered 410. `refused`: deliveries are parked. `up`: it accepts again.'
)

const subscriptionStatus = words(
  ['active', 'parked', 'ended', 'suspended', 'unconfirmed', 'disabled'],
  '`ended`: the receiver answered 410. `suspended`: the key that created it is not valid any more. `parked`: the endpoint accepted nothing for long, or our rules refuse it; it is probed. `unconfirmed`: it has not yet consented. `disabled`: by its `state`.'
)
const endpointState = words(
  [...endpointStates],
  '`failing`: the first retries are under way. `down`: probed every few minutes. `parked`: probed every half an hour.'
)

const asking = record('While the status is `unconfirmed`: how the endpoint is asked.', {
  asked: count('How often it was asked.'),
  nextAt: orNull(instant('Null: not again until its address changes.')),
  until: instant(),
  last: orNull(
    record('Its last answer; null: the answering instance knows none.', {
      at: instant(),
      status: { type: ['integer', 'null'], description: 'HTTP status; null: no answer came.' },
      reason: text('Why no answer came; empty: one did.')
    })
  )
})

const subscription = {
  id: text(),
  version: count('Counts changes of settings and secret. Its ETag.'),
  ...shownMembers(subscriptionSettings),
  url: text('Without its query, which may contain secrets.'),
  filter: filterSchema,
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  status: subscriptionStatus,
  endpoint: endpointState,
  consent: asking,
  sequence: count('Sequence of the newest planned delivery; 0 before the first.'),
  pending: count(),
  parked: count(
    'Deliveries that the endpoint did not accept by their whole schedule, while it accepted others.'
  ),
  fallback: record('The second address, if there is one. It is never sent alerts.', {
    status: words(
      ['active', 'ended', 'unconfirmed'],
      '`unconfirmed`: it has not yet consented. `ended`: it answered 410.'
    ),
    notice: orNull(
      record('What it was told last.', {
        id: text(),
        state: noticeState,
        at: instant('When that was decided.'),
        accepted: truth('It answered with a status from 200 to 299.')
      })
    )
  })
}
const warnings = listOf(
  record('What stands though it would be refused if it were new.', {
    pointer: text('What it is about, in the body.'),
    detail: text()
  }),
  'Such as the address of a service that cannot consent.'
)
const lacking = [...optionalNames(subscriptionSettings), 'fallback', 'consent', 'warnings']

const webhookEpoch = text({
  description:
    'Identifies the log. Another one: it was restored from an older copy, and sequences begin again at 1.',
  pattern: '^[0-9a-f]{8}$'
})

function buildUnsequenced(description: string, name: string, members: Properties): JsonSchema {
  const properties = { subscriptionId: text(), ...members }
  return extend(description, 'UnsequencedEvent', {
    type: words([`tocsin.webhook.${name}.v1`]),
    data: { type: 'object', required: Object.keys(properties), properties }
  })
}

function tally(description: string): JsonSchema {
  return record(description, {
    accepted: count(),
    failed: count(),
    share: orNull({
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'Accepted of all; null without attempts.'
    })
  })
}

function sequenceRange(description: string): JsonSchema {
  return record(description, {
    from: { type: 'integer', minimum: 1 },
    to: { type: 'integer', minimum: 1 }
  })
}

/**
 * What a receiver of webhooks gets. The AsyncAPI document names them; HTTP has no place for them.
 */
const sentSchemas: Readonly<Record<string, JsonSchema>> = {
  WebhookEvent: extend(
    'An alert event. If every `sequence` was received or named as superseded, nothing is missing.',
    'AlertEvent',
    {
      subscriptionid: text(
        'Refuse an event of another subscription: a `v1a` signature alone does not say for whom it is.'
      ),
      epoch: webhookEpoch,
      restated: truth(
        'Stated again after a restore: you may have later events of the alert from the epoch before, which are lost here.'
      ),
      sequence: {
        description: 'Counts from 1 in the subscription and epoch, without gaps; 0: a sample.',
        type: 'integer',
        minimum: 0
      },
      test: truth('True in a sample that somebody asked for: nothing has happened.'),
      previousid: orNull(
        text({
          description: 'The `id` of the event before it in the sequence; null at first in an epoch.'
        })
      ),
      superseded: sequenceRange(
        'Sequences that are not sent, because later ones hold the state now.'
      ),
      answerurl: text(
        'With `answerLinks`: a page by which a person says that a human has the alert.'
      ),
      because: words(
        tellReasons.filter(each => each !== 'repeat'),
        'Why the policy tells it now. Only with a policy.'
      ),
      held: words(
        toldHoldReasons,
        'Why it waited last. `earlier-line`: others were to answer it first.'
      )
    },
    ['restated', 'test', 'superseded', 'answerurl', 'because', 'held']
  ),
  UnsequencedEvent: record('A CloudEvent outside the sequence.', {
    specversion: words(['1.0']),
    id: text({ description: 'The `webhook-id` of the request.' }),
    source: text(),
    time: instant(),
    datacontenttype: words(['application/json']),
    epoch: webhookEpoch
  }),
  WebhookTest: buildUnsequenced('A test of the endpoint.', 'test', {
    drill: truth('True: nothing has happened.')
  }),
  WebhookHeartbeat: buildUnsequenced(
    'A sign of life, as often as `heartbeatSeconds` says.',
    'heartbeat',
    {
      sequence: count(
        'Of the newest planned delivery: if you have a lower one and nothing is pending, one is missing.'
      ),
      pending: count('Deliveries not yet accepted.'),
      superseded: {
        description:
          'Skipped sequences that no event has named yet, the lowest 100 ranges. They are not sent.',
        type: 'array',
        items: sequenceRange('Both ends belong to it.')
      },
      ageSeconds: orNull(
        count(
          'How long ago, at most, this instance and the rules had folded all, s, in steps of 5.'
        )
      ),
      next: instant('When the next one is due.')
    }
  ),
  WebhookNotice: buildUnsequenced(
    'Tells the second address of the subscription how its first one does.',
    'notice',
    {
      state: noticeState,
      since: orNull(instant('Since when.')),
      pending: count('Deliveries that wait. They are kept.'),
      parked: count('Deliveries that were given up until they are replayed.')
    }
  ),
  WebhookSilence: buildUnsequenced(
    'Tells of a silence that holds back alerts of the subscription.',
    'silence',
    {
      silenceId: text(),
      state: words(
        [...silenceNews],
        '`holding`: it has begun. `unmatched`: it is for no open alert of the subscription. `over`: it has ended.'
      ),
      startsAt: instant(),
      endsAt: instant('When it ends or ended.'),
      matches: orNull(
        count(
          'Open alerts that it holds back and the subscription is told of; null where it may not know.'
        )
      )
    }
  ),
  WebhookWatch: buildUnsequenced('Tells who declared a watch how it is staffed.', 'watch', {
    watchId: text(),
    state: words(
      [...watchNews],
      '`unstaffed`: nobody on shift can be reached, and all subscriptions that follow the watch are told. `staffed`: somebody can again.'
    )
  }),
  WebhookDigest: buildUnsequenced(
    'Tells of the last week of a theatre. A retry has the numbers of its own time.',
    'digest',
    { digest: ref('Digest') }
  ),
  WebhookReminder: buildUnsequenced(
    'Tells again of an alert that nobody has answered, as often as `repeatMinutes` says.',
    'reminder',
    {
      because: words(['repeat']),
      count: { description: 'Of the reminders of this alert.', type: 'integer', minimum: 1 },
      firstToldAt: instant('When you accepted the first event of the alert.'),
      sequence: {
        description: 'Of the event that it repeats, the newest that you were sent of the alert.',
        type: 'integer',
        minimum: 1
      },
      eventId: text('The `id` of that event.'),
      eventType: text('Its `type`.'),
      answerurl: orNull(
        text('With `answerLinks`: a page by which a person says that a human has the alert.')
      ),
      alert: {
        ...(ref('Alert') as object),
        description: 'The whole statement, as in the `data` of that event.'
      }
    }
  ),
  WebhookChallenge: buildUnsequenced(
    'Asks for the consent of the endpoint: an answer from 200 to 299 whose body is the challenge, or a JSON object with it as `challenge`.',
    'challenge',
    { challenge: text() }
  ),
  WebhookHeaders: record('Headers of each request, by Standard Webhooks 1.0.', {
    'webhook-id': text({
      description: 'The same at every attempt.',
      pattern: '^[A-Za-z0-9_:/-]{1,200}$'
    }),
    'webhook-timestamp': text({
      description: 'Unix time of this attempt, s.',
      pattern: '^[1-9][0-9]*$'
    }),
    'webhook-signature': text({
      description:
        'Separated by spaces: `v1`, HMAC-SHA256 over id, timestamp and body with each valid secret, and `v1a`, ed25519 with the published keys; in base64. One that verifies is enough.',
      pattern: '^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*( v1a,[A-Za-z0-9+/]{86}==)+$'
    })
  })
}

const deliveryState = words(
  ['pending', 'delivered', 'parked', 'superseded', 'expired', 'lapsed', 'left-out', 'muted'],
  '`superseded`: a later state of the alert goes instead. `expired`: the alert began and ended during an outage. `lapsed`: not accepted in its time; the feed has it. `left-out`: a new filter does not want it. `muted`: the policy never tells it.'
)

/** What the policy of a subscription did with a delivery. */
const policyWords = {
  held: orNull(
    record('Why the policy holds it.', {
      reason: words(holdReasons),
      until: orNull(instant('Null: until something changes.')),
      by: orNull(text('Id of the silence that holds it, or of the alert that was told instead.'))
    })
  ),
  waited: orNull(words(holdReasons, 'Why it was held last before it was told or skipped.')),
  because
}

const delivery = record(
  'One event for one subscription.',
  {
    sequence: {
      description: 'Counts from 1 within the subscription, without gaps.',
      type: 'integer',
      minimum: 1
    },
    id: text('Id of the event, and `webhook-id` of the request.'),
    previousId: orNull(text('Id of the previous delivery.')),
    alertId: text(),
    type: text(),
    plannedAt: instant(),
    state: deliveryState,
    superseded: orNull(
      record('The range that it names as superseded.', { from: count(), to: count() })
    ),
    round: count('Increases with each replay.'),
    attempts: count('Of this round.'),
    nextAt: orNull(text('Null: at once, or none is due.')),
    ...policyWords,
    repeated: orNull(
      record('How the alert was told again since, with the same statement; null: it was not.', {
        id: text('Id of the newest reminder, and `webhook-id` of its request.'),
        count: count('Reminders of the alert, since it was first told or came back.'),
        at: instant('When that was decided.'),
        because: words(tellReasons),
        state: reminderState
      })
    ),
    repeatHeld,
    last: orNull(
      record('The last attempt.', {
        at: instant(),
        status: { type: ['integer', 'null'] },
        durationMs: { type: 'number' },
        excerpt: orNull(
          text(
            'Beginning of the receiver’s answer. Null without its consent, and in networks that the operator has opened.'
          )
        ),
        reason: orNull(text())
      })
    ),
    request: ref('SentRequest')
  },
  ['request']
)

export const subscriptionSchemas: Readonly<Record<string, JsonSchema>> = {
  ...sentSchemas,
  Subscription: record(
    'An endpoint that receives alert events.',
    { ...subscription, warnings },
    lacking
  ),
  SubscriptionMade: extend('The new subscription, with its secret.', 'Subscription', {
    secret: text('Signs the requests (Standard Webhooks). Shown only once.')
  }),
  ...policySchemas,
  SubscriptionHealth: record(
    'How a subscription does, from its logged attempts.',
    {
      metricsLabel: text('The label `subscription` of its metrics.'),
      pending: count('Deliveries that wait.'),
      parked: count('Deliveries that were given up until they are replayed.'),
      lagSeconds: orNull({
        type: 'number',
        minimum: 0,
        description:
          'Age of the oldest delivery that waits and that no policy holds; null: there is none.'
      }),
      acceptedAt: orNull(instant('When an attempt was last accepted.')),
      failure: orNull(
        record('The last attempt that was not accepted.', {
          at: instant(),
          reason: text(),
          status: { type: ['integer', 'null'] }
        })
      ),
      consent: asking,
      hour: tally('Attempts of the last hour, to five minutes.'),
      day: tally('Attempts of the last day, to an hour.'),
      attempts: record('How long the newest attempts took.', {
        count: count('At most 100.'),
        p50Ms: orNull({ type: 'number' }),
        p99Ms: orNull({ type: 'number' })
      })
    },
    ['consent']
  ),
  SubscriptionList: buildPage(
    ref('Subscription'),
    'Your subscriptions; for administrators all within their theatres and handling.'
  ),
  DeliveryList: buildPage(
    ref('Delivery'),
    'Deliveries, newest first: those of alerts that are visible now, and left-view events.'
  ),
  Delivery: delivery,
  AlertDeliveryList: buildPage(ref('AlertDelivery'), 'By subscription, of each the newest first.'),
  AlertDelivery: record('One event of the alert for one subscription.', {
    subscriptionId: text(),
    host: text('Of its address, with the port if it names one.'),
    contact: orNull(text('Whom to contact if it fails.')),
    subscriptionStatus,
    endpoint: endpointState,
    sequence: { description: 'In the subscription.', type: 'integer', minimum: 1 },
    id: text('Id of the event, and `webhook-id` of the request.'),
    type: text(),
    plannedAt: instant('Since when it waits, or waited.'),
    state: deliveryState,
    acceptedAt: orNull(
      instant('When the endpoint accepted it; null: it has not, or it is sent again.')
    ),
    attempts: count('Since it was last asked for.'),
    nextAt: orNull(text('Null: at once, or none is due.')),
    ...policyWords,
    reason: orNull(text('Why the last attempt was not accepted.')),
    status: { type: ['integer', 'null'], description: 'HTTP status of the last attempt.' }
  }),
  SentRequest: record(
    'What was sent. Time and signature are made anew at each attempt, and not kept.',
    {
      method: words(['POST']),
      url: text('Without its query.'),
      headers: { type: 'object', additionalProperties: text() },
      body: orNull(text('Byte for byte; null if the alerts log no longer has the event.'))
    }
  ),
  WebhookKeys: record('The public keys that sign webhooks, as a JSON Web Key Set.', {
    keys: {
      type: 'array',
      items: record('An ed25519 key (RFC 8037).', {
        kty: words(['OKP']),
        crv: words(['Ed25519']),
        x: text('The public key, base64url.'),
        kid: text('Its thumbprint (RFC 7638).'),
        use: words(['sig']),
        alg: words(['EdDSA']),
        text: text('`whpk_…`, as libraries of Standard Webhooks take it.'),
        state: words(
          ['current', 'replaced', 'next'],
          '`replaced`: signs beside the current one. `next`: signs nothing yet.'
        ),
        from: orNull(text('Since when it signs; null for the first key and for the next.')),
        until: orNull(text('Until when it signs; null while no end is known.'))
      })
    }
  }),
  Replayed: record('The replayed deliveries.', { replayed: count() }),
  TestOutcome: record(
    'The outcome of the attempt.',
    {
      accepted: truth('The receiver answered with a status from 200 to 299.'),
      durationMs: { type: 'number' },
      kind: words(['response', 'timeout', 'refused', 'failed', 'cancelled']),
      status: { type: 'integer' },
      retryAfter: orNull(text()),
      excerpt: text('As of a delivery.'),
      reason: text()
    },
    ['status', 'retryAfter', 'excerpt', 'reason']
  )
}
