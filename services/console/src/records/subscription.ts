// Subscriptions and silences: what is typed into the form and sent, their state, and who was notified
// of an alert. Pure.

import type {
  AlertTold,
  AlertToldList,
  Delivery,
  NotificationPolicy,
  Silence,
  SilenceOver,
  Subscription,
  SubscriptionFilter
} from '../shown/answers.ts'
import { isOpen, type ShownAlert, type ShownAnswer } from '../shown/shown-alert.ts'
import {
  type DraftOf,
  draftFrom,
  type FieldTable,
  makeBody,
  pathsIn,
  type Typed
} from './field-table.ts'

const at = <N extends string>(name: N) => `filter/${name}` as const

/** Values of one are alternatives. `more`: how the form shows them. */
function filterFields<T extends object>(more: T) {
  return {
    country: { as: 'picks', of: 'countries', at: at('country'), ...more },
    admin1: { as: 'picks', of: 'areas', at: at('admin1'), ...more },
    category: { as: 'picks', of: 'categories', at: at('category'), ...more },
    pattern: { as: 'picks', of: 'patterns', at: at('pattern'), ...more },
    ruleId: { as: 'picks', of: 'rules', at: at('ruleId'), ...more },
    certainty: { as: 'picks', of: 'certainties', at: at('certainty'), ...more },
    theatre: { as: 'picks', of: 'theatres', at: at('theatre'), ...more }
  } as const
}

/** The members of a filter that a form has no field for: they are sent as they are. */
export function pickKept(filter: SubscriptionFilter, table: FieldTable): SubscriptionFilter {
  const paths = Object.values(table).map(each => each.at)
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !paths.includes(at(name))))
}

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
  ...filterFields(ofFilter),
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
  readonly version: number
}

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

/** Only what differs from what was seen: the hidden part of the address stays as it is. */
export function makeSubscriptionChange(
  draft: SubscriptionDraft
): Readonly<Record<string, unknown>> {
  const then = makeSubscriptionBody(makeSubscriptionDraft(draft.seen))
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(then[name])
  return Object.fromEntries(Object.entries(makeSubscriptionBody(draft)).filter(differs))
}

export type Standing = 'good' | 'warn' | 'bad' | 'unknown'

/** Its own state where it sends nothing, else that of its endpoint. */
export function findStanding({ status, endpoint }: Subscription): {
  readonly level: Standing
  readonly state: string
} {
  // What its owner wants, and what it is asked, are no faults.
  if (status === 'unconfirmed' || status === 'disabled') return { level: 'warn', state: status }
  if (status !== 'active') return { level: 'bad', state: status }
  if (endpoint === 'up') return { level: 'good', state: 'active' }
  return { level: endpoint === 'failing' ? 'warn' : 'bad', state: endpoint }
}

/** Worst first, and then by address. */
export function inOrder(subscriptions: readonly Subscription[]): readonly Subscription[] {
  const order: readonly Standing[] = ['bad', 'warn', 'unknown', 'good']
  const rank = (each: Subscription) => order.indexOf(findStanding(each).level)
  return [...subscriptions].sort(
    (a, b) => rank(a) - rank(b) || (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)
  )
}

/** Not accepted, and not skipped on purpose. */
export function hasFailed({ state, last }: Pick<Delivery, 'state' | 'last'>): boolean {
  return state === 'parked' || (state === 'pending' && last !== null)
}

/** Waits because its subscription's policy delays it, and was not begun before. */
export function isHeld({
  state,
  held = null,
  last
}: Pick<Delivery, 'state' | 'held' | 'last'>): boolean {
  return state === 'pending' && held !== null && last === null
}

/** `last`: the latest attempt; null: none was made. */
export function deliveryLevel({
  state,
  last
}: {
  readonly state: string
  readonly last: unknown
}): Standing {
  if (state === 'delivered') return 'good'
  if (state === 'pending') return last === null ? 'unknown' : 'warn'
  return state === 'parked' || state === 'lapsed' ? 'bad' : 'unknown'
}

const stateLevels: Readonly<Record<AlertTold['state'], Standing>> = {
  ...{ accepted: 'good', waiting: 'warn', held: 'unknown' },
  ...{ 'not-accepted': 'bad', 'not-sent': 'unknown' }
}

/** Waiting by its own policy is as the subscriber wants; a silence was somebody's choice. */
export function rowLevel({ state, held = null }: AlertTold): Standing {
  return state === 'held' && held?.reason === 'silenced' ? 'warn' : stateLevels[state]
}

/** Those to which an event of the alert goes. */
export function listNotified(told: AlertToldList | null): readonly AlertTold[] {
  return (told?.items ?? []).filter(({ type }) => type !== null)
}

/** Those to which no notification goes; the `cause` of each has the reason. */
export function listNotNotified(told: AlertToldList | null): readonly AlertTold[] {
  return toldInOrder((told?.items ?? []).filter(({ type }) => type === null))
}

/** First those without the current state. */
export function toldInOrder(rows: readonly AlertTold[]): readonly AlertTold[] {
  const rank = (row: AlertTold) => order.indexOf(rowLevel(row))
  return rows.toSorted(
    (a, b) =>
      rank(a) - rank(b) || ((a.by ?? '') < (b.by ?? '') ? -1 : (a.by ?? '') > (b.by ?? '') ? 1 : 0)
  )
}

const order: readonly Standing[] = ['bad', 'warn', 'unknown', 'good']

