// Another process of bench `log`: it follows a log and notes when it saw each record. A `Helper`
// starts this file.

import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { chooseLog } from './load/bench-log.ts'
import { readSharedMs } from './runner/clocks.ts'
import { serveCalls } from './runner/helper-process.ts'
import type { BenchOptions } from './runner/run-bench.ts'

type Arrival = readonly [id: string, atMs: number]

const arrivals: Arrival[] = []

const calls = {
  async follow({ dataDir, options }: { dataDir: string; options: BenchOptions }): Promise<void> {
    const log = await chooseLog(options).open(dataDir)
    const cursor = await log.cursorAt(topics.incidents, 'latest')
    const { signal } = new AbortController()
    void (async () => {
      for await (const { records } of log.tail(cursor, { signal }))
        for (const { id } of records) arrivals.push([id, readSharedMs()])
    })()
  },

  async waitForArrivals(count: number): Promise<readonly Arrival[]> {
    await waitFor(() => arrivals.length >= count, { what: `${count} records at the tail` })
    return arrivals
  }
}

export type TailCalls = typeof calls

serveCalls(calls)
