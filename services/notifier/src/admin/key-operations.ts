// API keys, created, rotated and revoked as records of the control log. A secret appears only in
// the answer that created it. HTTP is in key-routes.ts.

import { keyHash, type MintedKey, mintKey } from '@tocsin/auth/access/api-key'
import { type Authority, reaches } from '@tocsin/auth/access/authority'
import type { Principal } from '@tocsin/auth/access/principal'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import {
  actionRefused,
  bodyInvalid,
  ProblemError
} from '@tocsin/contracts/problem/problem-catalogue'
import { type Key, recordKey } from '@tocsin/contracts/record/control-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import {
  applyKeyRotated,
  type KeyState,
  overlapping,
  replacedSecretsMax
} from '@tocsin/service/control/key-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { keyTaken } from '../alerts/request-headers.ts'
import type { RetriedBytes } from '../alerts/retried-bytes.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { checkMinted } from './admin-reach.ts'
import { type ControlOperations, instantOrNullIn, type Written } from './control-operations.ts'

export interface KeyOperationsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly control: Pick<ControlView, 'state'>
  readonly shared: SharedKnowledge
  readonly operations: Pick<ControlOperations, 'write' | 'append' | 'change'>
  readonly retried: RetriedBytes
  readonly keysMax: number
}

export type KeyAsk = Pick<Key, 'name' | 'scopes' | 'limits'> &
  Partial<Pick<Key, 'theatres' | 'handling' | 'expiresAt'>>

export interface KeyWithSecret<T> extends Written<T> {
  readonly secret: string
}

/** Default and maximum time for which a replaced secret stays valid, hours. */
export const overlapHoursDefault = 24
export const overlapHoursMax = 720

export class KeyOperations {
  readonly #deps: KeyOperationsDeps

  constructor(deps: KeyOperationsDeps) {
    this.#deps = deps
  }

  /**
   * Creates a key. Answers with the secret once the record is durable, folded or not: it cannot be
   * requested again, but by a repeat with the same `retryKey` of the same caller, until the key has
   * another secret. Throws a ProblemError that names the field, `forbidden` if the key would exceed
   * the caller's rights, `too-many`, or `header-invalid` if the `retryKey` was used for another
   * key.
   */
  create(
    principal: Principal,
    ask: KeyAsk,
    retryKey: string | null = null
  ): Promise<KeyWithSecret<Key>> {
    const { control, keysMax, clock, operations } = this.#deps
    return operations.change(async () => {
      const expiresAt = instantOrNullIn('/expiresAt', ask.expiresAt)
      if (expiresAt !== null && Date.parse(expiresAt) <= clock.nowMs())
        throw bodyInvalid('/expiresAt', 'is past')
      const { secret, secretHash, keyId } = this.#minted(principal, ask, retryKey)
      const { name, scopes, theatres = '*', handling = 'internal', limits } = ask
      const made = {
        keyId,
        name,
        secretHash,
        scopes,
        theatres,
        handling,
        expiresAt,
        by: principal.id
      }
      const value: Key = limits === undefined ? made : { ...made, limits }
      checkMinted(principal, 'key', findAuthority(value))
      const earlier = control.state.keys.get(keyId)
      if (earlier !== undefined)
        return { value: madeBefore(earlier, secretHash), secret, appended: null }
      const { keys, revokedKeys } = control.state
      if (keys.size - revokedKeys.size >= keysMax)
        throw new ProblemError('too-many', 'The limit of keys is reached: revoke unused ones.')
      const { appended, isFolded } = await operations.append(
        { type: 'key.created', data: recordKey(value) },
        principal
      )
      // The retry key may have been used at another instance at the same time: the first in the log
      // is the key.
      const standing = isFolded ? control.state.keys.get(keyId) : undefined
      return {
        value: standing === undefined ? value : madeBefore(standing, secretHash),
        secret,
        appended
      }
    })
  }

