// The keys that sign a webhook at a time: the secrets of its subscription (`v1`) and the suite's
// own ed25519 keys (`v1a`), with published public halves. A rotation adds a key immediately; the
// previous one also signs until its overlap ends. Secrets are stored in the control log sealed
// under the suite's own, bound to their subscription.

import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock, Random } from '@tocsin/domain/ports'
import { stillValid } from '@tocsin/service/control/key-state'
import {
  signingGenerations,
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

export interface SigningKeysDeps {
  readonly clock: Clock
  /** Opens the secrets of subscriptions. */
  readonly sealingKey: Buffer
  /** The suite's own keys are derived from it. */
  readonly keysSecret: Buffer
  /** Rotations of the suite's own key, oldest first. */
  readonly rotations: () => readonly WebhookKeyRotation[]
}

/** Number of parsed secrets cached. */
const parsedMax = 2_000

export class SigningKeys {
  readonly #deps: SigningKeysDeps
  readonly #own = new Map<number, SigningKey>()
  /** By sealed text; null for one that can't be opened. */
  readonly #secrets = new LRUCache<string, { readonly key: SigningKey | null }>({
    maxSize: parsedMax,
    sizeCalculation: () => 1
  })

  constructor(deps: SigningKeysDeps) {
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
    return [
      first,
      ...stillValid(replacedSecrets, nowMs).flatMap(
        each => this.#makeSecret(subscriptionId, each.sealedSecret) ?? []
      ),
      ...signingGenerations(this.#deps.rotations(), nowMs).map(each => this.#ownKey(each))
    ]
  }

  /**
   * The keys to publish now: the current one, replaced ones in their overlap, and the next; as JSON
   * Web Keys (RFC 8037) with their thumbprints (RFC 7638), text forms and lives.
   */
  published() {
    return webhookKeysAt(this.#deps.rotations(), this.#deps.clock.nowMs()).map(
      ({ generation, ...life }) => {
        const key = this.#ownKey(generation)
        const x = getPublicBytes(key).toString('base64url')
        const kid = createHash('sha256')
          .update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
          .digest('base64url')
        return {
          ...({ kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' } as const),
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

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
const bindTo = (subscriptionId: string) => Buffer.from(`subscription/${subscriptionId}`)

/** Seals a subscription's secret; base64url. */
export function sealSecret(
  key: Buffer,
  subscriptionId: string,
  secret: string,
  random: Random
): string {
  const iv = Buffer.from(random.bytes(ivBytes))
  const seal = createCipheriv(cipher, key, iv).setAAD(bindTo(subscriptionId))
  const sealed = Buffer.concat([seal.update(secret, 'utf8'), seal.final()])
  return Buffer.concat([iv, seal.getAuthTag(), sealed]).toString('base64url')
}

/** Opens what `sealSecret` sealed for this subscription; null for anything else. Never throws. */
export function openSecret(key: Buffer, subscriptionId: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= ivBytes + tagBytes) return null
  const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes, ivBytes + tagBytes)]
  try {
    const open = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes })
      .setAAD(bindTo(subscriptionId))
      .setAuthTag(tag)
    const secret = Buffer.concat([open.update(bytes.subarray(ivBytes + tagBytes)), open.final()])
    return secret.toString('utf8')
  } catch {
    // A wrong tag or key: it can't be opened.
    return null
  }
}
