// The settings of a webhook that its owner may give, in the order in which they are shown. Whoever
// adds one adds it here; what it does to a delivery is decided in retry-policy.ts.

import {
  dictionary,
  integer,
  listOf,
  number,
  optional,
  orNull,
  text,
  truth,
  words
} from '../format/format.ts'
import type { Asked, Recorded, Settings } from '../format/setting.ts'
import { textPattern } from '../theatre/written-text.ts'
import { alertEventTypes } from './event-types.ts'
import { notificationPolicyAskedFormat } from './notification-policy.ts'
import { bulletinKinds } from './notification-words.ts'
import { scheduleLengthMax, scheduleWaitMaxMs } from './retry-schedule.ts'

export const heartbeatSecondsMin = 60
export const heartbeatSecondsMax = 86_400

/**
 * Parts of an alert that a subscription may be spared. `place`: what is narrower than a first-level
 * area, and so `words`.
 */
export const withholdable = ['words', 'place', 'evidence'] as const
export type Withholdable = (typeof withholdable)[number]

/** Forms in which a subscription is sent its alerts. */
export const destinationKinds = [
  'webhook',
  'slack',
  'teams',
  'telegram',
  'pagerduty',
  'email',
  'alertmanager'
] as const
export type DestinationKind = (typeof destinationKinds)[number]

/** An address alone, without a name. */
const mailAddress = '^[^\\s@<>",;:()]+@[^\\s@<>",;:()]+$'

