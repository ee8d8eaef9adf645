// Counts failed attempts per address, so that a client with a wrong key has to wait and its noise
// costs little. Memory is bounded: when the table is full, the address that was seen first is
// forgotten.

import { isIPv6 } from 'node:net'
import { LRUCache } from 'lru-cache'

export interface FailureLimits {
  /** Failures of one address within the window before it has to wait. */
  readonly failuresMax: number
  readonly windowMs: number
  readonly addressesMax: number
}

export const defaultFailureLimits: FailureLimits = {
  failuresMax: 30,
  windowMs: 60_000,
  addressesMax: 10_000
}

interface Count {
  readonly sinceMs: number
  failures: number
}

export class FailureLimiter {
  readonly #limits: FailureLimits
  readonly #counts: LRUCache<string, Count>

  constructor(limits: FailureLimits = defaultFailureLimits) {
    this.#limits = limits
    this.#counts = new LRUCache({ maxSize: limits.addressesMax, sizeCalculation: () => 1 })
  }

  /** Addresses in the table. */
  get size(): number {
    return this.#counts.size
  }

  /** Milliseconds until the address may fail again; 0 while it may. Time is monotonic, ms. */
  waitMs(address: string, nowMs: number): number {
    const count = this.#counts.peek(computeNetwork(address))
    if (count === undefined || count.failures < this.#limits.failuresMax) return 0
    return Math.max(0, count.sinceMs + this.#limits.windowMs - nowMs)
  }

  /** Counts a failure. */
  note(address: string, nowMs: number): void {
    const network = computeNetwork(address)
    const count = this.#counts.peek(network)
    if (count !== undefined && nowMs < count.sinceMs + this.#limits.windowMs) {
      count.failures++
      return
    }
    this.#counts.set(network, { sinceMs: nowMs, failures: 1 })
  }
}

/**
 * The client, as far as an address identifies it: an IPv6 host has at least a /64, so its first
 * four groups are used.
 */
export function computeNetwork(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
