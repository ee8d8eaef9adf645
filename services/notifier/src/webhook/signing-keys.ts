// The keys that sign a webhook at a time: the secrets of its subscription (`v1`) and the suite's
// own ed25519 keys (`v1a`), with published public halves. A rotation adds a key immediately; the
// previous one also signs until its overlap ends. Secrets are stored in the control log sealed
// under the suite's own, bound to their subscription.

import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Random } from '@tocsin/domain/ports'
import { stillValid } from '@tocsin/service/control/key-state'
import { webhookKeysAt } from '@tocsin/service/control/webhook-keys'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import {
  createEd25519Key,
  formatPublicKey,
  getPublicBytes,
  parseSigningKey,
  type SigningKey
} from '@tocsin/webhooks/signing-keys'

export type SigningKeys = ReturnType<typeof makeSigningKeys>

export function makeSigningKeys({ secrets, control, clock, logger }: ServiceDeps) {
  const sealingKey = secrets.derive('subscriptions')
  const ownSecret = secrets.derive('webhook-keys')
  /** The suite's own, by generation. */
  const own = new Map<number, SigningKey>()
  /** Of subscriptions, parsed once. */
  const known = new WeakMap<SubscriptionRecord, ReturnType<typeof parseSecrets>>()

  const readSecrets = (subscription: SubscriptionRecord) => {
    const parsed = known.get(subscription) ?? parseSecrets(sealingKey, subscription)
    if (parsed.newest === null && !known.has(subscription))
      logger.error(
        { subscription: subscription.subscriptionId },
        'the secret of a subscription cannot be decrypted'
      )
    known.set(subscription, parsed)
    return parsed
  }

  const listOwn = () =>
    webhookKeysAt(control.state.webhookKeys, clock.nowMs()).map(({ generation, ...life }) => {
      const key = own.get(generation) ?? deriveKey(ownSecret, generation)
      own.set(generation, key)
      return { key, life }
    })

  return {
    /**
     * The keys that sign for a subscription now: its newest secret first, earlier ones in their
     * overlap, then the suite's own. Null if its secret can't be opened with the keys of this data
     * folder.
     */
    listKeys(subscription: SubscriptionRecord): readonly SigningKey[] | null {
      const { newest, replaced } = readSecrets(subscription)
      if (newest === null) return null
      return [
        newest,
        ...stillValid(replaced, clock.nowMs()).flatMap(({ key }) => key ?? []),
        ...listOwn().flatMap(({ key, life }) => (life.state === 'next' ? [] : key))
      ]
    },

    /**
     * The keys to publish now: the current one, replaced ones in their overlap, and the next; as
     * JSON Web Keys (RFC 8037) with their thumbprints (RFC 7638), text forms and lives.
     */
    published: () =>
      listOwn().map(({ key, life }) => {
        const x = getPublicBytes(key).toString('base64url')
        const kid = createHash('sha256')
          .update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
          .digest('base64url')
        return {
          ...({ kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' } as const),
          text: formatPublicKey(key),
          ...life
        }
      })
  }
}

function deriveKey(secret: Buffer, generation: number): SigningKey {
  const seed = hkdfSync('sha256', secret, 'tocsin', `webhook-key/${generation}`, 32)
  return createEd25519Key(Buffer.from(seed))
}

/** Null for a secret that can't be opened. */
function parseSecrets(
  sealingKey: Buffer,
  { subscriptionId, sealedSecret, replacedSecrets = [] }: SubscriptionRecord
) {
  const parse = (sealed: string) => {
    const secret = openSecret(sealingKey, subscriptionId, sealed)
    return secret === null ? null : parseSigningKey(secret)
  }
  return {
    newest: parse(sealedSecret),
    replaced: replacedSecrets.map(each => ({ until: each.until, key: parse(each.sealedSecret) }))
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
