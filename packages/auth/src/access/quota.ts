// What one key may use, and what all may use together. There is no other arbitration between keys:
// who is refused tries again later.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { ownerId } from './principal.ts'

export interface QuotaLimits {
  readonly total: number
  /** For one key, session or token holder. The owner, who can change every limit, has the total. */
  readonly perKey: number
}

export class Quota {
  readonly #limits: QuotaLimits
  /** A key without use has no entry. */
  readonly #byKey = new Map<string, number>()
  #used = 0

  /** `used`: the present use by key. */
  constructor(limits: QuotaLimits, used: Iterable<readonly [keyId: string, amount: number]> = []) {
    this.#limits = limits
    for (const [keyId, amount] of used) this.#add(keyId, amount)
  }

  get used(): number {
    return this.#used
  }

  /** Uses the amount (null), or none if this limit has no room for it. */
  acquire(keyId: string, amount = 1): 'key' | 'total' | null {
    const { total, perKey } = this.#limits
    if (amount <= 0) return null
    if (keyId !== ownerId && (this.#byKey.get(keyId) ?? 0) + amount > perKey) return 'key'
    if (this.#used + amount > total) return 'total'
    this.#add(keyId, amount)
    return null
  }

  /** As `acquire`. Throws ProblemError `too-many`; `noun` in the plural, as people call them. */
  take(keyId: string, noun: string, retryAfterS?: number): void {
    const over = this.acquire(keyId)
    if (over === null) return
    const { total, perKey } = this.#limits
    const detail =
      over === 'key'
        ? `This key has ${perKey} ${noun}, which is the limit of one key.`
        : `There are ${total} ${noun}, which is the limit.`
    throw new ProblemError('too-many', detail, retryAfterS === undefined ? {} : { retryAfterS })
  }

  release(keyId: string, amount = 1): void {
    this.#add(keyId, -amount)
  }

  #add(keyId: string, amount: number): void {
    this.#used += amount
    const ofKey = (this.#byKey.get(keyId) ?? 0) + amount
    if (ofKey > 0) this.#byKey.set(keyId, ofKey)
    else this.#byKey.delete(keyId)
  }
}

/**
 * Throws ProblemError `too-many` if a key may make no more items that exist until they are deleted.
 * `standing`: the existing ones.
 */
export function checkCount(
  { id }: { readonly id: string },
  noun: string,
  limits: QuotaLimits,
  standing: Iterable<{ readonly ownerKeyId: string }>
): void {
  const used = Array.from(standing, ({ ownerKeyId }) => [ownerKeyId, 1] as const)
  new Quota(limits, used).take(id, noun)
}
