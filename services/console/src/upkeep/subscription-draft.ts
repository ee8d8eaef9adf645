// A subscription as it is typed into the form, and the body that is sent. Pure.

import type { NotificationPolicy, Subscription } from '../shown/answers.ts'
import {
  type DraftOf,
  draftFrom,
  type FieldTable,
  makeBody,
  pathsIn,
  type Typed
} from './field-table.ts'
import { filterFields, pickKept } from './filter-fields.ts'

/** What holds where a part is left out: as the domain has it, which a test compares. */
export const policyDefaults: NotificationPolicy = {
  ...{ minSeverity: 'minor', groupWaitSeconds: 30, updateMinutes: 15, stories: 'one' },
  ...{ endings: true, quietHours: null, unansweredMinutes: 0, repeatMinutes: 0, watch: null }
}

export const subscriptionKinds = [
  ...['webhook', 'slack', 'teams', 'telegram', 'pagerduty', 'email', 'alertmanager']
] as const

export const eventTypes = [
  ...['raised', 'revised', 'confirmed', 'escalated', 'resolved', 'reopened', 'retracted'],
  ...['acknowledged', 'acknowledgement-lapsed', 'assigned', 'commented', 'responded'],
  ...['response-corrected', 'answered', 'action-refused']
].map(name => `alert.${name}`)

const isAbout =
  (...kinds: readonly string[]) =>
  ({ kind }: Typed) =>
    kinds.includes(kind as string)
const hasPolicy = ({ order, telling }: Typed) => order !== 'strict' && telling === 'policy'
const hasQuietHours = (draft: Typed) => hasPolicy(draft) && draft.hasQuietHours === true
const ofFilter = { row: 'filter' } as const
const ofPolicy = { row: 'policy', when: hasPolicy } as const
const ofQuietHours = { row: 'quietHours', when: hasQuietHours } as const

export const subscriptionFields = {
  kind: { as: 'choice', when: ({ seen }) => seen === null },
  // Others go to the address of their service.
  url: { as: 'url', isRequired: true, when: draft => !isAbout('telegram', 'pagerduty')(draft) },
  token: { as: 'secret', when: isAbout('telegram', 'alertmanager') },
  routingKey: { as: 'secret', when: isAbout('pagerduty') },
  chat: { as: 'text', when: isAbout('telegram') },
  to: { as: 'names', when: isAbout('email') },
  sender: { as: 'text', when: isAbout('email') },
  minSeverity: { as: 'choice', of: 'minSeverity', at: 'filter/minSeverity', ...ofFilter },
  country: { ...filterFields.country, ...ofFilter },
  admin1: { ...filterFields.admin1, ...ofFilter },
  category: { ...filterFields.category, ...ofFilter },
  pattern: { ...filterFields.pattern, ...ofFilter },
  ruleId: { ...filterFields.ruleId, ...ofFilter },
  certainty: { ...filterFields.certainty, ...ofFilter },
  theatre: { ...filterFields.theatre, ...ofFilter },
  types: { as: 'picks', ifEmpty: 'null' },
  order: { as: 'choice' },
  telling: { as: 'choice', isLocal: true, when: ({ order }) => order !== 'strict' },
  leastSeverity: { as: 'choice', of: 'severities', at: 'policy/minSeverity', ...ofPolicy },
  stories: { as: 'choice', at: 'policy/stories', ...ofPolicy },
  groupWaitSeconds: { as: 'number', at: 'policy/groupWaitSeconds', ...ofPolicy },
  updateMinutes: { as: 'number', at: 'policy/updateMinutes', ...ofPolicy },
  unansweredMinutes: { as: 'number', at: 'policy/unansweredMinutes', ...ofPolicy },
  repeatMinutes: { as: 'number', at: 'policy/repeatMinutes', ...ofPolicy },
  watch: { as: 'choice', at: 'policy/watch', ifEmpty: 'null', ...ofPolicy },
  endings: { as: 'check', at: 'policy/endings', ...ofPolicy },
  hasQuietHours: { as: 'check', isLocal: true, ...ofPolicy },
  quietFrom: { as: 'time', at: 'policy/quietHours/from', ...ofQuietHours },
  quietTo: { as: 'time', at: 'policy/quietHours/to', ...ofQuietHours },
  timeZone: { as: 'choice', at: 'policy/quietHours/timeZone', isRequired: true, ...ofQuietHours },
  contact: { as: 'text', ifEmpty: 'null' },
  heartbeatSeconds: { as: 'number', ifEmpty: 'null', when: isAbout('webhook', 'alertmanager') },
  notices: { as: 'picks', ifEmpty: 'list', when: isAbout('webhook') },
  digest: { as: 'check', when: isAbout('webhook', 'email') }
} as const satisfies FieldTable

/** The policy as a whole last. */
export const subscriptionPaths = [...pathsIn(subscriptionFields), 'policy']

export interface SubscriptionDraft extends DraftOf<typeof subscriptionFields> {
  /** What was in force when a change was begun; null: it is a new one. */
  readonly seen: Subscription | null
  /** The version that the change is of. */
  readonly version: number
}

/** The draft of a change, or of a new one. */
export function makeSubscriptionDraft(seen: Subscription | null): SubscriptionDraft {
  const held = { kind: 'webhook', order: 'newest-state', ...seen }
  const policy = seen === null ? policyDefaults : (seen.policy ?? null)
  const typed = draftFrom({ ...held, policy: policy ?? policyDefaults }, subscriptionFields)
  return {
    ...{ ...typed, seen, version: seen?.version ?? 0 },
    telling: policy === null ? 'each' : 'policy',
    hasQuietHours: (policy?.quietHours ?? null) !== null,
    ...{ quietFrom: typed.quietFrom || '22:00', quietTo: typed.quietTo || '06:00' }
  }
}

/** A new one begins without a policy if the service groups by itself. */
export function withKind(draft: SubscriptionDraft, kind: string): SubscriptionDraft {
  return {
    ...draft,
    kind,
    telling: isAbout('pagerduty', 'alertmanager')({ kind }) ? 'each' : 'policy'
  }
}

/** The body to send, with what the form does not show of the filter in force. */
export function makeSubscriptionBody(draft: SubscriptionDraft): Readonly<Record<string, unknown>> {
  const body: { filter?: object; policy?: object } = makeBody(draft, subscriptionFields)
  const policy = body.policy === undefined ? null : { quietHours: null, ...body.policy }
  const kept = pickKept(draft.seen?.filter ?? {}, subscriptionFields)
  return { ...body, filter: { ...kept, ...body.filter }, policy }
}

/**
 * What a change sends: only members that differ from what was seen when it was begun, so that the
 * part of the address which is never shown again stays as it is.
 */
export function makeSubscriptionChange(
  draft: SubscriptionDraft
): Readonly<Record<string, unknown>> {
  const then = makeSubscriptionBody(makeSubscriptionDraft(draft.seen))
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(then[name])
  return Object.fromEntries(Object.entries(makeSubscriptionBody(draft)).filter(differs))
}
