// What is answered about theatres, sources and keys.

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
import { scopes } from '@tocsin/contracts/record/control-record'
import { reliabilities } from '@tocsin/contracts/theatre/report'

const key = {
  id: text(),
  keyId: text('The same as `id`.'),
  name: text(),
  scopes: listOf(words(scopes)),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  expiresAt: nullable(text('ISO 8601; null: never.')),
  limits: {
    description: 'Its limits, if they differ from the settings.',
    type: 'object',
    properties: { perMinute: count(), perDay: count(), bodyBytes: count() }
  },
  createdBy: nullable(
    text(
      'The id of a key, `owner`, `oidc:<subject>`, or, by earlier versions, `session:<id>`; null if not recorded.'
    )
  )
} as const

const keyLife = {
  createdAt: instant(),
  rotatedAt: nullable(text('When it got its newest secret; null: the first.')),
  rotatedBy: nullable(text('Who rotated it.')),
  linkedAt: nullable(text('When the last link to sign in as its holder was made; null: none was.')),
  linkedBy: nullable(text('Who made that link.')),
  revokedAt: nullable(text('Null while it is valid.')),
  revokedBy: nullable(text('Who revoked it.')),
  overlapsUntil: nullable(
    text('When the last of its earlier secrets expires; null: none is valid.')
  )
} as const

export const theatreShownSchema = shape(
  'TheatreShown',
  'An area of operations.',
  {
    id: text(),
    version: count('Another one with each change, in no order.'),
    covers: text(
      'What the area is, in words; `world` covers nothing once another theatre is declared.'
    ),
    countries: {
      description: 'ISO 3166-1 alpha-2.',
      type: ['array', 'null'],
      items: { type: 'string' }
    },
    polygon: {
      description: 'Rings of [lon, lat]: inside is what an odd number of them contains.',
      type: ['array', 'null'],
      items: {
        type: 'array',
        items: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 }
      }
    },
    clock: words(['wall', 'replay']),
    retentionDays: {
      description: 'How far back reports can still change alerts.',
      type: 'integer',
      minimum: 1
    },
    falseAlarmBudget: nullable({
      description:
        'False alarms a year that its rules may raise in all; null: none of its rules has a budget.',
      type: 'number'
    }),
    now: nullable(text('The last tick; null before the first.')),
    clockStanding: words(
      ['right', 'behind', 'unset', 'leap'],
      '`behind`: the theatre is ahead of the clock of the machine. `unset`: nobody has set that clock. `leap`: the clock is too far ahead to be trusted. After `behind` and `leap` the theatre gets no ticks until an officer sets its time.'
    ),
    leavesOutside: part(
      'Answered by PUT: reports of the last 7 days that lay in a theatre before the change and lie in none after it.',
      {
        reports: count('The number of them.'),
        isAll: truth('False if more reports were accepted than are read: then there may be more.'),
        hint: text('What this means, and what to do.')
      }
    )
  },
  ['leavesOutside']
)
export const theatreListSchema = component(
  'TheatreList',
  buildPage(theatreShownSchema, 'Theatres that the key may see.')
)
export const tickTakenSchema = shape('TickTaken', 'The current time of the theatre.', {
  theatre: text(),
  now: instant()
})
export const sourceHeardSchema = shape(
  'SourceHeard',
  'When a source was last heard in a theatre.',
  {
    theatre: text(),
    lastReportedAt: instant(),
    state: words(['live', 'silent', 'archive'], '`silent`: no report for longer than its cadence.'),
    reportsADay: listOf(
      count(),
      'Reports and corrections of the last 90 days, by the time that they state; the last is the day of the theatre.'
    )
  }
)
export const sourceShownSchema = shape(
  'SourceShown',
  'A declared source. Its grades are shown to `alerts:operate` and administrators.',
  {
    id: text(),
    version: count('Another one with each change, in no order. Shown as `reporters` are.'),
    reliability: words(
      reliabilities,
      'Admiralty code. F means that it cannot be judged, which is not the worst grade.'
    ),
    latenessDays: { description: 'Usual delay of its reports, days.', type: 'number' },
    cadenceDays: {
      description: 'How long it may be silent and still count as live, days.',
      type: 'number'
    },
    archive: truth('An archive never holds the watermark back.'),
    reporters: nullable(
      listOf(
        text(),
        'Ids of the keys that may report as it; null: all. Only for administrators of all theatres.'
      )
    ),
    heard: listOf(
      sourceHeardSchema,
      'By theatre of the key and by the reports that it may see. Only for `alerts:operate` and administrators that may see what is `internal`.'
    )
  },
  ['version', 'reliability', 'latenessDays', 'cadenceDays', 'archive', 'reporters', 'heard']
)
export const sourceListSchema = component(
  'SourceList',
  buildPage(
    sourceShownSchema,
    'Declared sources with reports that the key may see. Any other one counts as reliability F, 14 days late, with weekly cadence.'
  )
)
export const keyShownSchema = shape('KeyShown', 'A key, without its secret.', {
  ...key,
  ...keyLife,
  lastUsedAt: nullable(
    text('The beginning of the hour of its last use, as far as this instance knows.')
  )
})
export const keyListSchema = component(
  'KeyList',
  buildPage(keyShownSchema, 'Keys within the rights of the requesting key, including revoked ones.')
)
export const keyMadeSchema = shape('KeyMade', 'The new key.', {
  ...key,
  secret: text('The bearer token of the holder. Shown only once.')
})
export const keyRotatedSchema = component(
  'KeyRotated',
  extend('The key with its new secret.', keyMadeSchema, keyLife)
)
