// Administration: the records of the control log, by type. One partition, one order, stored for
// ever.

import {
  dictionary,
  either,
  integer,
  listOf,
  nothing,
  optional,
  orNull,
  type PayloadOf,
  record,
  released,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { recordedMembers } from '../format/setting.ts'
import { instantFormat, theatreChoiceFormat } from '../format/shared-formats.ts'
import { consentWays } from '../subscription/endpoint-words.ts'
import { subscriptionSettings } from '../subscription/subscription-settings.ts'
import { handlingFormat } from '../theatre/handling.ts'
import {
  ruleMembers,
  sourceMembers,
  theatreFormat,
  timeSetMembers
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
    perMinute: optional(integer('Requests, and reports of streams, per minute.', { minimum: 1 })),
    perDay: optional(integer('Reports per day (UTC).', { minimum: 1 })),
    bodyBytes: optional(integer('Bytes of one body, as sent.', { minimum: 1 }))
  },
  "Limits of one key, overriding the suite's settings; an omitted one is as in the settings."
)
export type KeyLimits = ValueOf<typeof keyLimitsFormat>

const keyFormat = released(
  'key.created.v1',
  'Key created',
  'An API key. The secret itself is never stored: `secretHash` is its SHA-256, hex.',
  {
    keyId: text(),
    name: text(),
    secretHash,
    scopes: listOf(words(firstScopes)),
    laterScopes: optional(listOf(text())),
    theatres: theatreChoiceFormat,
    handling: handlingFormat,
    expiresAt: orNull(instantFormat),
    limits: optional(keyLimitsFormat),
    by: doneBy
  }
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

const keyRotationFormat = released(
  'key.rotated.v1',
  'Key rotated',
  'A new secret for a key. It counts only if `replaces` is still the newest: of two concurrent rotations the first wins.',
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
  }
)
export type KeyRotation = ValueOf<typeof keyRotationFormat>

const keyRevocationFormat = released('key.revoked.v1', 'Key revoked', 'The end of a key.', {
  keyId: text(),
  by: doneBy
})
export type KeyRevocation = ValueOf<typeof keyRevocationFormat>

const keyLinkFormat = released(
  'key.link-made.v1',
  'Sign-in link made',
  'Somebody who manages keys made a link by which a browser signs in as the holder of a key. The link itself is not stored.',
  { keyId: text(), by: doneBy }
)

const authorFormat = record(
  { id: text({ minLength: 1 }), name: text() },
  "Author of a change: the principal's unique id, and its display name. Left out in older records, and by what a suite starts with."
)
export type Author = ValueOf<typeof authorFormat>

const ruleDeclarationFormat = released(
  'rule.declared.v1',
  'Rule declared',
  'A rule as declared. Theatres receive it without its author.',
  { ...ruleMembers, by: optional(authorFormat) }
)

const ruleWithdrawalFormat = released('rule.withdrawn.v1', 'Rule withdrawn', 'The end of a rule.', {
  ruleId: text(),
  /**
   * The version of the withdrawal itself, one above the rule's: of two concurrent changes the
   * first wins, and later declarations continue the count. Left out in older records, which
   * withdraw any present version.
   */
  ruleVersion: optional(integer({ minimum: 1 })),
  by: optional(authorFormat)
})

const sourceDeclarationFormat = released(
  'source.declared.v1',
  'Source declared',
  'A source as declared: how its reports are graded, for which theatres it counts, and who may report as it. The list of who may report as it is kept in the control log only.',
  {
    ...sourceMembers,
    /** Ids of the keys and token holders that may; null or left out = everyone who may report. */
    reporters: optional(either(listOf(text()), nothing))
  }
)
export type SourceDeclaration = ValueOf<typeof sourceDeclarationFormat>

const allowedRateFormat = integer(
  'Requests a minute that the endpoint wants at most. Left out: no limit.',
  { minimum: 1 }
)

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

const subscriptionFormat = released(
  'subscription.v1',
  'Webhook subscription',
  "The secret is sealed with the suite's master key.",
  {
    subscriptionId: text(),
    ...recordedMembers(subscriptionSettings),
    ownerKeyId: text(
      'The key whose access applies to what is sent: that which made the subscription.'
    ),
    theatres: theatreChoiceFormat,
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
  }
)
export type SubscriptionRecord = ValueOf<typeof subscriptionFormat>