  /**
   * With a retry key its id distinguishes callers and their keys, and its secret also what they
   * asked for.
   */
  #minted({ id }: Principal, ask: KeyAsk, retryKey: string | null): MintedKey {
    const { random, retried } = this.#deps
    if (retryKey === null) return mintKey(random)
    const minted = mintKey({ bytes: () => retried('key', id, retryKey, toCanonicalJson(ask)) })
    return { ...minted, keyId: `key_${digest('key', id, retryKey).slice(0, 24)}` }
  }

  /**
   * Gives a key a new secret. Each earlier one stays valid until its own overlap ends; with an
   * overlap of 0 hours all of them end immediately. Answers with the secret once the record is
   * durable, folded or not. Throws `not-found`, also for a key that sees more than the caller;
   * `forbidden` if it may do more or lives longer; `action-refused` if the key is revoked or
   * expired, has too many valid secrets, or another rotation came first. A repeat with the same
   * `retryKey` of the same caller is answered as the first was; `header-invalid` if the key was
   * rotated again since, or the `retryKey` used with another overlap.
   */
  rotate(
    principal: Principal,
    keyId: string,
    overlapHours = overlapHoursDefault,
    retryKey: string | null = null
  ): Promise<KeyWithSecret<KeyState>> {
    const { control, random, clock, operations } = this.#deps
    return operations.change(async () => {
      const nowMs = clock.nowMs()
      const key = this.#known(principal, keyId)
      checkMinted(principal, 'key', findAuthority(key))
      checkAlive(key, nowMs)
      const minted = (replaces: string) =>
        retryKey === null
          ? mintKey(random)
          : mintKey({
              bytes: () =>
                this.#deps.retried('key-rotation', principal.id, retryKey, keyId, replaces)
            })
      const again = retryKey === null ? null : madeAgain(key, minted, overlapHours)
      if (again !== null) return { value: key, secret: again, appended: null }
      checkRoom(key, overlapHours, nowMs)
      const { secret, secretHash } = minted(key.secretHash)
      const overlapUntil =
        overlapHours === 0 ? null : new Date(nowMs + overlapHours * 3_600_000).toISOString()
      const data = { keyId, secretHash, replaces: key.secretHash, overlapUntil, by: principal.id }
      const { appended, isFolded } = await operations.append(
        { type: 'key.rotated', data },
        principal
      )
      // Not folded yet: answer with the expected outcome, since the secret cannot be shown later.
      const state = isFolded
        ? control.state
        : applyKeyRotated(control.state, data, new Date(nowMs).toISOString())
      const value = state.keys.get(keyId)
      // Another instance may have revoked or rotated the key concurrently: the fold decides.
      if (value?.secretHash !== keyHash(secret))
        throw actionRefused('Another rotation or revocation of the key came first.')
      return { value, secret, appended }
    })
  }

  /**
   * Records that a link to sign in as the holder of a key is being made: every act under another's
   * name leaves a trace. Throws as `rotate` does: permission for a new secret of the key is
   * permission for this.
   */
  offerLink(principal: Principal, keyId: string): Promise<RecordPosition> {
    const { clock, operations } = this.#deps
    return operations.change(async () => {
      const key = this.#known(principal, keyId)
      checkMinted(principal, 'key', findAuthority(key))
      checkAlive(key, clock.nowMs())
      const data = { keyId, by: principal.id }
      return (await operations.append({ type: 'key.link-made', data }, principal)).appended
    })
  }

  /**
   * Revokes a key with all its secrets, immediately and permanently. Null if it was revoked before.
   * Throws `not-found` as `rotate` does.
   */
  async revoke(principal: Principal, keyId: string): Promise<RecordPosition | null> {
    const { shared, operations } = this.#deps
    await shared.learn('control')
    const key = this.#known(principal, keyId)
    if (key.revokedAt !== null) return null
    const data = { keyId, by: principal.id }
    return operations.write({ type: 'key.revoked', data }, principal, digest('key-revoked', keyId))
  }

  /** Keys within the principal's reach. The existence of others is not revealed. */
  list(principal: Principal): readonly KeyState[] {
    return [...this.#deps.control.state.keys.values()].filter(key => reaches(principal, key))
  }

  #known(principal: Principal, keyId: string): KeyState {
    const key = this.#deps.control.state.keys.get(keyId)
    if (key !== undefined && reaches(principal, key)) return key
    throw new ProblemError('not-found', 'There is no such key.')
  }
}

/** The rights of a key, in the form that the authority checks. */
function findAuthority({ scopes, theatres, handling, expiresAt, limits }: Key): Authority {
  const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt)
  return { scopes, theatres, handling, expiresAtMs, ...(limits === undefined ? {} : { limits }) }
}

function checkAlive(key: KeyState, nowMs: number): void {
  if (key.revokedAt !== null) throw actionRefused(`The key was revoked at ${key.revokedAt}.`)
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs)
    throw actionRefused(`The key expired at ${key.expiresAt}.`)
}

/**
 * The key that a repeat asked for. Throws `header-invalid` if it is another one, or has another
 * secret by now.
 */
function madeBefore(known: KeyState, secretHash: string): KeyState {
  if (known.revokedAt !== null)
    throw actionRefused(`The key was made before, and revoked at ${known.revokedAt}.`)
  if (known.secretHash === secretHash) return known
  throw keyTaken(
    'was used for another key, or for one that was rotated since: use a new one for another key'
  )
}

/** A record is written a moment after it is made, ms. */
const writtenWithinMs = 60_000

/**
 * The secret that the same request gave the key before; null: it did not. Throws `header-invalid`
 * if it is not that any more.
 */
function madeAgain(
  key: KeyState,
  minted: (replaces: string) => MintedKey,
  overlapHours: number
): string | null {
  const hashes = [key.secretHash, ...key.replaced.map(({ secretHash }) => secretHash)]
  for (const [i, replaces] of hashes.slice(1).entries()) {
    const { secret, secretHash } = minted(replaces)
    if (secretHash !== hashes[i]) continue
    const lastsMs = Date.parse(key.replaced[0]?.until ?? '') - Date.parse(key.rotatedAt ?? '')
    if (i === 0 && Math.abs(lastsMs - overlapHours * 3_600_000) < writtenWithinMs) return secret
    throw keyTaken('was used for another rotation: use a new one for another')
  }
  return null
}

function checkRoom(key: KeyState, overlapHours: number, nowMs: number): void {
  if (overlapHours > 0 && overlapping(key, nowMs).length >= replacedSecretsMax) {
    throw actionRefused(
      `${replacedSecretsMax} earlier secrets of the key are still valid. Wait for one to expire, or end all of them with overlapHours 0.`
    )
  }
}
