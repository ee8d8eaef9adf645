// The real clock and the real randomness behind the domain's ports. Only a process that really runs takes these; tests and simulations bring
// their own.

import { randomBytes } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export { systemClock } from '@tocsin/event-log/system-clock'

export const systemRandom: Random = {
  bytes: length => new Uint8Array(randomBytes(length)),
  /** 53 bits, as many as a double holds. */
  next: () => {
    const bytes = randomBytes(7)
    return (bytes.readUIntBE(0, 6) * 32 + ((bytes[6] ?? 0) & 31)) / 2 ** 53
  }
}
