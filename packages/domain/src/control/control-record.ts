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

/** What one key may do, instead of what the suite's settings allow; what is left out is as the settings say. */
export interface KeyLimits {
  /** Requests, and reports of streams, in a minute. */
  readonly perMinute?: number
  /** Reports in a day of UTC. */
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
  /** Who made it, by the principal's id; left out in records of before it was kept. */
  readonly by?: string
}

/** A new secret for a key. It counts only where `replaces` is still the key's newest: of two rotations at once the first stands. */
export interface KeyRotation {
  readonly keyId: string
  readonly secretHash: string
  readonly replaces: string
  /** Until when the replaced secret works too. Null = it ends at once, and with it every earlier one. */
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

/** Who changed something: the principal's id, which is nobody else's, and its name for people. */
export interface Author {
  readonly id: string
  readonly name: string
}

/** A rule as it is declared. Theatres are told of it without its author. */
export interface RuleDeclaration extends RuleVersion {
  /** Left out in records of before it was kept, and of the rules that a suite begins with. */
  readonly by?: Author
}

/** The end of a rule. */
export interface RuleWithdrawal {
  readonly ruleId: string
  /**
   * The version that the end itself is, one above the rule's: of two changes at once the first counts, and what is declared afterwards counts on. Left
   * out in records of before it was kept: they end whatever stands.
   */
  readonly ruleVersion?: number
  readonly by?: Author
}

/** A source as it is declared: how its reports are judged, which theatres are told, and who may report as it, which stays here. */
export interface SourceDeclaration extends SourceConfig {
  /** Ids of the keys and token holders that may; null or left out = all who may report. */
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
  /** Who may see what is sent: taken from the key that made the subscription. */
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
   * Per partition, the first position that was not copied, decimal digits: what lies before it stands here at the same position. Null where positions
   * moved: a cursor of the old log then says nothing here.
   */
  readonly ends: readonly string[] | null
  /** What is added to a position of the old log, where the copy wrote something before it; left out: nothing. */
  readonly shift?: number
  /** Of the topic in this log. Copies of the first kind did not say. */
  readonly partitions?: number
}

/** A topic as a log was begun with it: what makes it the same topic later. */
export interface BegunTopic {
  readonly topic: string
  readonly epoch: string
  readonly partitions: number
}

export type ControlPayload =
  /**
   * The first one of a log stands: by `masterKeyFingerprint`, 64 hex digits, a process sees whether it has the key that this log was begun with, and
   * by `topics` whether the topics are still those. A later one names topics that none before it has named.
   */
  | {
      readonly type: 'suite.begun'
      readonly data: { readonly masterKeyFingerprint: string; readonly topics?: readonly BegunTopic[] }
    }
  /** Written by `log copy` before anything else, with the epochs of both control logs: until its `log.copied` this log is a part of another one. */
  | { readonly type: 'copy.begun'; readonly data: { readonly from: string; readonly to: string } }
  /** Written by `log copy` as its last record, so that cursors of the old log keep their meaning. */
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
  /** Keys that were used in the hour that began `at`. A process names those that nobody has named for this hour. */
  | { readonly type: 'keys.used'; readonly data: { readonly at: string; readonly keyIds: readonly string[] } }
  /**
   * The private texts of a report are being erased: written before it is done, so that no erasure is missing here. One that failed is asked for again.
   * Theatre and handling say who may read of it.
   */
  | {
      readonly type: 'report.erasure-requested'
      readonly data: { readonly reportId: string; readonly theatre: string; readonly handling: Handling }
    }
  /** A browser was signed out: its cookie is good nowhere any more. */
  | { readonly type: 'session.ended'; readonly data: SessionEnd }
  | { readonly type: 'subscription.created'; readonly data: SubscriptionRecord }
  | { readonly type: 'subscription.updated'; readonly data: SubscriptionRecord }
  | { readonly type: 'subscription.deleted'; readonly data: { readonly subscriptionId: string } }

/** `by`: who asked for it; left out in records of before it was kept, and where the suite itself wrote it. Rules and keys say it in their data too. */
export type ControlRecord = ControlPayload & { readonly id: string; readonly time: string; readonly by?: Author }
