// Administration: the records of the control log, by type. One partition, one order, stored for
// ever.

import {
  dictionary,
  either,
  extended,
  integer,
  listOf,
  named,
  nothing,
  optional,
  orNull,
  type PayloadOf,
  record,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { instantFormat } from '../format/moment-formats.ts'
import { recordedMembers } from '../format/setting.ts'
import { theatresHeldFormat } from '../format/theatres-held.ts'
import { consentWays } from '../subscription/endpoint-words.ts'
import { subscriptionSettings } from '../subscription/subscription-settings.ts'
import { handlingFormat } from '../theatre/handling.ts'
import {
  ruleFormat,
  sourceFormat,
  theatreFormat,
  timeSetFormat
} from '../theatre/theatre-record.ts'

const firstScopes = [
  'reports:write',
  'reports:read',
  'alerts:read',
  'alerts:operate',
  'persons:read',
  'rules:manage',
  'subscriptions:manage',
  'audit:read',
  'admin'
] as const
/**
 * Scopes of later releases, recorded in a member of their own that takes any text: to a process of
 * an earlier release, a key does not have them.
 */
const laterScopes = ['metrics:read'] as const
export const scopes = [...firstScopes, ...laterScopes] as const
export type Scope = (typeof scopes)[number]

const secretHash = text({ pattern: '^[0-9a-f]{64}$' })
const epoch = (description: string) => text({ description, pattern: '^[0-9a-f]{8,64}$' })
/**
 * Id of who did it: of a key, `owner` or `oidc:<subject>`; of earlier versions also `session:<id>`.
 * Left out in older records.
 */
const doneBy = optional(text({ minLength: 1 }))

const keyLimitsFormat = record(
  {
    perMinute: optional(
      integer({ minimum: 1, description: 'Requests, and reports of streams, per minute.' })
    ),
    perDay: optional(integer({ minimum: 1, description: 'Reports per day (UTC).' })),
    bodyBytes: optional(integer({ minimum: 1, description: 'Bytes of one body, as sent.' }))
  },
  "Limits of one key, overriding the suite's settings; an omitted one is as in the settings."
)
export type KeyLimits = ValueOf<typeof keyLimitsFormat>

const keyFormat = record(
  {
    keyId: text(),
    name: text(),
    secretHash,
    scopes: listOf(words(firstScopes)),
    laterScopes: optional(listOf(text())),
    theatres: theatresHeldFormat,
    handling: handlingFormat,
    expiresAt: orNull(instantFormat),
    limits: optional(keyLimitsFormat),
    by: doneBy
  },
  named(
    'key.created',
    'Key created',
    'An API key. The secret itself is never stored: `secretHash` is its SHA-256, hex.'
  )
)
export type KeyRecord = ValueOf<typeof keyFormat>

export interface Key extends Omit<KeyRecord, 'scopes' | 'laterScopes'> {
  readonly scopes: readonly Scope[]
}

export function recordKey(key: Key): KeyRecord {
  const later = laterScopes.filter(scope => key.scopes.includes(scope))
  return {
    ...key,
    scopes: firstScopes.filter(scope => key.scopes.includes(scope)),
    ...(later.length === 0 ? {} : { laterScopes: later })
  }
}

export function readKey({ laterScopes: later = [], ...key }: KeyRecord): Key {
  return { ...key, scopes: [...key.scopes, ...laterScopes.filter(scope => later.includes(scope))] }
}

const keyRotationFormat = record(
  {
    keyId: text(),
    secretHash,
    replaces: secretHash,
    /**
     * Until when the replaced secret still works. Null = it ends immediately, with every earlier
     * one.
     */
    overlapUntil: orNull(instantFormat),
    by: doneBy
  },
  named(
    'key.rotated',
    'Key rotated',
    'A new secret for a key. It counts only if `replaces` is still the newest: of two concurrent rotations the first wins.'
  )
)
export type KeyRotation = ValueOf<typeof keyRotationFormat>

const keyRevocationFormat = record(
  { keyId: text(), by: doneBy },
  named('key.revoked', 'Key revoked', 'The end of a key.')
)
export type KeyRevocation = ValueOf<typeof keyRevocationFormat>

const keyLinkFormat = record(
  { keyId: text(), by: doneBy },
  named(
    'key.link-made',
    'Sign-in link made',
    'Somebody who manages keys made a link by which a browser signs in as the holder of a key. The link itself is not stored.'
  )
)
export type KeyLink = ValueOf<typeof keyLinkFormat>

const authorFormat = record(
  { id: text({ minLength: 1 }), name: text() },
  "Author of a change: the principal's unique id, and its display name. Left out in older records, and by what a suite starts with."
)
export type Author = ValueOf<typeof authorFormat>

const ruleDeclarationFormat = extended(
  ruleFormat,
  { by: optional(authorFormat) },
  named(
    'rule.declared',
    'Rule declared',
    'A rule as declared. Theatres receive it without its author.'
  )
)
export type RuleDeclaration = ValueOf<typeof ruleDeclarationFormat>

const ruleWithdrawalFormat = record(
  {
    ruleId: text(),
    /**
     * The version of the withdrawal itself, one above the rule's: of two concurrent changes the
     * first wins, and later declarations continue the count. Left out in older records, which
     * withdraw any present version.
     */
    ruleVersion: optional(integer({ minimum: 1 })),
    by: optional(authorFormat)
  },
  named('rule.withdrawn', 'Rule withdrawn', 'The end of a rule.')
)
export type RuleWithdrawal = ValueOf<typeof ruleWithdrawalFormat>

const sourceDeclarationFormat = extended(
  sourceFormat,
  {
    /** Ids of the keys and token holders that may; null or left out = everyone who may report. */
    reporters: optional(either(listOf(text()), nothing))
  },
  named(
    'source.declared',
    'Source declared',
    'A source as declared: how its reports are graded, which theatres are told, and who may report as it. The list of who may report as it is kept in the control log only.'
  )
)
export type SourceDeclaration = ValueOf<typeof sourceDeclarationFormat>

const allowedRateFormat = integer({
  minimum: 1,
  description: 'Requests a minute that the endpoint wants at most. Left out: no limit.'
})

const consentFormat = record(
  {
    id: text('Of the asking: a new one with every change of the address.'),
    askedAt: instantFormat,
    given: orNull(
      record({
        at: instantFormat,
        how: words(consentWays),
        ratePerMinute: optional(allowedRateFormat)
      })
    )
  },
  'Whether the endpoint wants what is sent; nothing is sent before. Left out in older records, whose endpoints were never asked.'
)

const subscriptionFormat = record(
  {
    subscriptionId: text(),
    ...recordedMembers(subscriptionSettings),
    ownerKeyId: text(
      'The key whose access applies to what is sent: that which made the subscription.'
    ),
    theatres: theatresHeldFormat,
    handling: handlingFormat,
    sealedSecret: text(),
    sealedTarget: optional(
      text(
        'The whole address, token or password of a destination of another kind than `webhook`, sealed like the secret.'
      )
    ),
    /**
     * Earlier secrets, newest first, that still sign in addition to the present one. Left out until
     * the first rotation.
     */
    replacedSecrets: optional(listOf(record({ sealedSecret: text(), until: instantFormat }))),
    /**
     * Counts changes: of two with the next version the first counts. Left out before the first, and
     * in older records.
     */
    version: optional(integer({ minimum: 1 })),
    consent: optional(consentFormat),
    /** Of the second address, if there is one. */
    fallbackConsent: optional(consentFormat),
    from: text('Cursor of the alerts log from which it is served.')
  },
  named('subscription', 'Webhook subscription', "The secret is sealed with the suite's master key.")
)
export type SubscriptionRecord = ValueOf<typeof subscriptionFormat>

const silenceFormat = record(
  {
    silenceId: text(),
    filter: dictionary<unknown>(),
    alertId: orNull(text('The only alert that it is for; null: all that pass the filter.')),
    subscriptionId: orNull(text('The only subscription that it is for; null: all.')),
    startsAt: instantFormat,
    endsAt: instantFormat,
    includesExtreme: truth('Extreme alerts too.'),
    reason: text({ minLength: 1, maxLength: 500 }),
    ownerKeyId: text(
      'The key that made it: it holds nothing back once that key is no longer valid.'
    ),
    theatres: theatresHeldFormat,
    handling: handlingFormat
  },
  named(
    'silence.created',
    'Silence created',
    'For a time, alerts that match are not told to subscribers with a policy. It holds back nothing outside its theatres and above its handling.'
  )
)
export type SilenceRecord = ValueOf<typeof silenceFormat>

/** Shifts of a watch. */
export const watchShiftsMax = 200
/** Lines of a shift. */
export const watchLinesMax = 10

const shiftFormat = record(
  {
    officer: text({ minLength: 1, maxLength: 200 }),
    from: instantFormat,
    until: instantFormat,
    lines: listOf(text(), { minItems: 1, maxItems: watchLinesMax, uniqueItems: true }),
    note: orNull(text({ maxLength: 2_000 }))
  },
  'Who is on shift, the subscriptions that are notified meanwhile, and what was handed over.'
)
export type ShiftRecord = ValueOf<typeof shiftFormat>

/**
 * Hand-overs of a watch that are remembered, since they may be asked again: one every few hours,
 * for a day and more.
 */
const handOversKnownMax = 8
const handOverAskFormat = record(
  {
    id: text('Derived from the watch, the caller and their Idempotency-Key.'),
    asked: text('Derived from the body.')
  },
  'A hand-over by its request: a repeat of it is told apart from another one with the same words.'
)

const watchFormat = record(
  {
    watchId: text(),
    name: text({ minLength: 1, maxLength: 200 }),
    lineMinutes: integer({
      minimum: 1,
      maximum: 1_440,
      description: 'Without meaning now; released with it.'
    }),
    shifts: listOf(shiftFormat, { maxItems: watchShiftsMax }),
    version: integer({
      minimum: 1,
      description: 'Counts changes: of two with the next version the first counts.'
    }),
    ownerKeyId: text(),
    theatres: theatresHeldFormat,
    handling: handlingFormat,
    handOver: optional(
      record(
        {
          from: orNull(
            text({
              maxLength: 200,
              description: 'The officer whose shift ended; null: nobody was on.'
            })
          ),
          to: text({ maxLength: 200, description: 'The officer who has the watch.' })
        },
        'Of a hand-over. Older ones did not state it.'
      )
    ),
    knownRequests: optional(
      listOf(handOverAskFormat, {
        maxItems: handOversKnownMax,
        description:
          'The requests of the last hand-overs that came with an Idempotency-Key. Older records do not have them.'
      })
    )
  },
  named(
    'watch.declared',
    'Watch declared',
    'Who is on until when, as it is from now on. Subscriptions whose policy names it follow it.'
  )
)
export type WatchDeclared = ValueOf<typeof watchFormat>
/** A watch as it is from its record on. */
export type WatchRecord = Omit<WatchDeclared, 'handOver'>

const viewFormat = record(
  {
    viewId: text(),
    name: text({ minLength: 1, maxLength: 80 }),
    query: text({
      maxLength: 2_000,
      description: "Search, filters and order, as the query of the console's address says them."
    }),
    ownerKeyId: text('The key that saved it first.'),
    theatres: theatresHeldFormat,
    handling: handlingFormat
  },
  named(
    'view.saved',
    'View saved',
    'A view of the list of alerts that officers share, as it is from now on.'
  )
)
export type ViewRecord = ValueOf<typeof viewFormat>

const copiedTopicFormat = record(
  {
    topic: text(),
    from: epoch('Of the topic in the log that was copied.'),
    to: epoch('Of the topic in this log.'),
    /**
     * Per partition, the first position that was not copied, decimal digits: records before it have
     * the same position in both logs. Null if positions moved: a cursor of the old log is then
     * invalid here.
     */
    ends: orNull(listOf(text({ pattern: '^\\d{1,20}$' }))),
    shift: optional(
      integer({
        minimum: 0,
        description:
          'Added to a position of the old log, if the copy wrote something before it; left out: 0.'
      })
    ),
    partitions: optional(
      integer({
        minimum: 1,
        description: 'Of the topic in this log. Older copies did not state it.'
      })
    )
  },
  'One topic of a finished copy from another log into this one.'
)
export type CopiedTopic = ValueOf<typeof copiedTopicFormat>

const begunTopicFormat = record(
  { topic: text(), epoch: epoch('Of the topic.'), partitions: integer({ minimum: 1 }) },
  'A topic as created with the log: what identifies it later.'
)
export type BegunTopic = ValueOf<typeof begunTopicFormat>

const sessionEndFormat = record(
  {
    sessionId: text(),
    maker: text(
      'Whose authority it was started with: the id of a key, `owner`, or `oidc:<subject>`.'
    ),
    /** From then on it need not be remembered. */
    expiresAt: instantFormat
  },
  named(
    'session.ended',
    'Session ended',
    'A browser was signed out: its cookie is no longer valid anywhere.'
  )
)
export type SessionEnd = ValueOf<typeof sessionEndFormat>

/** The data of each record of the control log, by type. */
export const controlFormats = {
  'suite.begun': record(
    {
      masterKeyFingerprint: text({ pattern: '^[0-9a-f]{64}$' }),
      topics: optional(listOf(begunTopicFormat))
    },
    named(
      'suite.begun',
      'Suite begun',
      'The first one of a log counts: by `masterKeyFingerprint`, an HMAC-SHA-256 of a fixed text under the master key, a process checks that it has the key of this log, and by `topics` that the topics are unchanged. Later ones may only add topics.'
    )
  ),
  'copy.begun': record(
    { from: epoch('Of the control log that is copied.'), to: epoch('Of this control log.') },
    named(
      'copy.begun',
      'Copy begun',
      'Written by `log copy` first: until its `log.copied` this log is an incomplete copy, on which nothing may run.'
    )
  ),
  'log.copied': record(
    { topics: listOf(copiedTopicFormat) },
    named(
      'log.copied',
      'Log copied',
      'Written by `log copy` last, so that cursors of the old log stay valid.'
    )
  ),
  'log.restored': record(
    {
      topics: listOf(copiedTopicFormat, {
        description: 'Each topic of the older copy, in its old and in its new epoch.'
      }),
      takenAt: orNull(instantFormat)
    },
    named(
      'log.restored',
      'Log restored',
      'Written when an older copy of the log takes its place: what came after the copy is lost, and its positions and numbers are used again, in a new epoch. `takenAt`: when the copy was made, null if that is unknown.'
    )
  ),
  'cap.publisher-set': record(
    {
      sender: text(),
      senderName: text(),
      contact: orNull(text()),
      web: orNull(text('Where people find alerts: the publicUrl.')),
      from: listOf(text({ pattern: '^[0-9]+$' }), {
        description: 'Of each partition of the alerts log the first position that it publishes.'
      })
    },
    named(
      'cap.publisher-set',
      'CAP publisher set',
      'Who publishes CAP documents, by the settings of a notifier at its start. Documents of earlier events keep their publisher.'
    )
  ),
  'theatre.declared': theatreFormat,
  'theatre.tick-requested': record(
    { theatre: text(), to: instantFormat },
    named(
      'theatre.tick-requested',
      'Tick requested',
      'The player of a replay theatre asks for a tick.'
    )
  ),
  'theatre.time-set': extended(
    timeSetFormat,
    { theatre: text() },
    named('theatre.time-set', 'Time set', 'An officer says what time it is in a theatre.')
  ),
  'source.declared': sourceDeclarationFormat,
  'rule.declared': ruleDeclarationFormat,
  'rule.withdrawn': ruleWithdrawalFormat,
  'key.created': keyFormat,
  'key.rotated': keyRotationFormat,
  'key.revoked': keyRevocationFormat,
  'key.link-made': keyLinkFormat,
  'keys.used': record(
    { at: instantFormat, keyIds: listOf(text(), { minItems: 1 }) },
    named(
      'keys.used',
      'Keys used',
      'Keys used in the hour that began `at`. A process names only keys that are not named for this hour yet.'
    )
  ),
  'subscription.created': subscriptionFormat,
  'subscription.updated': subscriptionFormat,
  'subscription.deleted': record(
    { subscriptionId: text() },
    named('subscription.deleted', 'Subscription deleted', 'The end of a webhook subscription.')
  ),
  'subscription.consented': record(
    {
      subscriptionId: text(),
      consentId: text('Of the asking: it counts only for that one.'),
      how: words(consentWays),
      ratePerMinute: optional(allowedRateFormat)
    },
    named(
      'subscription.consented',
      'Subscription consented',
      'The endpoint of a subscription has said that it wants to receive.'
    )
  ),
  'silence.created': silenceFormat,
  'silence.ended': record(
    { silenceId: text() },
    named('silence.ended', 'Silence ended', 'The end of a silence, before its time.')
  ),
  'watch.declared': watchFormat,
  'watch.withdrawn': record(
    { watchId: text() },
    named('watch.withdrawn', 'Watch withdrawn', 'Its subscriptions are told as if they had none.')
  ),
  'view.saved': viewFormat,
  'view.deleted': record(
    { viewId: text() },
    named('view.deleted', 'View deleted', 'The end of a shared view.')
  ),
  'webhook-key.rotated': record(
    {
      generation: integer({
        minimum: 1,
        description: 'Of the key that signs from now on; the first key is generation 0.'
      })
    },
    named(
      'webhook-key.rotated',
      'Webhook key rotated',
      "The suite signs webhooks with its next ed25519 key from now on, and for the overlap with the one before too. Counts only if it follows the generation before. Keys are derived from the suite's master key: the record has none."
    )
  ),
  'report.erasure-requested': record(
    { reportId: text(), theatre: text('Where the report lies.'), handling: handlingFormat },
    named(
      'report.erasure-requested',
      'Erasure requested',
      'The private texts of a report are being erased: written first, so that no erasure is missing here. A failed one is requested again. Theatre and handling decide who may read of it.'
    )
  ),
  'session.ended': sessionEndFormat
}

export type ControlPayload = PayloadOf<typeof controlFormats>

/**
 * `by`: who asked for it; left out in older records, and if the suite itself wrote it. Rules and
 * keys have it in their data too.
 */
export type ControlRecord = ControlPayload & {
  readonly id: string
  readonly time: string
  readonly by?: Author
}
