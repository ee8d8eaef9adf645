// The second process of bench `log`: follows a log and reports when it saw each record. Started by
// log-bench.ts with the data folder.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { topics } from '@tocsin/event-log/topics'

const log = await openEmbeddedLog({ dataDir: process.argv[2]! })
const signal = new AbortController().signal
const cursor = await log.cursorAt(topics.incidents, 'latest')
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
for await (const page of log.tail(cursor, { signal })) {
  const at = performance.timeOrigin + performance.now()
  for (const record of page.records) process.send?.({ id: record.id, at })
}