const silenceFormat = released(
  'silence.created.v1',
  'Silence created',
  'For a time, subscribers with a policy are not notified of alerts that match. It stops nothing outside its theatres or above its handling.',
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
    theatres: theatreChoiceFormat,
    handling: handlingFormat
  }
)
export type SilenceRecord = ValueOf<typeof silenceFormat>

export const watchShiftsMax = 200
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

const watchFormat = released(
  'watch.declared.v1',
  'Watch declared',
  'Who is on until when, as it is from now on. Subscriptions whose policy names it follow it.',
  {
    watchId: text(),
    name: text({ minLength: 1, maxLength: 200 }),
    lineMinutes: integer('Without meaning now; released with it.', { minimum: 1, maximum: 1_440 }),
    shifts: listOf(shiftFormat, { maxItems: watchShiftsMax }),
    version: integer('Counts changes: of two with the next version the first counts.', {
      minimum: 1
    }),
    ownerKeyId: text(),
    theatres: theatreChoiceFormat,
    handling: handlingFormat,
    handOver: optional(
      record(
        {
          from: orNull(
            text('The officer whose shift ended; null: nobody was on.', { maxLength: 200 })
          ),
          to: text('The officer who has the watch.', { maxLength: 200 })
        },
        'Of a hand-over. Older ones did not state it.'
      )
    ),
    knownRequests: optional(
      listOf(
        handOverAskFormat,
        'The requests of the last hand-overs that came with an Idempotency-Key. Older records do not have them.',
        { maxItems: handOversKnownMax }
      )
    )
  }
)
export type WatchDeclared = ValueOf<typeof watchFormat>
/** A watch as it is from its record on. */
export type WatchRecord = Omit<WatchDeclared, 'handOver'>

