// The keys that sign a webhook at a time: the secrets of its subscription (`v1`) and the suite's
// own ed25519 keys (`v1a`), with published public halves. A rotation adds a key immediately; the
// previous one also signs until its overlap ends.

import { createHash, hkdfSync } from 'node:crypto'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { stillValid } from '@tocsin/service/control/key-state'
import {
  signingGenerations,
  type WebhookKeyLife,
  type WebhookKeyRotation,
  webhookKeysAt
} from '@tocsin/service/control/webhook-keys'
import {
  createEd25519Key,
  formatPublicKey,
  getPublicBytes,
  parseSigningKey,
  type SigningKey
} from '@tocsin/webhooks/signing-keys'
import { LRUCache } from 'lru-cache'
import { openSecret } from './sealed-secret.ts'

export interface SigningRingDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Opens the secrets of subscriptions. */
  readonly sealingKey: Buffer
  /** The suite's own keys are derived from it. */
  readonly keysSecret: Buffer
  /** Rotations of the suite's own key, oldest first. */
  readonly rotations: () => readonly WebhookKeyRotation[]
}

/** A published key: a JSON Web Key (RFC 8037), with its text form and its life. */
export interface PublishedKey extends Omit<WebhookKeyLife, 'generation'> {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  /** Thumbprint (RFC 7638). */
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
  /** `whpk_…`, as libraries of Standard Webhooks take it. */
  readonly text: string
}

/** Number of parsed secrets cached. */
const parsedMax = 2_000

export class SigningRing {
  readonly #deps: SigningRingDeps
  readonly #own = new Map<number, SigningKey>()
  /** By sealed text; null for one that can't be opened. */
  readonly #secrets = new LRUCache<string, { readonly key: SigningKey | null }>({
    maxSize: parsedMax,
    sizeCalculation: () => 1
  })

  constructor(deps: SigningRingDeps) {
    this.#deps = deps
  }

  /**
   * The keys that sign for a subscription now: its newest secret first, earlier ones in their
   * overlap, then the suite's own. Null if its secret can't be opened with the keys of this data
   * folder.
   */
  listKeys({
    subscriptionId,
    sealedSecret,
    replacedSecrets = []
  }: SubscriptionRecord): readonly SigningKey[] | null {
    const nowMs = this.#deps.clock.nowMs()
    const first = this.#makeSecret(subscriptionId, sealedSecret)
    if (first === null) return null
    const replaced = stillValid(replacedSecrets, nowMs)
    const earlier = replaced.flatMap(
      each => this.#makeSecret(subscriptionId, each.sealedSecret) ?? []
    )
    const own = signingGenerations(this.#deps.rotations(), nowMs).map(generation =>
      this.#ownKey(generation)
    )
    return [first, ...earlier, ...own]
  }

  /** The keys to publish now: the current one, replaced ones in their overlap, and the next. */
  published(): readonly PublishedKey[] {
    return webhookKeysAt(this.#deps.rotations(), this.#deps.clock.nowMs()).map(
      ({ generation, ...life }) => {
        const key = this.#ownKey(generation)
        const x = getPublicBytes(key).toString('base64url')
        const kid = createHash('sha256')
          .update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
          .digest('base64url')
        return {
          kty: 'OKP',
          crv: 'Ed25519',
          x,
          kid,
          use: 'sig',
          alg: 'EdDSA',
          text: formatPublicKey(key),
          ...life
        }
      }
    )
  }

  #makeSecret(subscriptionId: string, sealed: string): SigningKey | null {
    const known = this.#secrets.get(sealed)
    if (known !== undefined) return known.key
    const secret = openSecret(this.#deps.sealingKey, subscriptionId, sealed)
    const key = secret === null ? null : parseSigningKey(secret)
    this.#secrets.set(sealed, { key })
    return key
  }

  #ownKey(generation: number): SigningKey {
    const known = this.#own.get(generation)
    if (known !== undefined) return known
    const seed = Buffer.from(
      hkdfSync('sha256', this.#deps.keysSecret, 'tocsin', `webhook-key/${generation}`, 32)
    )
    const key = createEd25519Key(seed)
    this.#own.set(generation, key)
    return key
  }
}
