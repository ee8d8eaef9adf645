// Counts failed attempts per address, so that a client with a wrong key has to wait and its noise
// costs little. Memory is bounded: when the table is full, the address that was seen first is
// forgotten.

import { defaultFailureLimits, type FailureLimits } from '@tocsin/service/settings/base-settings'
import { computeNetwork } from '@tocsin/service/settings/network-names'
import { LRUCache } from 'lru-cache'

export class FailureLimiter {
  readonly #limits: FailureLimits
  readonly #counts: LRUCache<string, { readonly sinceMs: number; failures: number }>

  constructor(limits: FailureLimits = defaultFailureLimits) {
    this.#limits = limits
    this.#counts = new LRUCache({ maxSize: limits.addressesMax, sizeCalculation: () => 1 })
  }

  /** Milliseconds until the address may fail again; 0 while it may. Time is monotonic, ms. */
  waitMs(address: string, nowMs: number): number {
    const count = this.#counts.peek(computeNetwork(address))
    if (count === undefined || count.failures < this.#limits.failuresMax) return 0
    return Math.max(0, count.sinceMs + this.#limits.windowMs - nowMs)
  }

  note(address: string, nowMs: number): void {
    const network = computeNetwork(address)
    const count = this.#counts.peek(network)
    if (count !== undefined && nowMs < count.sinceMs + this.#limits.windowMs) count.failures++
    else this.#counts.set(network, { sinceMs: nowMs, failures: 1 })
  }
}
