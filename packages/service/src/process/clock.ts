// The real clock and randomness behind the domain's ports. Only real processes use them; tests and
// simulations bring their own.

import { randomBytes } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export { systemClock } from '@tocsin/event-log/system-clock'

/**
 * Random bytes are drawn in blocks of this size: a system call for each few bytes would cost more
 * than sealing with them.
 */
const poolBytes = 4096
let pool = Buffer.alloc(0)

/** Fresh random bytes in their own buffer; they are wiped from the pool. */
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
    const bytes = Buffer.from(drawn(7).buffer)
    return (bytes.readUIntBE(0, 6) * 32 + ((bytes[6] ?? 0) & 31)) / 2 ** 53
  }
}
