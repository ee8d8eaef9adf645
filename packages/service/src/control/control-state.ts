// The folded control log: current theatres, sources, rules, keys and subscriptions. Pure; reading
// the log and waiting for it are in projection/control-view.ts.

import type {
  BegunTopic,
  ControlRecord,
  CopiedTopic,
  SourceDeclaration,
  SubscriptionRecord,
  ViewRecord,
  WatchRecord
} from '@tocsin/contracts/record/control-record'
import type { RuleVersion, TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { OrderedMap } from 'immutable'
import { sharedGround } from '../theatre/theatre-overlap.ts'
import {
  applyKeyCreated,
  applyKeyRevoked,
  applyKeyRotated,
  applyKeysUsed,
  type KeyState
} from './key-state.ts'
import { computeStanding, type SilenceState, withSilence } from './silence-state.ts'
import { type WebhookKeyRotation, withWebhookKeyRotated } from './webhook-keys.ts'

export type CapPublisherSet = DataOf<'cap.publisher-set'>
type DataOf<Type extends ControlRecord['type']> = Extract<ControlRecord, { type: Type }>['data']

export interface RestoredLog {
  readonly epoch: string
  /** ISO 8601. */
  readonly at: string
  /** When the copy was made, ISO 8601; null: unknown. */
  readonly takenAt: string | null
  /** The subscriptions of the copy: their sequences begin again. */
  readonly subscriptions: ReadonlyMap<string, SubscriptionRecord>
}

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

/** The topic with the epoch of the log: as in topics.ts of the event log. */
const controlTopic = 'tocsin.control.v1'

const emptyMaps = {
  /** By id, in order of first declaration. */
  theatres: OrderedMap<string, TheatreConfig>(),
  sources: OrderedMap<string, SourceDeclaration>(),
  rules: OrderedMap<string, RuleVersion>(),
  /** The last change of every rule that ever existed, by id. */
  ruleHeads: OrderedMap<string, RuleHead>(),
  /** Valid and expired keys, and the newest `revokedKeysMax` revoked ones. */
  keys: OrderedMap<string, KeyState>(),
  /** Key id by the hash of each secret, for authentication. */
  keyIdBySecretHash: OrderedMap<string, string>(),
  /** By key id, the hour of the last recorded use; ISO 8601. */
  keysLastUsed: OrderedMap<string, string>(),
  /** By id of the remembered revoked keys, when each was revoked: the first one first. */
  revokedKeys: OrderedMap<string, string>(),
  /** Of sessions of signed-out browsers, by maker and session id: the expiry, ms since the epoch. */
  endedSessions: OrderedMap<string, number>(),
  subscriptions: OrderedMap<string, SubscriptionRecord>(),
  /** Active and future silences, and for a while those that are over. */
  silences: OrderedMap<string, SilenceState>(),
  watches: OrderedMap<string, WatchRecord>(),
  views: OrderedMap<string, ViewRecord>(),
  /** By theatre, the latest requested tick, ISO 8601. */
  ticksRequested: OrderedMap<string, string>(),
  /** By theatre, the id of the record by which an officer last set its time. */
  timesSet: OrderedMap<string, string>()
}
type Maps = typeof emptyMaps

export interface ControlState extends Readonly<Maps> {
  /** Rotations of the key that signs webhooks, oldest first; the last few. */
  readonly webhookKeys: readonly WebhookKeyRotation[]
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

export const emptyControlState: ControlState = {
  ...emptyMaps,
  webhookKeys: [],
  masterKeyFingerprint: null,
  topics: new Map(),
  copiesBegun: [],
  copies: [],
  epoch: null,
  capPublishers: [],
  restored: null
}

function put<Name extends keyof Maps>(
  state: ControlState,
  name: Name,
  id: string,
  value: NonNullable<ReturnType<Maps[Name]['get']>>
): ControlState {
  return { ...state, [name]: (state[name] as OrderedMap<string, unknown>).set(id, value) }
}

function drop(state: ControlState, name: keyof Maps, id: string): ControlState {
  return state[name].has(id) ? { ...state, [name]: state[name].delete(id) } : state
}

/**
 * The state after one more record. Pure: the given state is unchanged. Never throws. O(log n) in
 * what may be many. A record without effect (a taken id, the end of something missing, a lost race)
 * gives the same object.
 */
export function applyControl(state: ControlState, record: ControlRecord): ControlState {
  const { id, time } = record
  switch (record.type) {
    case 'theatre.declared':
      return applyTheatre(state, record.data)
    case 'theatre.time-set': {
      // Ticks are requested from there.
      const { theatre, to } = record.data
      return put(put(state, 'ticksRequested', theatre, to), 'timesSet', theatre, id)
    }
    case 'theatre.tick-requested': {
      const { theatre, to } = record.data
      return (state.ticksRequested.get(theatre) ?? '') >= to
        ? state
        : put(state, 'ticksRequested', theatre, to)
    }
    case 'source.declared': {
      // An omitted list of reporters leaves the restriction unchanged.
      const { reporters = state.sources.get(record.data.id)?.reporters, ...source } = record.data
      const declared = reporters === undefined ? source : { ...source, reporters }
      return put(state, 'sources', source.id, declared)
    }
    case 'rule.declared':
      return applyRule(state, record.data, id)
    case 'rule.withdrawn':
      return applyRuleEnd(state, record.data, id)
    case 'key.created':
      return applyKeyCreated(state, record.data, time)
    case 'key.rotated':
      return applyKeyRotated(state, record.data, time)
    case 'key.revoked':
      return applyKeyRevoked(state, record.data, time)
    case 'key.link-made': {
      const { keyId, by: linkedBy = null } = record.data
      const key = state.keys.get(keyId)
      return key === undefined || key.revokedAt !== null
        ? state
        : put(state, 'keys', keyId, { ...key, linkedAt: time, linkedBy })
    }
    case 'keys.used':
      return applyKeysUsed(state, record.data)
    case 'session.ended':
      return applySessionEnd(state, record.data, Date.parse(time))
    case 'subscription.created':
      return state.subscriptions.has(record.data.subscriptionId)
        ? state
        : put(state, 'subscriptions', record.data.subscriptionId, record.data)
    case 'subscription.updated':
      return applySubscription(state, record.data)
    case 'subscription.deleted':
      return drop(state, 'subscriptions', record.data.subscriptionId)
    case 'subscription.consented':
      return applyConsent(state, record.data, time)
    case 'silence.created':
      return state.silences.has(record.data.silenceId)
        ? state
        : { ...state, silences: withSilence(state.silences, record) }
    case 'silence.ended': {
      // One that is over already is not ended again.
      const { silenceId } = record.data
      const known = state.silences.get(silenceId)
      return known === undefined || computeStanding(known, Date.parse(time)) === 'over'
        ? state
        : put(state, 'silences', silenceId, { ...known, endedAt: time })
    }
    case 'watch.declared': {
      // Of two with the next version the first counts.
      const { handOver: _handOver, ...watch } = record.data
      const isNext = watch.version === (state.watches.get(watch.watchId)?.version ?? 0) + 1
      return isNext ? put(state, 'watches', watch.watchId, watch) : state
    }
    case 'watch.withdrawn':
      return drop(state, 'watches', record.data.watchId)
    case 'view.saved': {
      // An id belongs to who saved it first.
      const { viewId, ownerKeyId } = record.data
      return (state.views.get(viewId)?.ownerKeyId ?? ownerKeyId) === ownerKeyId
        ? put(state, 'views', viewId, record.data)
        : state
    }
    case 'view.deleted':
      return drop(state, 'views', record.data.viewId)
    case 'webhook-key.rotated': {
      const webhookKeys = withWebhookKeyRotated(state.webhookKeys, record.data.generation, time)
      return webhookKeys === state.webhookKeys ? state : { ...state, webhookKeys }
    }
    case 'suite.begun':
      return applyBegun(state, record.data)
    case 'copy.begun':
      return { ...state, copiesBegun: [...state.copiesBegun, record.data] }
    case 'log.copied': {
      const { topics } = record.data
      return { ...withCopies(state, topics), epoch: state.epoch ?? findEpochOfCopy(topics) }
    }
    case 'cap.publisher-set':
      return { ...state, capPublishers: [...state.capPublishers, record.data] }
    case 'log.restored': {
      const { topics, takenAt } = record.data
      const epoch = findEpochOfCopy(topics) ?? ''
      const subscriptions = new Map(state.subscriptions)
      const restored = { epoch, at: time, takenAt, subscriptions }
      return { ...withCopies(state, topics), epoch, restored }
    }
    default:
      return state
  }
}

/** A signed cookie alone cannot be revoked. Source: decision 0003. `nowMs`: time of the record. */
function applySessionEnd(
  state: ControlState,
  { sessionId, maker, expiresAt }: DataOf<'session.ended'>,
  nowMs: number
): ControlState {
  const name = nameSession(maker, sessionId)
  const expiresAtMs = Date.parse(expiresAt)
  if (!(expiresAtMs > nowMs) || state.endedSessions.has(name)) return state
  // All expire within one longest life of a session: what was ended first is forgotten first.
  const over = state.endedSessions.takeWhile(endMs => endMs <= nowMs).keys()
  const endedSessions = state.endedSessions.deleteAll(over).set(name, expiresAtMs)
  return { ...state, endedSessions }
}

export function isSessionEnded(
  { endedSessions }: ControlState,
  { id, maker }: { readonly id: string; readonly maker: string }
): boolean {
  return endedSessions.has(nameSession(maker, id))
}

function nameSession(maker: string, sessionId: string): string {
  return `${maker}\n${sessionId}`
}

/**
 * Writers check first, but may race: the first record counts, for every reader of the log. A
 * theatre's clock never changes, and no theatre overlaps another.
 */
function applyTheatre(state: ControlState, theatre: TheatreConfig): ControlState {
  const known = state.theatres.get(theatre.id)
  if (known !== undefined && known.clock !== theatre.clock) return state
  const overlaps = [...state.theatres.values()].some(other => sharedGround(theatre, other) !== null)
  return overlaps ? state : put(state, 'theatres', theatre.id, theatre)
}

/** The first key counts, and the first record of each topic. */
function applyBegun(
  state: ControlState,
  { masterKeyFingerprint, topics = [] }: DataOf<'suite.begun'>
): ControlState {
  const unknown = topics.filter(({ topic }) => !state.topics.has(topic))
  if (state.masterKeyFingerprint !== null && unknown.length === 0) return state
  return {
    ...state,
    masterKeyFingerprint: state.masterKeyFingerprint ?? masterKeyFingerprint,
    topics: new Map([...state.topics, ...unknown.map(one => [one.topic, one] as const)]),
    epoch: state.epoch ?? unknown.find(({ topic }) => topic === controlTopic)?.epoch ?? null
  }
}

function findEpochOfCopy(topics: readonly CopiedTopic[]): string | null {
  return topics.find(({ topic }) => topic === controlTopic)?.to ?? null
}

/** The old log's creation records do not apply to the copy. */
function withCopies(state: ControlState, copied: readonly CopiedTopic[]): ControlState {
  const topics = new Map(
    copied.flatMap(({ topic, to, partitions }) =>
      partitions === undefined ? [] : [[topic, { topic, epoch: to, partitions }]]
    )
  )
  return { ...state, copies: [...state.copies, ...copied], topics }
}

/** Of two records with the same next version the first counts; also if one is a withdrawal. */
function applyRule(
  state: ControlState,
  { by: _, ...rule }: DataOf<'rule.declared'>,
  recordId: string
): ControlState {
  const { ruleId, ruleVersion } = rule
  const head = state.ruleHeads.get(ruleId)
  if (head !== undefined && !head.isUncounted && ruleVersion <= head.ruleVersion) return state
  const next = { ruleVersion, recordId, isUncounted: false }
  return put(put(state, 'rules', ruleId, rule), 'ruleHeads', ruleId, next)
}

function applyRuleEnd(
  state: ControlState,
  { ruleId, ruleVersion }: DataOf<'rule.withdrawn'>,
  recordId: string
): ControlState {
  const known = state.rules.get(ruleId)
  if (known === undefined || (ruleVersion !== undefined && ruleVersion <= known.ruleVersion))
    return state
  const isUncounted = ruleVersion === undefined
  const head = { ruleVersion: ruleVersion ?? known.ruleVersion, recordId, isUncounted }
  return put(drop(state, 'rules', ruleId), 'ruleHeads', ruleId, head)
}

/** The version of a rule's next change, whether the rule exists or was withdrawn. */
export function nextRuleVersion({ ruleHeads }: ControlState, ruleId: string): number {
  return (ruleHeads.get(ruleId)?.ruleVersion ?? 0) + 1
}

/**
 * Of two changes with the next version the first counts. Older records have no version: each of
 * them counts.
 */
function applySubscription(state: ControlState, next: SubscriptionRecord): ControlState {
  const known = state.subscriptions.get(next.subscriptionId)
  if (known === undefined) return state
  if (next.version !== undefined && next.version !== (known.version ?? 0) + 1) return state
  // Who wrote the change may not have known yet that an endpoint had consented.
  const givenBy = (consent: Consent, before: Consent) =>
    consent !== undefined && consent.id === before?.id && consent.given === null ? before : consent
  const consent = givenBy(next.consent, known.consent)
  const fallbackConsent = givenBy(next.fallbackConsent, known.fallbackConsent)
  return put(state, 'subscriptions', next.subscriptionId, {
    ...next,
    ...(consent ? { consent } : {}),
    ...(fallbackConsent ? { fallbackConsent } : {})
  })
}
type Consent = SubscriptionRecord['consent']

function applyConsent(
  state: ControlState,
  { subscriptionId, consentId, how, ratePerMinute }: DataOf<'subscription.consented'>,
  at: string
): ControlState {
  const known = state.subscriptions.get(subscriptionId)
  const name = (['consent', 'fallbackConsent'] as const).find(
    each => known?.[each]?.id === consentId && known[each].given === null
  )
  const asked = name && known?.[name]
  if (known === undefined || name === undefined || asked === undefined) return state
  const given = { at, how, ...(ratePerMinute === undefined ? {} : { ratePerMinute }) }
  return put(state, 'subscriptions', subscriptionId, { ...known, [name]: { ...asked, given } })
}
