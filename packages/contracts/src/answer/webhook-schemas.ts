// What a receiver of webhooks gets. The AsyncAPI document names them; the OpenAPI document has them as
// webhooks.

import {
  count,
  extend,
  instant,
  type JsonSchema,
  nullable,
  type Properties,
  part,
  ref,
  text,
  truth,
  words
} from '../format/format.ts'
import { noticeStates } from '../subscription/endpoint-words.ts'
import {
  sendReasons,
  shownHoldReasons,
  silenceNews,
  watchNews
} from '../subscription/notification-words.ts'
import { lifeMembers } from './stream-frames.ts'

/** How an endpoint does, to its second address. */
export const noticeState = words(
  [...noticeStates],
  'Of the first address. `down`: it is probed. `parked`: probed every half an hour. `ended`: it answered 410. `refused`: deliveries are parked. `up`: it accepts again.'
)

const webhookEpoch = text(
  'Identifies the log. Another one: it was restored from an older copy, and sequences begin again at 1.',
  { pattern: '^[0-9a-f]{8}$' }
)

function buildUnsequenced(description: string, name: string, members: Properties): JsonSchema {
  const properties = { subscriptionId: text(), ...members }
  return extend(description, 'UnsequencedEvent', {
    type: words([`tocsin.webhook.${name}.v1`]),
    data: { type: 'object', required: Object.keys(properties), properties }
  })
}

function sequenceRange(description: string): JsonSchema {
  return part(description, {
    from: { type: 'integer', minimum: 1 },
    to: { type: 'integer', minimum: 1 }
  })
}

export const webhookSchemas: Readonly<Record<string, JsonSchema>> = {
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
      previousid: nullable(
        text('The `id` of the event before it in the sequence; null at first in an epoch.')
      ),
      superseded: sequenceRange(
        'Sequences that are not sent, because later ones hold the state now.'
      ),
      answerurl: text(
        'With `answerLinks`: a page by which a person says that a human has the alert.'
      ),
      because: words(
        sendReasons.filter(each => each !== 'repeat'),
        'Why the policy sends it now. Only with a policy.'
      ),
      held: words(
        shownHoldReasons,
        'Why it waited last. `earlier-line`: others were to answer it first.'
      )
    },
    ['restated', 'test', 'superseded', 'answerurl', 'because', 'held']
  ),
  UnsequencedEvent: part('A CloudEvent outside the sequence.', {
    specversion: words(['1.0']),
    id: text('The `webhook-id` of the request.'),
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
      ageSeconds: nullable(
        count(
          'How long ago, at most, this instance and the rules had folded all, s, in steps of 5.'
        )
      ),
      ...lifeMembers,
      next: instant('When the next one is due.')
    }
  ),
  WebhookNotice: buildUnsequenced(
    'Tells the second address of the subscription how its first one does.',
    'notice',
    {
      state: noticeState,
      since: nullable(instant('Since when.')),
      pending: count('Deliveries that wait. They are kept.'),
      parked: count('Deliveries that were given up until they are replayed.')
    }
  ),
  WebhookSilence: buildUnsequenced(
    'News of a silence that stops notifications of the subscription.',
    'silence',
    {
      silenceId: text(),
      state: words(
        [...silenceNews],
        '`holding`: it has begun. `unmatched`: it is for no open alert of the subscription. `over`: it has ended.'
      ),
      startsAt: instant(),
      endsAt: instant('When it ends or ended.'),
      matches: nullable(
        count(
          'Open alerts of the subscription whose notifications it stops; null where it may not know.'
        )
      )
    }
  ),
  WebhookWatch: buildUnsequenced('Tells who declared a watch how it is staffed.', 'watch', {
    watchId: text(),
    state: words(
      [...watchNews],
      '`unstaffed`: nobody on shift can be reached, and all subscriptions that follow the roster are notified. `staffed`: somebody can be reached again.'
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
      answerurl: nullable(
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
  WebhookHeaders: part('Headers of each request, by Standard Webhooks 1.0.', {
    'webhook-id': text('The same at every attempt.', { pattern: '^[A-Za-z0-9_:/-]{1,200}$' }),
    'webhook-timestamp': text('Unix time of this attempt, s.', { pattern: '^[1-9][0-9]*$' }),
    'webhook-signature': text(
      'Separated by spaces: `v1`, HMAC-SHA256 over id, timestamp and body with each valid secret, and `v1a`, ed25519 with the published keys; in base64. One that verifies is enough.',
      { pattern: '^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*( v1a,[A-Za-z0-9+/]{86}==)+$' }
    )
  })
}

export const webhookContentType = 'application/cloudevents+json; charset=utf-8'

/** By the operation that sends it: the name of the message, and its schema. */
const messages = {
  deliver: ['delivery', 'WebhookEvent'],
  test: ['test', 'WebhookTest'],
  beat: ['heartbeat', 'WebhookHeartbeat'],
  challenge: ['challenge', 'WebhookChallenge'],
  notify: ['notice', 'WebhookNotice'],
  tellSilence: ['silence', 'WebhookSilence'],
  tellWatch: ['watch', 'WebhookWatch'],
  digest: ['digest', 'WebhookDigest'],
  remind: ['reminder', 'WebhookReminder']
} as const

/** `id`: of the operation that sends it. Its summary is the first sentence about its schema. */
export const webhookMessages = Object.entries(messages).map(([id, [name, schema]]) => {
  const [summary = ''] = /^.*?[.:]/.exec(String(webhookSchemas[schema]?.description)) ?? []
  return { id, name, schema, summary: summary.replace(/:$/, '.') }
})
