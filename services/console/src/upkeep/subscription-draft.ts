// A subscription as it is typed into the form, and the body that is sent. Pure.

import type { Subscription, SubscriptionFilter } from '../shown/answers.ts'
import {
  blankDestination,
  bodyOfDestination,
  type DestinationDraft,
  draftOfDestination,
  hasAddress,
  hasHeartbeats
} from './destination-draft.ts'
import {
  draftOfPolicy,
  type PolicyDraft,
  policyDefaults,
  policyFields,
  policyIn
} from './policy-draft.ts'
import { bodyOf, typedFrom } from './typed-fields.ts'

export interface SubscriptionDraft extends PolicyDraft, DestinationDraft {
  readonly url: string
  /** Empty: all. */
  readonly minSeverity: string
  /** Codes separated by commas. */
  readonly country: string
  readonly pattern: string
  readonly theatre: string
  /** Types of events, separated by commas; empty: all. */
  readonly types: string
  readonly order: string
  readonly contact: string
  /** Seconds; empty: none are sent. */
  readonly heartbeatSeconds: string
  /** What is told besides alerts. */
  readonly notices: readonly string[]
  readonly digest: boolean
}

/** What this form offers of it. */
export const noticeKinds = ['silences', 'watches'] as const

/** A change that is being typed. */
export interface SubscriptionChange extends SubscriptionDraft {
  /** What was in force when it was begun; null: none is changed. */
  readonly seen: Subscription | null
}

export const blankSubscription: SubscriptionDraft = {
  ...{ url: '', minSeverity: '', country: '', pattern: '', theatre: '', types: '' },
  ...blankDestination,
  ...{ order: 'newest-state', contact: '', heartbeatSeconds: '', notices: [], digest: false },
  ...draftOfPolicy(policyDefaults)
}

/** The kind of a new one, which begins without a policy if the service groups by itself. */
export function chooseKind(kind: string): Pick<SubscriptionDraft, 'kind' | 'hasPolicy'> {
  return { kind, hasPolicy: kind !== 'pagerduty' && kind !== 'alertmanager' }
}

/** Fields of the form by the names that refusals have for them. */
export const subscriptionFields = [
  ...['kind', 'token', 'routingKey', 'chat', 'to', 'sender', 'url', 'types', 'order', 'contact'],
  ...['minSeverity', 'country', 'pattern', 'theatre'].map(name => `filter/${name}`),
  ...['heartbeatSeconds', 'notices', 'digest', ...policyFields]
]

const filterKinds = {
  ...({ minSeverity: 'text', country: 'codes', pattern: 'list', theatre: 'list' } as const)
}
const ownKinds = {
  ...({ types: 'list', order: 'text', contact: 'text', heartbeatSeconds: 'number' } as const)
}

/**
 * The body to send. `before`: the filter in force, of which what the form does not show is kept.
 */
export function bodyOfSubscription(
  draft: SubscriptionDraft,
  before: SubscriptionFilter = {}
): Readonly<Record<string, unknown>> {
  const others = Object.entries(before).filter(([name]) => !(name in filterKinds))
  const { kind, url, order } = draft
  const { heartbeatSeconds, ...own } = bodyOf(draft, ownKinds, Object.keys(ownKinds))
  return {
    ...bodyOfDestination(draft),
    ...(url.trim() === '' && !hasAddress(kind) ? {} : { url: url.trim() }),
    filter: { ...Object.fromEntries(others), ...bodyOf(draft, filterKinds) },
    ...own,
    policy: order === 'strict' ? null : policyIn(draft),
    ...(hasHeartbeats(kind) ? { heartbeatSeconds } : {}),
    ...(kind === 'webhook' ? { notices: draft.notices } : {}),
    ...(hasDigest(kind) ? { digest: draft.digest } : {})
  }
}

/** Whether the weekly digest can be sent there. */
export function hasDigest(kind: string): boolean {
  return kind === 'webhook' || kind === 'email'
}

/**
 * With a kind of notices, or without it. Their order says nothing, so it is always the same; kinds
 * of a later suite stay.
 */
export function noticesWith(
  notices: readonly string[],
  kind: string,
  isWanted: boolean
): readonly string[] {
  return [...notices.filter(each => each !== kind), ...(isWanted ? [kind] : [])].toSorted()
}

/** The draft of a change: what is in force. */
export function draftOfSubscription(held: Subscription): SubscriptionDraft {
  const { url, filter, policy, notices = [], digest = false } = held
  return {
    ...{ url, digest, notices: noticesWith(notices, '', false) },
    ...draftOfDestination(held),
    ...typedFrom(filter, filterKinds),
    ...typedFrom(held, ownKinds),
    ...draftOfPolicy(policy)
  }
}

/**
 * What a change sends: only members that differ from what was seen when it was begun, so that what
 * somebody else changed meanwhile is not undone, and the part of the address which is never shown
 * again stays as it is.
 */
export function changeOfSubscription({
  seen,
  ...draft
}: SubscriptionChange): Readonly<Record<string, unknown>> {
  if (seen === null) return {}
  const now = bodyOfSubscription(draft, seen.filter)
  const then = bodyOfSubscription(draftOfSubscription(seen), seen.filter)
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => !isSame(value, then[name]))
  )
}

/** Parts that are not any more as they were seen, by their names in the body. */
export function partsChanged(seen: Subscription, held: Subscription): readonly string[] {
  const then = bodyOfSubscription(draftOfSubscription(seen), seen.filter)
  const now = bodyOfSubscription(draftOfSubscription(held), held.filter)
  return Object.keys(now).filter(part => !isSame(now[part], then[part]))
}

/** The change on top of what is in force now: each field that was not touched is as it is now. */
export function changeOnto(
  { seen, ...draft }: SubscriptionChange,
  held: Subscription
): SubscriptionChange {
  const now = draftOfSubscription(held)
  if (seen === null) return { ...now, seen: held }
  const then: Readonly<Record<string, unknown>> = { ...draftOfSubscription(seen) }
  const touched = Object.entries(draft).filter(([name, typed]) => !isSame(typed, then[name]))
  return { ...now, ...Object.fromEntries(touched), seen: held }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
