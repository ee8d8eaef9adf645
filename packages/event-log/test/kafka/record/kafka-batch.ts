// A batch in Kafka's format 2 from the library's own encoder: tests of drivers and of our codec
// compare with an independent encoder.

import { createRecordsBatch } from '@platformatic/kafka'

/** One uncompressed batch of values without keys or headers. */
export function encodeBatch(values: readonly string[]): Buffer {
  return createRecordsBatch(values.map(value => ({ topic: 'any', value: Buffer.from(value) })))
    .buffer
}