export const subscriptionSettings = {
  kind: {
    taken: optional(words(destinationKinds)),
    words:
      'The form in which alerts are sent; see the page on destinations. `webhook`, also if left out: signed CloudEvents. It cannot be changed later.',
    example: 'slack',
    option: 'text'
  },
  url: {
    taken: text({ minLength: 1, maxLength: 4096 }),
    words:
      'An https address that resolves to public addresses. Its query is never shown again; of other kinds than `webhook` only the host is shown.',
    default: '',
    example: 'https://partner.example/hook'
  },
  chat: {
    taken: optional(text({ minLength: 1, maxLength: 100 })),
    words: 'The chat, for kind `telegram`: its number, or the `@name` of a channel.',
    example: '-1001234567890',
    option: 'text'
  },
  to: {
    taken: optional(
      listOf(text({ pattern: mailAddress, maxLength: 254 }), { minItems: 1, maxItems: 20 })
    ),
    words: 'The recipients, for kind `email`. A mail counts as accepted if it is for one of them.',
    example: ['duty@partner.example'],
    option: 'json'
  },
  sender: {
    taken: optional(text({ pattern: mailAddress, maxLength: 254 })),
    words: 'The address that mails come from, for kind `email`.',
    example: 'tocsin@partner.example',
    option: 'text'
  },
  body: {
    taken: optional(orNull(dictionary<unknown>())),
    words:
      'The body of a webhook in your own form: an object in which texts that begin with `=` are CEL expressions over `event`. It is signed as sent. Null or left out: the event itself.',
    example: {
      text: '=event.data.headline',
      priority: '=event.data.severity == "extreme" ? 1 : 3'
    },
    option: 'json'
  },
  labels: {
    taken: optional(
      dictionary<string>({
        additionalProperties: { type: 'string', maxLength: 200 },
        propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,99}$' },
        maxProperties: 20
      })
    ),
    words: 'Labels of every alert, for kind `alertmanager`, by which its routes tell them apart.',
    example: { team: 'duty' },
    option: 'json'
  },
  filter: {
    taken: dictionary<unknown>(),
    words: 'Alert filter, as in the API.',
    default: {},
    example: { minSeverity: 'severe' },
    option: 'json'
  },
  types: {
    taken: optional(
      orNull(
        listOf(text({ maxLength: 64 }), {
          minItems: 1,
          maxItems: alertEventTypes.length,
          uniqueItems: true
        })
      )
    ),
    words:
      'Types of alert events that are sent, such as `alert.raised`; retractions follow what was sent. Null or left out: all.',
    example: ['alert.raised', 'alert.escalated'],
    option: 'json'
  },
  order: {
    taken: words(['strict', 'newest-state']),
    words:
      '`newest-state`: after an outage the present state of each alert, the most urgent first; it names what it replaces. `strict`: every event, each after the previous one was accepted.',
    default: 'newest-state',
    example: 'newest-state'
  },
  schedule: {
    taken: orNull(
      listOf(number({ minimum: 0, maximum: scheduleWaitMaxMs / 1000 }), {
        maxItems: scheduleLengthMax
      })
    ),
    words: 'Delays between attempts, seconds; null: the default schedule.',
    default: null,
    example: [1, 5, 30]
  },
  policy: {
    taken: optional(orNull(notificationPolicyAskedFormat)),
    words:
      'When alerts are sent, in `newest-state` order; what is left out has its default. Null, or left out in `strict` order or for kinds `pagerduty` and `alertmanager`: each event at once. A delayed alert is sent later, in its newest state.',
    example: { minSeverity: 'moderate', updateMinutes: 15 },
    option: 'json'
  },
  contact: {
    taken: orNull(text({ maxLength: 500, pattern: textPattern })),
    // Records of earlier versions may have any text.
    recorded: orNull(text()),
    words: 'Whom to contact if it fails.',
    default: null,
    example: 'ops@partner.example',
    option: 'text'
  },
  fallbackUrl: {
    taken: optional(orNull(text({ minLength: 1, maxLength: 4096 }))),
    words:
      'A second address, on another path, that is notified when the first one is down, parked or ended, and when it works again. It gets no alerts, must consent, and its query is never shown.',
    example: 'https://desk.partner.example/notices',
    option: 'text'
  },
  state: {
    taken: optional(words(['active', 'disabled'])),
    words:
      '`disabled`: nothing is sent, no heartbeat either, and what comes waits. `active`, also if left out: it is sent, what waited first.',
    example: 'disabled',
    option: 'text'
  },
  withhold: {
    taken: optional(
      listOf(words(withholdable), { maxItems: withholdable.length, uniqueItems: true })
    ),
    words:
      'Parts of each alert that are not sent. `words`: headline, explanation, grouping and notes. `place`: what is narrower than a first-level area, and `words`. `evidence`: the list of incidents; its counts stay.',
    example: ['words', 'evidence'],
    option: 'json'
  },
  heartbeatSeconds: {
    taken: optional(
      orNull(integer({ minimum: heartbeatSecondsMin, maximum: heartbeatSecondsMax }))
    ),
    words: 'How often a signed heartbeat is sent, seconds; null or left out: never.',
    example: 900,
    option: 'number'
  },
  answerLinks: {
    taken: optional(truth()),
    words:
      'Each event of an alert that stands has an `answerurl`: a link by which whoever opens it may say that a human has the alert. It is valid for seven days. Needs the setting `publicUrl`. False or left out: none, and those sent before open nothing.',
    example: true,
    option: 'json'
  },
  notices: {
    taken: optional(
      listOf(words(bulletinKinds), { maxItems: bulletinKinds.length, uniqueItems: true })
    ),
    words:
      'What is sent besides alerts, by signed events outside the sequence. `silences`: one that stops notifications of the subscription begins, matches none, or ends. `watches`: nobody is on shift on a roster that its key declared, or somebody is again.',
    example: ['silences', 'watches'],
    option: 'json'
  },
  digest: {
    taken: optional(truth()),
    words:
      'The digest of the last week of each theatre that `filter` names: on Mondays at 06:00 UTC, and at once when it is first asked for. For kinds `webhook` and `email`. False or left out: none.',
    example: true,
    option: 'json'
  },
  metadata: {
    taken: optional(
      dictionary<string>({
        additionalProperties: { type: 'string', maxLength: 500 },
        maxProperties: 20
      })
    ),
    words: 'Texts of your own by name, such as a ticket number; shown, and never sent.',
    example: { ticket: 'OPS-12' },
    option: 'json'
  }
} as const satisfies Settings

/** Settings that are given and never shown again: they are recorded sealed. */
export const destinationSecrets = {
  token: {
    taken: optional(text({ minLength: 1, maxLength: 500 })),
    words:
      'Of a bot, for kind `telegram`; a bearer token, for kind `alertmanager`. It is never shown again.',
    example: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
    option: 'text'
  },
  routingKey: {
    taken: optional(text({ minLength: 1, maxLength: 100 })),
    words: 'The integration key, for kind `pagerduty`. It is never shown again.',
    example: 'R0123456789ABCDEF0123456789ABCDE',
    option: 'text'
  }
} as const satisfies Settings

export const subscriptionAsked = { ...subscriptionSettings, ...destinationSecrets } as const

/** Settings that only some kinds have a use for. */
export const kindOwnSettings = [
  'token',
  'routingKey',
  'chat',
  'to',
  'sender',
  'body',
  'labels'
] as const satisfies readonly (keyof typeof subscriptionAsked)[]

export type SubscriptionSettings = Recorded<typeof subscriptionSettings>
export type SubscriptionAsk = Asked<typeof subscriptionAsked>
export type DestinationSecrets = Recorded<typeof destinationSecrets>
