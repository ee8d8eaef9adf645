// Makes the same secret again for a repeated request, without storing more than is stored for every
// secret.

import { createHmac } from 'node:crypto'

/**
 * 32 bytes that are the same for the same parts. They reveal no information without the suite's
 * secret, even if the parts are known or chosen. Pure.
 */
export type RetriedBytes = (...parts: readonly string[]) => Buffer

/** `key`: the suite's secret for this purpose alone, 32 bytes. */
export function retriedBytes(key: Buffer): RetriedBytes {
  // As JSON, no two lists of parts are one text.
  return (...parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest()
}
