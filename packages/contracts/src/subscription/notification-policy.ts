// What a subscriber wants to be notified about, and how often. A filter decides what is for them at
// all; a policy decides when. Its effects are decided in notification-decision.ts.

import {
  integer,
  orNull,
  type RecordFormat,
  record,
  text,
  truth,
  type ValuesOf,
  withKeywords,
  words
} from '../format/format.ts'
import { severities } from '../theatre/severity.ts'
import { findQuietHoursFault, quietHoursFormat } from './quiet-hours.ts'

const groupWaitSecondsMax = 3_600
const updateMinutesMax = 1_440
const unansweredMinutesMax = 1_440
/** A week: what is repeated more seldom is better read in a list. */
const repeatMinutesMax = 10_080
/** With shorter intervals there is no time to acknowledge in between. */
const repeatMinutesMin = 5

const members = {
  minSeverity: words(
    severities,
    'The least severity for the first notification of an alert; later events are sent at any.'
  ),
  groupWaitSeconds: integer(
    'How long a new alert waits for others of its story. Extreme alerts never wait.',
    { minimum: 0, maximum: groupWaitSecondsMax }
  ),
  updateMinutes: integer(
    'The least time between two notifications of one alert, unless it became graver or was retracted.',
    { minimum: 0, maximum: updateMinutesMax }
  ),
  stories: words(
    ['one', 'each'],
    '`one`: while an alert that was sent is open, less grave ones of its story are delayed; of equally grave ones only the newest is sent. `each`: all are sent.'
  ),
  endings: truth(
    'Whether the end of an alert is sent. The retraction of an alert that was sent always is.'
  ),
  quietHours: withKeywords(
    orNull(quietHoursFormat),
    'Only extreme alerts and retractions are sent in these hours.'
  ),
  unansweredMinutes: integer(
    'Minutes without an answer before an alert is first sent. 0: at once. Otherwise an alert that pages nobody is not sent.',
    { minimum: 0, maximum: unansweredMinutesMax }
  ),
  repeatMinutes: integer(
    `Reminders of an open alert that was sent and has at least \`minSeverity\`, one each so long, as a \`tocsin.webhook.reminder.v1\`, until somebody answers it. 0: never. Otherwise at least ${repeatMinutesMin}, and no less than \`updateMinutes\`.`,
    { minimum: 0, maximum: repeatMinutesMax }
  ),
  watch: orNull(
    text(
      'Id of a roster: notified only while a shift names this subscription, or nobody on shift can be reached. Null: always.',
      { maxLength: 128 }
    )
  )
}

export type NotificationPolicy = ValuesOf<typeof members>

/** The parts of a policy, and the defaults for omitted ones. */
export const policyDefaults: NotificationPolicy = {
  minSeverity: 'minor',
  groupWaitSeconds: 30,
  updateMinutes: 15,
  stories: 'one',
  endings: true,
  quietHours: null,
  unansweredMinutes: 0,
  repeatMinutes: 0,
  watch: null
}

/** As it is asked for: each part may be left out. */
export const notificationPolicyAskedFormat = record(
  Object.fromEntries(Object.entries(members).map(([name, part]) => [name, { optional: part }])),
  { additionalProperties: false }
) as RecordFormat<Partial<NotificationPolicy>>

/**
 * A policy with its defaults, or what is wrong with it and where. The parts are of their format.
 * Pure.
 */
export function makePolicy(
  asked: Partial<NotificationPolicy>
): NotificationPolicy | { readonly pointer: string; readonly detail: string } {
  const policy = { ...policyDefaults, ...asked }
  const fault = policy.quietHours === null ? null : findQuietHoursFault(policy.quietHours)
  if (fault !== null) return { pointer: `/quietHours${fault.pointer}`, detail: fault.detail }
  const { repeatMinutes, updateMinutes } = policy
  const least = Math.max(repeatMinutesMin, updateMinutes)
  if (repeatMinutes === 0 || repeatMinutes >= least) return policy
  const why =
    least === updateMinutes
      ? 'an update of an alert is sent no sooner (updateMinutes)'
      : 'nobody could answer sooner'
  return {
    pointer: '/repeatMinutes',
    detail: `must be 0 or ${least} minutes at the earliest: ${why}`
  }
}
