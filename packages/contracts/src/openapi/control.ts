// Answers of administration: theatres, sources, keys.

import type { AuditedType } from '@tocsin/domain/control/audit-trail'
import { scopes } from '@tocsin/domain/control/control-record'
import { count, instant, type JsonSchema, listOf, oneOfWords, orNull, pageOf, record, ref, text, truth } from './json-schema.ts'

const key = {
  id: text(),
  keyId: text('The same as `id`.'),
  name: text(),
  scopes: listOf(oneOfWords(scopes)),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  expiresAt: orNull(text('ISO 8601; null: never.')),
  limits: {
    description: 'What it may ask for, where that differs from the settings.',
    type: 'object',
    properties: { perMinute: count(), perDay: count(), bodyBytes: count() }
  },
  createdBy: orNull(
    text(
      'Who made it: the id of a key, `owner` or `oidc:<subject>`; of earlier versions also `session:<id>`; null where that was not kept.'
    )
  )
} as const

const keyLife = {
  createdAt: instant(),
  rotatedAt: orNull(text('When it got its newest secret, where that is not its first.')),
  rotatedBy: orNull(text('Who gave it that secret.')),
  revokedAt: orNull(text('Null while it is good.')),
  revokedBy: orNull(text('Who revoked it.')),
  overlapsUntil: orNull(text('When the last of its earlier secrets ends; null where none works any more.'))
} as const

export const controlSchemas: Readonly<Record<string, JsonSchema>> = {
  TheatreShown: record('An area of operations.', {
    id: text(),
    countries: { description: 'ISO 3166-1 alpha-2.', type: ['array', 'null'], items: { type: 'string' } },
    polygon: {
      description: 'Rings of [lon, lat].',
      type: ['array', 'null'],
      items: { type: 'array', items: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 } }
    },
    clock: oneOfWords(['wall', 'replay']),
    retentionDays: { description: 'How far back reports can still change alerts.', type: 'integer', minimum: 1 },
    now: orNull(text('The last tick; null before the first.')),
    clockStanding: oneOfWords(
      ['right', 'behind', 'leap'],
      'Whether the clock of the machine fits the time of the theatre. `behind`: the theatre stands in the future of the clock. `leap`: the clock is too far ahead to be believed. In both its time stands still until an officer sets it.'
    )
  }),
  TheatreList: pageOf(ref('TheatreShown'), 'Theatres that the key may see.'),
  TickTaken: record('The time that the theatre has now.', { theatre: text(), now: instant() }),
  SourceShown: record(
    'What is held of a source.',
    {
      id: text(),
      reliability: oneOfWords(['A', 'B', 'C', 'D', 'E', 'F'], 'Admiralty code; F: cannot be judged, which is not the worst.'),
      latenessDays: { description: 'How late its reports usually come.', type: 'number' },
      cadenceDays: { description: 'How long it may be quiet and still count as live.', type: 'number' },
      archive: truth('An archive never holds the watermark back.'),
      reporters: orNull(
        listOf(text(), 'Ids of the keys that may report as it; null: all that may report. For administrators of all theatres.')
      ),
      heard: listOf(
        ref('SourceHeard'),
        'Where it was heard, of the theatres of the key. For administrators cleared for `restricted`.'
      )
    },
    ['reporters', 'heard']
  ),
  SourceHeard: record('When a source was last heard in a theatre.', {
    theatre: text(),
    lastReportedAt: instant(),
    state: oneOfWords(['live', 'silent', 'archive'], '`silent`: quiet for longer than its cadence.')
  }),
  SourceList: pageOf(ref('SourceShown'), 'Declared sources. Any other one counts as F, a fortnight late, weekly.'),
  KeyShown: record('A key, without its secret.', {
    ...key,
    ...keyLife,
    lastUsedAt: orNull(text('The beginning of the hour in which it was used last, as far as it is known here; null: never.'))
  }),
  KeyList: pageOf(ref('KeyShown'), 'Keys within the reach of the one that asks, revoked ones too.'),
  KeyMade: record('The new key.', { ...key, secret: text('What the holder sends as bearer token. Shown this once.') }),
  KeyRotated: record('The key with its new secret.', {
    ...key,
    ...keyLife,
    secret: text('The new secret. Shown this once.')
  }),
  AuditList: pageOf(ref('AuditEntry'), 'Changes of the administration, the newest first.'),
  AuditEntry: record('A change, and who asked for it. What it was stands in the control log.', {
    id: text('Of its record.'),
    at: instant(),
    type: oneOfWords([
      'theatre.declared',
      'theatre.time-set',
      'source.declared',
      'rule.declared',
      'rule.withdrawn',
      'key.created',
      'key.rotated',
      'key.revoked',
      'subscription.created',
      'subscription.updated',
      'subscription.deleted',
      'report.erasure-requested',
      'session.ended'
    ] satisfies AuditedType[]),
    subject: text('Id of what was changed; of a session that of who began it.'),
    by: orNull(
      record('Who asked for it; null where the suite did it itself, or where it was not kept.', {
        id: text('Of the key, or `owner` or `oidc:<subject>`; of earlier versions also `session:<id>`.'),
        name: text('As it was then; the id where it was not kept.')
      })
    )
  }),
  SignInLink: record('A link for one sign-in.', { url: text(), expiresInMinutes: { type: 'number' } })
}
