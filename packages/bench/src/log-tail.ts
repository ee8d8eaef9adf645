// Another process of bench `log`: it follows a log and notes when it saw each record. A `Helper`
// starts this file.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { topics } from '@tocsin/event-log/topics'
import { readSharedMs } from './runner/clocks.ts'
import { serveCalls } from './runner/helper-process.ts'

const arrivals: [id: string, atMs: number][] = []

const calls = {
  async follow(dataDir: string): Promise<void> {
    const log = await openEmbeddedLog({ dataDir })
    const cursor = await log.cursorAt(topics.incidents, 'latest')
    void (async () => {
      for await (const { records } of log.tail(cursor, { signal: new AbortController().signal }))
        for (const { id } of records) arrivals.push([id, readSharedMs()])
    })()
  },

  readArrivals: () => arrivals
}

export type TailCalls = typeof calls

serveCalls(calls)
