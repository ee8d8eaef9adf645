// API keys from the control log: created, rotated, revoked, used; and whether a presented secret is
// valid. Pure. The service kit hashes secrets and reads requests. Source: decision 0003.

import {
  type Key,
  type KeyRecord,
  type KeyRevocation,
  type KeyRotation,
  readKey
} from '@tocsin/contracts/record/control-record'
import type { OrderedMap } from 'immutable'

export interface ReplacedSecret {
  readonly secretHash: string
  /** Valid until, not at, this time; ISO 8601. */
  readonly until: string
}

export interface KeyState extends Key {
  readonly createdAt: string
  /** When its newest secret was made, unless it is its first. */
  readonly rotatedAt: string | null
  /** Who made that secret; null if it is the first, or if the record omits it. */
  readonly rotatedBy: string | null
  /** Null while valid. Revoked keys stay listed for long, to distinguish them from unknown ones. */
  readonly revokedAt: string | null
  /** Who revoked it; null while valid, or if the record omits it. */
  readonly revokedBy: string | null
  /** When the last link to sign in as its holder was made by somebody else; null if none was. */
  readonly linkedAt: string | null
  /** Who made that link; null if none was made, or if the record omits it. */
  readonly linkedBy: string | null
  /**
   * Earlier secrets, newest first; at most `replacedSecretsMax`. Expired ones are removed at the
   * next rotation.
   */
  readonly replaced: readonly ReplacedSecret[]
}

/** Maximum number of replaced secrets of a key: a rotation that would exceed it is ignored. */
export const replacedSecretsMax = 4

/**
 * Maximum number of revoked keys; beyond it the one revoked first is forgotten, and its secret is
 * then refused as unknown.
 */
export const revokedKeysMax = 10_000

interface KeysState {
  readonly keys: OrderedMap<string, KeyState>
  readonly keyIdBySecretHash: OrderedMap<string, string>
  readonly keysLastUsed: OrderedMap<string, string>
  readonly revokedKeys: OrderedMap<string, string>
}

export type KeyVerdict =
  | { readonly kind: 'good'; readonly key: KeyState }
  | { readonly kind: 'refused'; readonly reason: KeyRefusal }
export type KeyRefusal = 'unknown' | 'revoked' | 'expired' | 'rotated'

/**
 * Judges a secret at a time, ms since the epoch. Pure; O(1). A key is valid until, not at, its
 * `expiresAt`; a replaced secret until the end of its overlap. The look-up is by hash, so its
 * duration does not depend on a secret.
 */
export function judgeKey(
  { keys, keyIdBySecretHash }: KeysState,
  secretHash: string,
  nowMs: number
): KeyVerdict {
  const keyId = keyIdBySecretHash.get(secretHash)
  const key = keyId === undefined ? undefined : keys.get(keyId)
  if (key === undefined) return { kind: 'refused', reason: 'unknown' }
  if (key.revokedAt !== null) return { kind: 'refused', reason: 'revoked' }
  if (key.expiresAt !== null && nowMs >= Date.parse(key.expiresAt))
    return { kind: 'refused', reason: 'expired' }
  if (key.secretHash === secretHash) return { kind: 'good', key }
  const replaced = key.replaced.find(one => one.secretHash === secretHash)
  if (replaced === undefined || nowMs >= Date.parse(replaced.until))
    return { kind: 'refused', reason: 'rotated' }
  return { kind: 'good', key }
}

/** What is valid until, not at, its own end. Pure. */
export function stillValid<Replaced extends { readonly until: string }>(
  replaced: readonly Replaced[],
  nowMs: number
): readonly Replaced[] {
  return replaced.filter(({ until }) => nowMs < Date.parse(until))
}

/**
 * The first record of an id or a secret counts: a second one can neither widen a key nor restore a
 * revoked one.
 */
export function applyKeyCreated<S extends KeysState>(state: S, key: KeyRecord, time: string): S {
  if (state.keys.has(key.keyId) || state.keyIdBySecretHash.has(key.secretHash)) return state
  const begun: KeyState = {
    ...{ ...readKey(key), createdAt: time, rotatedAt: null, rotatedBy: null, replaced: [] },
    ...{ revokedAt: null, revokedBy: null, linkedAt: null, linkedBy: null }
  }
  return {
    ...withKey(state, begun),
    keyIdBySecretHash: state.keyIdBySecretHash.set(key.secretHash, key.keyId)
  }
}

/**
 * Of two rotations that replace one secret, the first counts. A revoked key gets no new secret, and
 * no secret is used twice.
 */
export function applyKeyRotated<S extends KeysState>(
  state: S,
  rotation: KeyRotation,
  time: string
): S {
  const { keyId, secretHash, replaces, overlapUntil, by: rotatedBy = null } = rotation
  const key = state.keys.get(keyId)
  if (key === undefined || key.revokedAt !== null || key.secretHash !== replaces) return state
  if (state.keyIdBySecretHash.has(secretHash)) return state
  const earlier = overlapUntil === null ? [] : stillValid(key.replaced, Date.parse(time))
  if (earlier.length >= replacedSecretsMax) return state
  // A secret that ends immediately is stored as expired, so that its holder gets the reason.
  const replaced = [{ secretHash: replaces, until: overlapUntil ?? time }, ...earlier]
  const gone = key.replaced.filter(
    one => !replaced.some(kept => kept.secretHash === one.secretHash)
  )
  return {
    ...withKey(state, { ...key, secretHash, rotatedAt: time, rotatedBy, replaced }),
    keyIdBySecretHash: state.keyIdBySecretHash
      .set(secretHash, keyId)
      .deleteAll(gone.map(each => each.secretHash))
  }
}

/** Ends the key with all its secrets. Beyond the maximum, the key revoked first is forgotten. */
export function applyKeyRevoked<S extends KeysState>(
  state: S,
  { keyId, by }: KeyRevocation,
  time: string
): S {
  const key = state.keys.get(keyId)
  if (key === undefined || key.revokedAt !== null) return state
  const next = {
    ...withKey(state, { ...key, revokedAt: time, revokedBy: by ?? null }),
    revokedKeys: state.revokedKeys.set(keyId, time)
  }
  const forgotten = next.keys.get(next.revokedKeys.keySeq().first(''))
  if (next.revokedKeys.size <= revokedKeysMax || forgotten === undefined) return next
  return {
    ...next,
    keyIdBySecretHash: next.keyIdBySecretHash.deleteAll(
      [forgotten, ...forgotten.replaced].map(each => each.secretHash)
    ),
    keys: next.keys.delete(forgotten.keyId),
    keysLastUsed: next.keysLastUsed.delete(forgotten.keyId),
    revokedKeys: next.revokedKeys.delete(forgotten.keyId)
  }
}

/** The latest use counts, in any order of records; unknown keys are ignored. */
export function applyKeysUsed<S extends KeysState>(
  state: S,
  used: { readonly at: string; readonly keyIds: readonly string[] }
): S {
  const news = used.keyIds.filter(
    keyId => state.keys.has(keyId) && (state.keysLastUsed.get(keyId) ?? '') < used.at
  )
  if (news.length === 0) return state
  return {
    ...state,
    keysLastUsed: state.keysLastUsed.concat(news.map(keyId => [keyId, used.at]))
  }
}

function withKey<S extends KeysState>(state: S, key: KeyState): S {
  return { ...state, keys: state.keys.set(key.keyId, key) }
}