/** Who answered before those whom the alert names, oldest first: it names only the last. */
export function answeredEarlier(
  named: readonly Pick<ShownAnswer, 'subscriptionId' | 'at'>[],
  told: AlertToldList | null
): readonly ShownAnswer[] {
  const ids = new Set(named.map(({ subscriptionId }) => subscriptionId))
  const firstMs = Math.min(...named.map(({ at }) => Date.parse(at)))
  const earlier = (told?.items ?? []).flatMap(({ subscriptionId, by, answered }) => {
    if (answered == null || ids.has(subscriptionId) || Date.parse(answered.at) > firstMs) return []
    const { at, until, note, response } = answered
    return [
      {
        subscriptionId,
        by: by ?? subscriptionId,
        at,
        until,
        note,
        ...(response == null ? {} : { response })
      }
    ]
  })
  return earlier.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** The silences that are still active; the answer is some seconds old. */
export function silencesNow(told: AlertToldList | null, nowMs: number): readonly SilenceOver[] {
  return (told?.silences ?? []).filter(({ endsAt }) => Date.parse(endsAt) > nowMs)
}

/** The silence that defers a notification, if the reader may know about it. */
export function findSilence(
  { reason, by }: NonNullable<AlertTold['held']>,
  told: AlertToldList | null
): SilenceOver | null {
  return (reason === 'silenced' && told?.silences?.find(({ id }) => id === by)) || null
}

export function computeEnd({ endedAt, endsAt }: Silence): string {
  return endedAt ?? endsAt
}

const isOfFilter = { row: 'filter', when: ({ alertId }: Typed) => alertId === '' } as const

export const silenceFields = {
  severity: { as: 'picks', of: 'severities', at: 'filter/severity', ...isOfFilter },
  ...filterFields(isOfFilter),
  reason: { as: 'text', isRequired: true, maxLength: 500 },
  startsAt: { as: 'moment', row: 'time' },
  minutes: { as: 'number', isRequired: true, row: 'time' },
  subscriptionId: { as: 'choice' },
  includesExtreme: { as: 'check' }
} as const satisfies FieldTable

export interface SilenceDraft extends DraftOf<typeof silenceFields> {
  /** What the form was opened for: each subject has its own draft. Empty: none in particular. */
  readonly of: string
  /** Empty: alerts that pass the filter. */
  readonly alertId: string
  /** The headline of that alert, for people. */
  readonly headline: string
  /** Its `operatorRevision` as it was last seen; null without an alert. */
  readonly seen: number | null
  /** What the list that it was begun at is filtered by and a silence cannot be, in words. */
  readonly omitted: readonly string[]
  /** Id of the silence that this one replaces; empty: none. */
  readonly replaces: string
  /** Of that one: what the form has no fields for. */
  readonly kept: { readonly filter?: object; readonly handling?: string }
}

export const blankSilence: SilenceDraft = {
  ...draftFrom({ minutes: 60 }, silenceFields),
  ...{ of: '', alertId: '', headline: '', omitted: [], seen: null, replaces: '', kept: {} }
}

export function makeSilenceBody(draft: SilenceDraft): Readonly<Record<string, unknown>> {
  const { alertId, kept } = draft
  const body = { ...kept, ...makeBody(draft, silenceFields) }
  return alertId === ''
    ? { ...body, filter: { ...kept.filter, ...body.filter } }
    : { ...body, alertId }
}

const minuteMs = 60_000

/** A silence as the initial content of the form, to be replaced; null: not all is visible. */
export function makeSilenceDraft(silence: Silence, nowMs: number): SilenceDraft | null {
  const { id, alertId, filter, startsAt, endsAt, reason, handling } = silence
  if (reason === null || filter === null || handling === null) return null
  const isWaiting = Date.parse(startsAt) > nowMs
  const beginMs = isWaiting ? Date.parse(startsAt) : nowMs
  const more = pickKept(filter, silenceFields)
  return {
    ...blankSilence,
    ...draftFrom({ ...silence, startsAt: isWaiting ? startsAt : null }, silenceFields),
    ...{ of: id, replaces: id, alertId: alertId ?? '' },
    kept: { handling, ...(Object.keys(more).length === 0 ? {} : { filter: more }) },
    minutes: String(Math.ceil((Date.parse(endsAt) - beginMs) / minuteMs))
  }
}

/** Whether only Tocsin knows what it would mute: the page gets alerts without their categories. */
export function isJudgedByTocsin({ alertId, kept, category }: SilenceDraft): boolean {
  return alertId === '' && (kept.filter !== undefined || category.length > 0)
}

/** Whether it would mute an alert, by the fields of the form. */
export function wouldHold(draft: SilenceDraft, alert: ShownAlert): boolean {
  if (!isOpen(alert) || (alert.severity === 'extreme' && !draft.includesExtreme)) return false
  if (draft.alertId !== '') return alert.alertId === draft.alertId
  const { severity, area, pattern, ruleId, theatre, certainty } = alert
  const { country, admin1 } = area
  const values = { country, admin1, severity: [severity], pattern: [pattern], ruleId: [ruleId] }
  return Object.entries({ ...values, theatre: [theatre], certainty: [certainty] }).every(
    ([name, own]) => {
      const chosen = draft[name as keyof typeof values]
      return chosen.length === 0 || chosen.some(code => own?.some(each => each === code))
    }
  )
}

/** `over`: it was ended, or its time has passed, also before the suite reports it. */
export type SilenceStanding = 'holding' | 'unbacked' | 'matches-nothing' | 'waiting' | 'over'

/** Its most important state: one that mutes no alert is the likely mistake. */
export function silenceStanding(
  { standing, isBacked, matches, endsAt }: Silence,
  nowMs: number
): SilenceStanding {
  if (standing === 'over' || Date.parse(endsAt) <= nowMs) return 'over'
  if (standing === 'waiting') return 'waiting'
  if (!isBacked) return 'unbacked'
  return matches === 0 ? 'matches-nothing' : 'holding'
}
