// A batch in Kafka's format 2 by the encoder of kafkajs: an independent one to compare with.

import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0/index.js'

/** One uncompressed batch of values without keys or headers. */
export async function encodeByKafkaJs(values: readonly string[]): Promise<Buffer> {
  const records = values.map((value, offsetDelta) =>
    encodeRecord({ offsetDelta, key: null, value: Buffer.from(value) })
  )
  return (await RecordBatch({ lastOffsetDelta: values.length - 1, records })).buffer
}
