// What one key may use of something, and what all may use together. Nothing else arbitrates between
// keys: who is refused tries again later.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { ownerId } from './principal.ts'

export interface QuotaLimits {
  readonly total: number
  /** Of one key, session or token holder. The owner, who can change every limit, has the total. */
  readonly perKey: number
}

/** Which limit has no room. */
export type OverQuota = 'key' | 'total'

export class Quota {
  readonly #limits: QuotaLimits
  /** Who uses nothing has no entry. */
  readonly #byKey = new Map<string, number>()
  #used = 0

  constructor(limits: QuotaLimits) {
    this.#limits = limits
  }

  /** A quota of which keys already use so much. */
  static usedBy(
    limits: QuotaLimits,
    used: Iterable<readonly [keyId: string, amount: number]>
  ): Quota {
    const quota = new Quota(limits)
    for (const [keyId, amount] of used) quota.#add(keyId, amount)
    return quota
  }

  /** Used by all. */
  get used(): number {
    return this.#used
  }

  /** Uses the amount (null), or nothing if a limit has no room for it. */
  acquire(keyId: string, amount = 1): OverQuota | null {
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

  /** Gives back what was acquired. */
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
 * Throws ProblemError `too-many` if a key may make no more of what is kept until it is deleted.
 * `standing`: those that there are.
 */
export function checkCount(
  { id }: { readonly id: string },
  noun: string,
  limits: QuotaLimits,
  standing: Iterable<{ readonly ownerKeyId: string }>
): void {
  const used = Array.from(standing, ({ ownerKeyId }) => [ownerKeyId, 1] as const)
  Quota.usedBy(limits, used).take(id, noun)
}
