// The records of a log, for tests that read it.

import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import type { Topic } from '@tocsin/event-log/topics'

/** All records of a topic, partition by partition. */
export async function allStored(log: EventLog, topic: Topic): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for (const { partition, start, end } of await log.state(topic))
    await readUpTo(log, { topic, partition, from: start, to: end }, record => found.push(record))
  return found
}