const viewFormat = released(
  'view.saved.v1',
  'View saved',
  'A view of the list of alerts that officers share, as it is from now on.',
  {
    viewId: text(),
    name: text({ minLength: 1, maxLength: 80 }),
    query: text("Search, filters and order, as the query of the console's address says them.", {
      maxLength: 2_000
    }),
    ownerKeyId: text('The key that saved it first.'),
    theatres: theatreChoiceFormat,
    handling: handlingFormat
  }
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
      integer(
        'Added to a position of the old log, if the copy wrote something before it; left out: 0.',
        { minimum: 0 }
      )
    ),
    partitions: optional(
      integer('Of the topic in this log. Older copies did not state it.', { minimum: 1 })
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

const sessionEndFormat = released(
  'session.ended.v1',
  'Session ended',
  'A browser was signed out: its cookie is no longer valid anywhere.',
  {
    sessionId: text(),
    maker: text(
      'Whose authority it was started with: the id of a key, `owner`, or `oidc:<subject>`.'
    ),
    /** From then on it need not be remembered. */
    expiresAt: instantFormat
  }
)

export const controlFormats = {
  'suite.begun': released(
    'suite.begun.v1',
    'Suite begun',
    'The first one of a log counts: by `masterKeyFingerprint`, an HMAC-SHA-256 of a fixed text under the master key, a process checks that it has the key of this log, and by `topics` that the topics are unchanged. Later ones may only add topics.',
    {
      masterKeyFingerprint: text({ pattern: '^[0-9a-f]{64}$' }),
      topics: optional(listOf(begunTopicFormat))
    }
  ),
  'copy.begun': released(
    'copy.begun.v1',
    'Copy begun',
    'Written by `log copy` first: until its `log.copied` this log is an incomplete copy, on which nothing may run.',
    { from: epoch('Of the control log that is copied.'), to: epoch('Of this control log.') }
  ),
  'log.copied': released(
    'log.copied.v1',
    'Log copied',
    'Written by `log copy` last, so that cursors of the old log stay valid.',
    { topics: listOf(copiedTopicFormat) }
  ),
  'log.restored': released(
    'log.restored.v1',
    'Log restored',
    'Written when an older copy of the log takes its place: what came after the copy is lost, and its positions and numbers are used again, in a new epoch. `takenAt`: when the copy was made, null if that is unknown.',
    {
      topics: listOf(
        copiedTopicFormat,
        'Each topic of the older copy, in its old and in its new epoch.'
      ),
      takenAt: orNull(instantFormat)
    }
  ),
  'cap.publisher-set': released(
    'cap.publisher-set.v1',
    'CAP publisher set',
    'Who publishes CAP documents, by the settings of a notifier at its start. Documents of earlier events keep their publisher.',
    {
      sender: text(),
      senderName: text(),
      contact: orNull(text()),
      web: orNull(text('Where people find alerts: the publicUrl.')),
      from: listOf(
        text({ pattern: '^[0-9]+$' }),
        'Of each partition of the alerts log the first position that it publishes.'
      )
    }
  ),
  'theatre.declared': theatreFormat,
  'theatre.tick-requested': released(
    'theatre.tick-requested.v1',
    'Tick requested',
    'The player of a replay theatre asks for a tick.',
    { theatre: text(), to: instantFormat }
  ),
  'theatre.time-set': released(
    'theatre.time-set.v1',
    'Time set',
    'An officer says what time it is in a theatre.',
    { ...timeSetMembers, theatre: text() }
  ),
  'source.declared': sourceDeclarationFormat,
  'rule.declared': ruleDeclarationFormat,
  'rule.withdrawn': ruleWithdrawalFormat,
  'key.created': keyFormat,
  'key.rotated': keyRotationFormat,
  'key.revoked': keyRevocationFormat,
  'key.link-made': keyLinkFormat,
  'keys.used': released(
    'keys.used.v1',
    'Keys used',
    'Keys used in the hour that began `at`. A process names only keys that are not named for this hour yet.',
    { at: instantFormat, keyIds: listOf(text(), { minItems: 1 }) }
  ),
  'subscription.created': subscriptionFormat,
  'subscription.updated': subscriptionFormat,
  'subscription.deleted': released(
    'subscription.deleted.v1',
    'Subscription deleted',
    'The end of a webhook subscription.',
    { subscriptionId: text() }
  ),
  'subscription.consented': released(
    'subscription.consented.v1',
    'Subscription consented',
    'The endpoint of a subscription has said that it wants to receive.',
    {
      subscriptionId: text(),
      consentId: text('Of the asking: it counts only for that one.'),
      how: words(consentWays),
      ratePerMinute: optional(allowedRateFormat)
    }
  ),
  'silence.created': silenceFormat,
  'silence.ended': released(
    'silence.ended.v1',
    'Silence ended',
    'The end of a silence, before its time.',
    { silenceId: text() }
  ),
  'watch.declared': watchFormat,
  'watch.withdrawn': released(
    'watch.withdrawn.v1',
    'Watch withdrawn',
    'Its subscriptions are notified as if they had none.',
    { watchId: text() }
  ),
  'view.saved': viewFormat,
  'view.deleted': released('view.deleted.v1', 'View deleted', 'The end of a shared view.', {
    viewId: text()
  }),
  'webhook-key.rotated': released(
    'webhook-key.rotated.v1',
    'Webhook key rotated',
    "The suite signs webhooks with its next ed25519 key from now on, and for the overlap with the one before too. Counts only if it follows the generation before. Keys are derived from the suite's master key: the record has none.",
    {
      generation: integer('Of the key that signs from now on; the first key is generation 0.', {
        minimum: 1
      })
    }
  ),
  'report.erasure-requested': released(
    'report.erasure-requested.v1',
    'Erasure requested',
    'The private texts of a report are being erased: written first, so that no erasure is missing here. A failed one is requested again. Theatre and handling decide who may read of it.',
    { reportId: text(), theatre: text('Where the report lies.'), handling: handlingFormat }
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

/**
 * Record types that are not changes by a person: the suite's own notes, and replay ticks, which
 * come by the minute.
 */
const unaudited = [
  'suite.begun',
  'copy.begun',
  'log.copied',
  'log.restored',
  'cap.publisher-set',
  'keys.used',
  'theatre.tick-requested'
] as const
type RecordedType = Exclude<ControlRecord['type'], (typeof unaudited)[number]>
/**
 * A hand-over is recorded as the declaration of a watch: it is marked as one, or recognised by what
 * it changes.
 */
export type AuditedType = RecordedType | 'watch.handed-over'
export const auditedTypes: readonly AuditedType[] = [
  ...Object.keys(controlFormats).filter(
    (type): type is RecordedType => !(unaudited as readonly string[]).includes(type)
  ),
  'watch.handed-over'
]
