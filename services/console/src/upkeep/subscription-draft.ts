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

/** Fields of the form by the names that refusals of the suite have for them. */
export const subscriptionFields = [
  ...['kind', 'token', 'routingKey', 'chat', 'to', 'sender'],
  ...[
    'url',
    'filter/minSeverity',
    'filter/country',
    'filter/pattern',
    'filter/theatre',
    'types',
    'order',
    'contact'
  ],
  ...['heartbeatSeconds', 'notices', 'digest'],
  ...policyFields
]

const lists = ['country', 'pattern', 'theatre'] as const

function itemsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

/**
 * The body to send. `before`: the filter in force, of which what the form does not show is kept.
 */
export function bodyOfSubscription(
  draft: SubscriptionDraft,
  before: SubscriptionFilter = {}
): Readonly<Record<string, unknown>> {
  const { minSeverity: _, country: _c, pattern: _p, theatre: _t, ...others } = before
  const listed = lists.flatMap(name => {
    const items = itemsIn(draft[name])
    return items.length === 0
      ? []
      : [[name, name === 'country' ? items.map(code => code.toUpperCase()) : items] as const]
  })
  const filter = {
    ...others,
    ...(draft.minSeverity === '' ? {} : { minSeverity: draft.minSeverity }),
    ...Object.fromEntries(listed)
  }
  const seconds = draft.heartbeatSeconds.trim()
  const types = itemsIn(draft.types)
  const url = draft.url.trim()
  return {
    ...bodyOfDestination(draft),
    ...(url === '' && !hasAddress(draft.kind) ? {} : { url }),
    filter,
    types: types.length === 0 ? null : types,
    order: draft.order,
    policy: draft.order === 'strict' ? null : policyIn(draft),
    contact: draft.contact.trim() === '' ? null : draft.contact.trim(),
    ...(hasHeartbeats(draft.kind)
      ? { heartbeatSeconds: seconds === '' ? null : Number(seconds) }
      : {}),
    ...(draft.kind === 'webhook' ? { notices: draft.notices } : {}),
    ...(hasDigest(draft.kind) ? { digest: draft.digest } : {})
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
  const { url, filter, types, order, policy, contact, heartbeatSeconds } = held
  const { notices = [], digest = false } = held
  const text = (name: string) => {
    const value = filter[name]
    return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : ''
  }
  return {
    ...draftOfDestination(held),
    url,
    minSeverity: text('minSeverity'),
    country: text('country'),
    pattern: text('pattern'),
    theatre: text('theatre'),
    types: (types ?? []).join(', '),
    order,
    contact: contact ?? '',
    heartbeatSeconds:
      heartbeatSeconds === undefined || heartbeatSeconds === null ? '' : String(heartbeatSeconds),
    notices: noticesWith(notices, '', false),
    digest,
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
