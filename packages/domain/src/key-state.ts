// API keys as the control log has them: made, rotated, revoked, used; and what a presented secret is worth. Pure. Hashing a secret and looking at
// requests is the service kit's. Source: decision 0012.

import type { KeyRecord, KeyRevocation, KeyRotation } from './control-record.ts'

/** A secret that was replaced. */
export interface ReplacedSecret {
  readonly secretHash: string
  /** It works until, not at, this time; ISO 8601. */
  readonly until: string
}

export interface KeyState extends KeyRecord {
  readonly createdAt: string
  /** When its newest secret was made, where it is not its first. */
  readonly rotatedAt: string | null
  /** Who made that secret; null where it is the first, or the record does not say. */
  readonly rotatedBy: string | null
  /** Null while it is good. A revoked key stays in the list, so that it can be told from an unknown one. */
  readonly revokedAt: string | null
  /** Who revoked it; null while it is good, or where the record does not say. */
  readonly revokedBy: string | null
  /** Secrets before the newest one, newest first; at most `replacedSecretsMax`. Those whose time is over go with the next rotation. */
  readonly replaced: readonly ReplacedSecret[]
}

/** Replaced secrets that one key may have at a time: a rotation that would leave more does not count. */
export const replacedSecretsMax = 4

/** The part of the control state that is about keys. */
export interface KeysState {
  readonly keys: ReadonlyMap<string, KeyState>
  readonly keyIdBySecretHash: ReadonlyMap<string, string>
  readonly keysLastUsed: ReadonlyMap<string, string>
}

export type KeyVerdict =
  | { readonly kind: 'good'; readonly key: KeyState }
  | { readonly kind: 'refused'; readonly reason: KeyRefusal }
export type KeyRefusal = 'unknown' | 'revoked' | 'expired' | 'rotated'

/**
 * What a secret is worth at a time, ms since the epoch. Pure; O(1). A key is good until, not at, its `expiresAt`; a replaced secret until the end of
 * its overlap. The look-up goes by the hash, so the time that it takes says nothing of a secret.
 */
export function judgeKey({ keys, keyIdBySecretHash }: KeysState, secretHash: string, nowMs: number): KeyVerdict {
  const keyId = keyIdBySecretHash.get(secretHash)
  const key = keyId === undefined ? undefined : keys.get(keyId)
  if (key === undefined) return { kind: 'refused', reason: 'unknown' }
  if (key.revokedAt !== null) return { kind: 'refused', reason: 'revoked' }
  if (key.expiresAt !== null && nowMs >= Date.parse(key.expiresAt)) return { kind: 'refused', reason: 'expired' }
  if (key.secretHash === secretHash) return { kind: 'good', key }
  const replaced = key.replaced.find(one => one.secretHash === secretHash)
  if (replaced === undefined || nowMs >= Date.parse(replaced.until)) return { kind: 'refused', reason: 'rotated' }
  return { kind: 'good', key }
}

/** Secrets that a key has beside its newest one at a time. Pure. */
export function overlapping({ replaced }: Pick<KeyState, 'replaced'>, nowMs: number): readonly ReplacedSecret[] {
  return replaced.filter(({ until }) => nowMs < Date.parse(until))
}

/** The first record of an id or a secret stands: a key can't be widened, nor a revoked one brought back, by a second record. */
export function applyKeyCreated<S extends KeysState>(state: S, key: KeyRecord, time: string): S {
  if (state.keys.has(key.keyId) || state.keyIdBySecretHash.has(key.secretHash)) return state
  const begun: KeyState = {
    ...key,
    createdAt: time,
    rotatedAt: null,
    rotatedBy: null,
    revokedAt: null,
    revokedBy: null,
    replaced: []
  }
  return { ...withKey(state, begun), keyIdBySecretHash: new Map(state.keyIdBySecretHash).set(key.secretHash, key.keyId) }
}

/** Of two rotations that would replace one secret, the first stands. A revoked key gets no new secret, and a secret is of one key once. */
export function applyKeyRotated<S extends KeysState>(state: S, rotation: KeyRotation, time: string): S {
  const { keyId, secretHash, replaces, overlapUntil, by: rotatedBy = null } = rotation
  const key = state.keys.get(keyId)
  if (key === undefined || key.revokedAt !== null || key.secretHash !== replaces) return state
  if (state.keyIdBySecretHash.has(secretHash)) return state
  const earlier = overlapUntil === null ? [] : overlapping(key, Date.parse(time))
  if (earlier.length >= replacedSecretsMax) return state
  // What ends at once is kept as over, so that who still holds it is told why.
  const replaced = [{ secretHash: replaces, until: overlapUntil ?? time }, ...earlier]
  const hashes = new Map(state.keyIdBySecretHash).set(secretHash, keyId)
  for (const one of key.replaced) if (!replaced.some(kept => kept.secretHash === one.secretHash)) hashes.delete(one.secretHash)
  return { ...withKey(state, { ...key, secretHash, rotatedAt: time, rotatedBy, replaced }), keyIdBySecretHash: hashes }
}

/** Ends the key with all its secrets. */
export function applyKeyRevoked<S extends KeysState>(state: S, { keyId, by }: KeyRevocation, time: string): S {
  const key = state.keys.get(keyId)
  return key === undefined || key.revokedAt !== null ? state : withKey(state, { ...key, revokedAt: time, revokedBy: by ?? null })
}

/** The latest use counts, whatever order it is told in; of keys that do not exist nothing is kept. */
export function applyKeysUsed<S extends KeysState>(
  state: S,
  used: { readonly at: string; readonly keyIds: readonly string[] }
): S {
  const news = used.keyIds.filter(keyId => state.keys.has(keyId) && (state.keysLastUsed.get(keyId) ?? '') < used.at)
  if (news.length === 0) return state
  const keysLastUsed = new Map(state.keysLastUsed)
  for (const keyId of news) keysLastUsed.set(keyId, used.at)
  return { ...state, keysLastUsed }
}

function withKey<S extends KeysState>(state: S, key: KeyState): S {
  return { ...state, keys: new Map(state.keys).set(key.keyId, key) }
}
