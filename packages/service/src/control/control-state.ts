// The folded control log: current theatres, sources, rules, keys and subscriptions. Pure; reading
// the log and waiting for it are in projection/control-view.ts.

import type {
  BegunTopic,
  ControlRecord,
  CopiedTopic,
  RuleDeclaration,
  RuleWithdrawal,
  SessionEnd,
  SourceDeclaration,
  SubscriptionRecord,
  ViewRecord,
  WatchDeclared,
  WatchRecord
} from '@tocsin/contracts/record/control-record'
import type { RuleVersion, TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { sharedGround } from '../theatre/theatre-overlap.ts'
import { type EndedSessions, withSessionEnded } from './ended-sessions.ts'
import {
  applyKeyCreated,
  applyKeyLinked,
  applyKeyRevoked,
  applyKeyRotated,
  applyKeysUsed,
  type KeyState
} from './key-state.ts'
import { PersistentMap } from './persistent-map.ts'
import { applySilenceCreated, applySilenceEnded, type SilenceState } from './silence-state.ts'
import { applyWebhookKeyRotated, type WebhookKeyRotation } from './webhook-keys.ts'

export interface ControlState {
  /** By id, in order of first declaration. */
  readonly theatres: ReadonlyMap<string, TheatreConfig>
  readonly sources: PersistentMap<SourceDeclaration>
  readonly rules: ReadonlyMap<string, RuleVersion>
  /** The last change of every rule that ever existed, by id. */
  readonly ruleHeads: PersistentMap<RuleHead>
  /** Valid and expired keys, and the newest `revokedKeysMax` revoked ones. */
  readonly keys: PersistentMap<KeyState>
  /** Key id by the hash of each secret, for authentication. */
  readonly keyIdBySecretHash: PersistentMap<string>
  /** By key id, the hour of the last recorded use; ISO 8601. */
  readonly keysLastUsed: PersistentMap<string>
  /** By id of the remembered revoked keys, when each was revoked: the first one first. */
  readonly revokedKeys: PersistentMap<string>
  /** Sessions of signed-out browsers, until they would have expired. */
  readonly endedSessions: EndedSessions
  readonly subscriptions: PersistentMap<SubscriptionRecord>
  /** Active and future silences, and for a while those that are over. */
  readonly silences: PersistentMap<SilenceState>
  readonly watches: PersistentMap<WatchRecord>
  readonly views: PersistentMap<ViewRecord>
  /** Rotations of the key that signs webhooks, oldest first; the last few. */
  readonly webhookKeys: readonly WebhookKeyRotation[]
  /** By theatre, the latest requested tick, ISO 8601. */
  readonly ticksRequested: PersistentMap<string>
  /** By theatre, the id of the record by which an officer last set its time. */
  readonly timesSet: PersistentMap<string>
  /** Fingerprint of the log's master key; null before the first process has written it. */
  readonly masterKeyFingerprint: string | null
  /** By name, the topics as created with this log or by its copy; others are left out. */
  readonly topics: ReadonlyMap<string, BegunTopic>
  /**
   * Epochs of the control logs of started copies, oldest first: into this log, or into one that it
   * was copied from.
   */
  readonly copiesBegun: readonly { readonly from: string; readonly to: string }[]
  /** Topics copied into this log or into one that it was copied from, oldest first. */
  readonly copies: readonly CopiedTopic[]
  /**
   * The identity of this log for partners: the epoch of its first control topic, and after a
   * restore the new one. A copy to another place has the same. Null before the first process has
   * written it.
   */
  readonly epoch: string | null
  /** Who published CAP documents, oldest first. */
  readonly capPublishers: readonly CapPublisherSet[]
  /** The last restore of an older copy; null if there was none. */
  readonly restored: RestoredLog | null
}

export type CapPublisherSet = Extract<ControlRecord, { type: 'cap.publisher-set' }>['data']

export interface RestoredLog {
  readonly epoch: string
  /** ISO 8601. */
  readonly at: string
  /** When the copy was made, ISO 8601; null: unknown. */
  readonly takenAt: string | null
  /** The subscriptions of the copy: their sequences begin again. */
  readonly subscriptions: ReadonlyMap<string, SubscriptionRecord>
}

/** The topic with the epoch of the log: as in topics.ts of the event log. */
const controlTopic = 'tocsin.control.v1'

/** The last change of a rule: versions continue from it after a withdrawal. */
export interface RuleHead {
  readonly ruleVersion: number
  /** Id of the record that counted. */
  readonly recordId: string
  /**
   * True if the last change was a withdrawal without a version: later declarations started at 1
   * again.
   */
  readonly isUncounted: boolean
}

export const emptyControlState: ControlState = {
  theatres: new Map(),
  sources: PersistentMap.empty(),
  rules: new Map(),
  ruleHeads: PersistentMap.empty(),
  keys: PersistentMap.empty(),
  keyIdBySecretHash: PersistentMap.empty(),
  keysLastUsed: PersistentMap.empty(),
  revokedKeys: PersistentMap.empty(),
  endedSessions: PersistentMap.empty(),
  subscriptions: PersistentMap.empty(),
  silences: PersistentMap.empty(),
  watches: PersistentMap.empty(),
  views: PersistentMap.empty(),
  webhookKeys: [],
  ticksRequested: PersistentMap.empty(),
  timesSet: PersistentMap.empty(),
  masterKeyFingerprint: null,
  topics: new Map(),
  copiesBegun: [],
  copies: [],
  epoch: null,
  capPublishers: [],
  restored: null
}

/**
 * The state after one more record. Pure: the given state is unchanged. Never throws. O(log n) in
 * sources, keys and subscriptions, which may be many; O(n) in theatres and rules, which are few. A
 * record without effect (a taken id, the end of something missing, a lost race) gives the same
 * object.
 */
export function applyControl(state: ControlState, record: ControlRecord): ControlState {
  switch (record.type) {
    case 'theatre.declared':
      return applyTheatre(state, record.data)
    case 'theatre.time-set':
      return applyTimeSet(state, record.data, record.id)
    case 'theatre.tick-requested':
      return applyTick(state, record.data.theatre, record.data.to)
    case 'source.declared':
      return applySource(state, record.data)
    case 'rule.declared':
      return applyRule(state, record.data, record.id)
    case 'rule.withdrawn':
      return applyRuleEnd(state, record.data, record.id)
    case 'key.created':
      return applyKeyCreated(state, record.data, record.time)
    case 'key.rotated':
      return applyKeyRotated(state, record.data, record.time)
    case 'key.revoked':
      return applyKeyRevoked(state, record.data, record.time)
    case 'key.link-made':
      return applyKeyLinked(state, record.data, record.time)
    case 'keys.used':
      return applyKeysUsed(state, record.data)
    case 'session.ended':
      return applySessionEnd(state, record.data, Date.parse(record.time))
    case 'subscription.created':
      return state.subscriptions.has(record.data.subscriptionId)
        ? state
        : withSubscription(state, record.data)
    case 'subscription.updated':
      return applySubscription(state, record.data)
    case 'subscription.deleted':
      return state.subscriptions.has(record.data.subscriptionId)
        ? { ...state, subscriptions: state.subscriptions.without(record.data.subscriptionId) }
        : state
    case 'subscription.consented':
      return applyConsent(state, record.data, record.time)
    case 'silence.created':
      return applySilenceCreated(state, record)
    case 'silence.ended':
      return applySilenceEnded(state, record.data.silenceId, record.time)
    case 'watch.declared':
      return applyWatch(state, record.data)
    case 'watch.withdrawn':
      return state.watches.has(record.data.watchId)
        ? { ...state, watches: state.watches.without(record.data.watchId) }
        : state
    case 'view.saved':
      return applyView(state, record.data)
    case 'view.deleted':
      return state.views.has(record.data.viewId)
        ? { ...state, views: state.views.without(record.data.viewId) }
        : state
    case 'webhook-key.rotated':
      return applyWebhookKeyRotated(state, record.data.generation, record.time)
    case 'suite.begun':
      return applyBegun(state, record.data)
    case 'copy.begun':
      return { ...state, copiesBegun: [...state.copiesBegun, record.data] }
    case 'log.copied':
      return {
        ...state,
        copies: [...state.copies, ...record.data.topics],
        topics: madeBy(record.data.topics),
        epoch: state.epoch ?? findEpoch(record.data.topics.map(({ topic, to }) => [topic, to]))
      }
    case 'cap.publisher-set':
      return { ...state, capPublishers: [...state.capPublishers, record.data] }
    case 'log.restored':
      return applyRestored(state, record.data, record.time)
    default:
      return state
  }
}

/**
 * Writers check first, but may race: the first record counts, for every reader of the log. A
 * theatre's clock never changes, and no theatre overlaps another.
 */
function applyTheatre(state: ControlState, theatre: TheatreConfig): ControlState {
  const known = state.theatres.get(theatre.id)
  if (known !== undefined && known.clock !== theatre.clock) return state
  for (const other of state.theatres.values())
    if (sharedGround(theatre, other) !== null) return state
  return { ...state, theatres: withEntry(state.theatres, theatre.id, theatre) }
}

/** An omitted list of reporters leaves the restriction unchanged. */
function applySource(state: ControlState, declared: SourceDeclaration): ControlState {
  const reporters =
    declared.reporters === undefined
      ? state.sources.get(declared.id)?.reporters
      : declared.reporters
  const source = reporters === undefined ? declared : { ...declared, reporters }
  return { ...state, sources: state.sources.with(source.id, source) }
}

/** The first key counts, and the first record of each topic. */
function applyBegun(
  state: ControlState,
  { masterKeyFingerprint, topics = [] }: BegunData
): ControlState {
  const unknown = topics.filter(({ topic }) => !state.topics.has(topic))
  if (state.masterKeyFingerprint !== null && unknown.length === 0) return state
  return {
    ...state,
    masterKeyFingerprint: state.masterKeyFingerprint ?? masterKeyFingerprint,
    topics: new Map([...state.topics, ...unknown.map(one => [one.topic, one] as const)]),
    epoch: state.epoch ?? findEpoch(unknown.map(({ topic, epoch }) => [topic, epoch]))
  }
}

function findEpoch(epochs: readonly (readonly [topic: string, epoch: string])[]): string | null {
  return epochs.find(([topic]) => topic === controlTopic)?.[1] ?? null
}

function applyRestored(
  state: ControlState,
  { topics, takenAt }: RestoredData,
  at: string
): ControlState {
  const epoch = findEpoch(topics.map(({ topic, to }) => [topic, to])) ?? ''
  return {
    ...state,
    copies: [...state.copies, ...topics],
    topics: madeBy(topics),
    epoch,
    restored: { epoch, at, takenAt, subscriptions: new Map(state.subscriptions) }
  }
}
type RestoredData = Extract<ControlRecord, { type: 'log.restored' }>['data']
type BegunData = Extract<ControlRecord, { type: 'suite.begun' }>['data']

/** The old log's creation records do not apply to the copy. */
function madeBy(copied: readonly CopiedTopic[]): ReadonlyMap<string, BegunTopic> {
  return new Map(
    copied.flatMap(({ topic, to, partitions }) =>
      partitions === undefined ? [] : [[topic, { topic, epoch: to, partitions }]]
    )
  )
}

/** Of two records with the same next version the first counts; also if one is a withdrawal. */
function applyRule(
  state: ControlState,
  { by: _, ...rule }: RuleDeclaration,
  recordId: string
): ControlState {
  const { ruleId, ruleVersion } = rule
  const head = state.ruleHeads.get(ruleId)
  if (head !== undefined && !head.isUncounted && ruleVersion <= head.ruleVersion) return state
  return {
    ...state,
    rules: withEntry(state.rules, ruleId, rule),
    ruleHeads: state.ruleHeads.with(ruleId, { ruleVersion, recordId, isUncounted: false })
  }
}

function applyRuleEnd(
  state: ControlState,
  { ruleId, ruleVersion }: RuleWithdrawal,
  recordId: string
): ControlState {
  const known = state.rules.get(ruleId)
  if (known === undefined || (ruleVersion !== undefined && ruleVersion <= known.ruleVersion))
    return state
  const head = {
    ruleVersion: ruleVersion ?? known.ruleVersion,
    recordId,
    isUncounted: ruleVersion === undefined
  }
  return {
    ...state,
    rules: withoutEntry(state.rules, ruleId),
    ruleHeads: state.ruleHeads.with(ruleId, head)
  }
}

/** The version of a rule's next change, whether the rule exists or was withdrawn. */
export function nextRuleVersion({ ruleHeads }: ControlState, ruleId: string): number {
  return (ruleHeads.get(ruleId)?.ruleVersion ?? 0) + 1
}

/** After an officer set the time, ticks are requested from there. */
function applyTimeSet(
  state: ControlState,
  { theatre, to }: { readonly theatre: string; readonly to: string },
  recordId: string
) {
  return {
    ...state,
    ticksRequested: state.ticksRequested.with(theatre, to),
    timesSet: state.timesSet.with(theatre, recordId)
  }
}

function applySessionEnd(state: ControlState, end: SessionEnd, nowMs: number): ControlState {
  const endedSessions = withSessionEnded(state.endedSessions, end, nowMs)
  return endedSessions === state.endedSessions ? state : { ...state, endedSessions }
}

function applyTick(state: ControlState, theatre: string, to: string): ControlState {
  const last = state.ticksRequested.get(theatre)
  return last !== undefined && last >= to
    ? state
    : { ...state, ticksRequested: state.ticksRequested.with(theatre, to) }
}

/**
 * Of two changes with the next version the first counts. Older records have no version: each of
 * them counts.
 */
function applySubscription(state: ControlState, subscription: SubscriptionRecord): ControlState {
  const known = state.subscriptions.get(subscription.subscriptionId)
  const isNext =
    subscription.version === undefined || subscription.version === (known?.version ?? 0) + 1
  return known !== undefined && isNext
    ? withSubscription(state, withConsents(subscription, known))
    : state
}

/** Who wrote the change may not have known yet that an endpoint had consented. */
function withConsents(
  subscription: SubscriptionRecord,
  known: SubscriptionRecord
): SubscriptionRecord {
  const consent = givenBy(subscription.consent, known.consent)
  const fallbackConsent = givenBy(subscription.fallbackConsent, known.fallbackConsent)
  return {
    ...subscription,
    ...(consent ? { consent } : {}),
    ...(fallbackConsent ? { fallbackConsent } : {})
  }
}

function givenBy(
  consent: SubscriptionRecord['consent'],
  known: SubscriptionRecord['consent']
): SubscriptionRecord['consent'] {
  const isSame = consent !== undefined && consent.id === known?.id && consent.given === null
  return isSame ? known : consent
}

function applyConsent(
  state: ControlState,
  { subscriptionId, consentId, how, ratePerMinute }: ConsentData,
  at: string
): ControlState {
  const known = state.subscriptions.get(subscriptionId)
  if (known === undefined) return state
  const given = { at, how, ...(ratePerMinute === undefined ? {} : { ratePerMinute }) }
  const isAsked = (consent: SubscriptionRecord['consent']) =>
    consent?.id === consentId && consent.given === null
  if (known.consent && isAsked(known.consent))
    return withSubscription(state, { ...known, consent: { ...known.consent, given } })
  if (known.fallbackConsent && isAsked(known.fallbackConsent))
    return withSubscription(state, {
      ...known,
      fallbackConsent: { ...known.fallbackConsent, given }
    })
  return state
}
type ConsentData = Extract<ControlRecord, { type: 'subscription.consented' }>['data']

function withSubscription(state: ControlState, subscription: SubscriptionRecord): ControlState {
  return {
    ...state,
    subscriptions: state.subscriptions.with(subscription.subscriptionId, subscription)
  }
}

/** Of two with the next version the first counts. */
function applyWatch(
  state: ControlState,
  { handOver: _handOver, ...watch }: WatchDeclared
): ControlState {
  const version = state.watches.get(watch.watchId)?.version ?? 0
  return watch.version === version + 1
    ? { ...state, watches: state.watches.with(watch.watchId, watch) }
    : state
}

/** An id belongs to who saved it first. */
function applyView(state: ControlState, view: ViewRecord): ControlState {
  const { viewId, ownerKeyId } = view
  return (state.views.get(viewId)?.ownerKeyId ?? ownerKeyId) === ownerKeyId
    ? { ...state, views: state.views.with(viewId, view) }
    : state
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}

function withoutEntry<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const next = new Map(map)
  next.delete(key)
  return next
}
