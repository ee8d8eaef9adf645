// What a repeated request makes again: the same secret, without anything being kept of it beyond
// what is kept of every secret.

import { createHmac } from 'node:crypto'

/**
 * 32 bytes that are the same for the same parts, and reveal nothing to who does not hold the
 * suite's secret, whatever parts they know or choose. Pure.
 */
export type RetriedBytes = (...parts: readonly string[]) => Buffer

/** `key`: the suite's secret for this purpose alone, 32 bytes. */
export function retriedBytes(key: Buffer): RetriedBytes {
  // As JSON, no two lists of parts are one text.
  return (...parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest()
}
