// Administration: the records of the control log, by type. One partition, one order, kept for ever.

import type { RuleVersion, SourceConfig, TheatreConfig, TimeSet } from '../record/theatre-record.ts'
import type { Handling } from '../report/handling.ts'
import type { SessionEnd } from './ended-sessions.ts'

export const scopes = [
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
export type Scope = (typeof scopes)[number]

/** Limits of one key, overriding the suite's settings; an omitted one is as in the settings. */
export interface KeyLimits {
  /** Requests, and reports of streams, per minute. */
  readonly perMinute?: number
  /** Reports per day (UTC). */
  readonly perDay?: number
  /** Bytes of one body, as sent. */
  readonly bodyBytes?: number
}

/** An API key. The secret itself is never stored: `secretHash` is its SHA-256, hex. */
export interface KeyRecord {
  readonly keyId: string
  readonly name: string
  readonly secretHash: string
  readonly scopes: readonly Scope[]
  /** '*' or theatre ids. */
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
  readonly expiresAt: string | null
  readonly limits?: KeyLimits
  /** Author: the principal's id; left out in older records. */
  readonly by?: string
}

/** A new secret for a key. It counts only if `replaces` is still the newest: of two concurrent rotations the first wins. */
export interface KeyRotation {
  readonly keyId: string
  readonly secretHash: string
  readonly replaces: string
  /** Until when the replaced secret still works. Null = it ends at once, with every earlier one. */
  readonly overlapUntil: string | null
  /** Who rotated it. */
  readonly by?: string
}

/** The end of a key. */
export interface KeyRevocation {
  readonly keyId: string
  /** Who revoked it. */
  readonly by?: string
}

/** Author of a change: the principal's unique id, and its display name. */
export interface Author {
  readonly id: string
  readonly name: string
}

/** A rule as declared. Theatres receive it without its author. */
export interface RuleDeclaration extends RuleVersion {
  /** Left out in older records, and for the rules that a suite starts with. */
  readonly by?: Author
}

/** The end of a rule. */
export interface RuleWithdrawal {
  readonly ruleId: string
  /**
   * The version of the withdrawal itself, one above the rule's: of two concurrent changes the first wins, and later declarations
   * continue the count. Left out in older records, which withdraw whatever version stands.
   */
  readonly ruleVersion?: number
  readonly by?: Author
}

/**
 * A source as declared: how its reports are graded, which theatres are told, and who may report as it. The last stays in the
 * control log.
 */
export interface SourceDeclaration extends SourceConfig {
  /** Ids of the keys and token holders that may; null or left out = everyone who may report. */
  readonly reporters?: readonly string[] | null
}

/** A webhook subscription. The secret is sealed with the suite's master key. */
export interface SubscriptionRecord {
  readonly subscriptionId: string
  readonly url: string
  readonly filter: Readonly<Record<string, unknown>>
  readonly order: 'strict'
  /** Waits between attempts, seconds; null = the default schedule. */
  readonly schedule: readonly number[] | null
  readonly contact: string | null
  /** The key whose access applies to what is sent: that which made the subscription. */
  readonly ownerKeyId: string
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
  readonly sealedSecret: string
  /** Cursor of the alerts log from which it is served. */
  readonly from: string
}

/** One topic of a finished copy from another log into this one. */
export interface CopiedTopic {
  readonly topic: string
  /** Epochs of the topic in the log that was copied, and in this one. */
  readonly from: string
  readonly to: string
  /**
   * Per partition, the first position that was not copied, decimal digits: records before it have the same position in both logs.
   * Null if positions moved: a cursor of the old log is then invalid here.
   */
  readonly ends: readonly string[] | null
  /** Added to a position of the old log, if the copy wrote something before it; left out: 0. */
  readonly shift?: number
  /** Of the topic in this log. Older copies did not state it. */
  readonly partitions?: number
}

/** A topic as created with the log: what identifies it later. */
export interface BegunTopic {
  readonly topic: string
  readonly epoch: string
  readonly partitions: number
}

export type ControlPayload =
  /**
   * The first one of a log counts: by `masterKeyFingerprint`, 64 hex digits, a process checks that it has the key of this log,
   * and by `topics` that the topics are unchanged. Later ones may only add topics.
   */
  | {
      readonly type: 'suite.begun'
      readonly data: { readonly masterKeyFingerprint: string; readonly topics?: readonly BegunTopic[] }
    }
  /** Written by `log copy` first, with the epochs of both control logs: until its `log.copied` this log is an incomplete copy. */
  | { readonly type: 'copy.begun'; readonly data: { readonly from: string; readonly to: string } }
  /** Written by `log copy` last, so that cursors of the old log stay valid. */
  | { readonly type: 'log.copied'; readonly data: { readonly topics: readonly CopiedTopic[] } }
  | { readonly type: 'theatre.declared'; readonly data: TheatreConfig }
  | { readonly type: 'theatre.tick-requested'; readonly data: { readonly theatre: string; readonly to: string } }
  | { readonly type: 'theatre.time-set'; readonly data: TimeSet & { readonly theatre: string } }
  | { readonly type: 'source.declared'; readonly data: SourceDeclaration }
  | { readonly type: 'rule.declared'; readonly data: RuleDeclaration }
  | { readonly type: 'rule.withdrawn'; readonly data: RuleWithdrawal }
  | { readonly type: 'key.created'; readonly data: KeyRecord }
  | { readonly type: 'key.rotated'; readonly data: KeyRotation }
  | { readonly type: 'key.revoked'; readonly data: KeyRevocation }
  /** Keys used in the hour that began `at`. A process names only keys that are not named for this hour yet. */
  | { readonly type: 'keys.used'; readonly data: { readonly at: string; readonly keyIds: readonly string[] } }
  /**
   * The private texts of a report are being erased: written first, so that no erasure is missing here. A failed one is requested
   * again. Theatre and handling decide who may read of it.
   */
  | {
      readonly type: 'report.erasure-requested'
      readonly data: { readonly reportId: string; readonly theatre: string; readonly handling: Handling }
    }
  /** A browser was signed out: its cookie is no longer valid anywhere. */
  | { readonly type: 'session.ended'; readonly data: SessionEnd }
  | { readonly type: 'subscription.created'; readonly data: SubscriptionRecord }
  | { readonly type: 'subscription.updated'; readonly data: SubscriptionRecord }
  | { readonly type: 'subscription.deleted'; readonly data: { readonly subscriptionId: string } }

/**
 * `by`: who asked for it; left out in older records, and if the suite itself wrote it. Rules and keys have it in their data too.
 */
export type ControlRecord = ControlPayload & { readonly id: string; readonly time: string; readonly by?: Author }
