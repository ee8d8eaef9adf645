// The real clock and the real randomness behind the domain's ports. Only a process that really runs takes these; tests and simulations bring
// their own.

import { randomBytes } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export { systemClock } from '@tocsin/event-log/system-clock'

/** Chance is drawn in pieces of this size, bytes: a call of the system for each few bytes would cost more than sealing with them. */
const poolBytes = 4096
let pool = Buffer.alloc(0)

/** Bytes that were never given before, in memory of their own; what is given is wiped from the pool. */
function drawn(length: number): Uint8Array {
  if (length > poolBytes) return new Uint8Array(randomBytes(length))
  if (pool.length < length) pool = randomBytes(poolBytes)
  const bytes = Uint8Array.from(pool.subarray(0, length))
  pool.fill(0, 0, length)
  pool = pool.subarray(length)
  return bytes
}

export const systemRandom: Random = {
  bytes: drawn,
  /** 53 bits, as many as a double holds. */
  next: () => {
    const bytes = randomBytes(7)
    return (bytes.readUIntBE(0, 6) * 32 + ((bytes[6] ?? 0) & 31)) / 2 ** 53
  }
}
