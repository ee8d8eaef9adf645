// A batch in Kafka's format 2 made by the library's own encoder: tests of drivers and of our codec hold to somebody else's bytes.

import { createRecordsBatch } from '@platformatic/kafka'

/** One batch of values without keys or headers, not compressed. */
export function encodeBatch(values: readonly string[]): Buffer {
  return createRecordsBatch(values.map(value => ({ topic: 'any', value: Buffer.from(value) }))).buffer
}
