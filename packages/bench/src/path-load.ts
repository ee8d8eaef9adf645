// Another process of bench `path`: it posts ordinary reports at a steady rate. A `Helper` starts
// this file.

import { ReportPoster } from '@tocsin/testing/client/report-poster'
import { makeQuietReport } from './load/reports.ts'
import { serveCalls } from './runner/helper-process.ts'

let stop = new AbortController()
let posting: Promise<readonly { readonly status: number }[]> = Promise.resolve([])
let startMs = 0

interface Load {
  readonly url: string
  readonly key: string
  readonly perSecond: number
}

const calls = {
  start({ url, key, perSecond }: Load): void {
    stop = new AbortController()
    startMs = performance.now()
    const poster = new ReportPoster({ urls: [url], key, retryMs: null, connections: 16 })
    posting = poster.postAtRate({ perSecond, body: makeQuietReport, signal: stop.signal })
  },

  /** Resolves with the accepted reports a second. Rejects if one was refused. */
  async stop(): Promise<number> {
    stop.abort()
    const seconds = (performance.now() - startMs) / 1000
    const outcomes = await posting
    const refused = outcomes.filter(({ status }) => status !== 202).length
    if (refused > 0) throw new Error(`${refused} reports of the load were refused`)
    return outcomes.length / seconds
  }
}

export type LoadCalls = typeof calls

serveCalls(calls)
