// Tasks of the main threads of pages, from the browser's own tracing: how long each took, and how
// long its thread ran meanwhile.

import type { Browser, CDPSession } from 'playwright-core'
import type { BenchPage } from './browser.ts'

/** Sums over the tasks of a thread. */
export interface MainThread {
  /** The longest task on the wall clock, and the longest by the time for which its thread ran. */
  readonly longestMs: number
  readonly longestCpuMs: number
  readonly cpuMs: number
  readonly traceMs: number
}

/** A trace is read and begun again after this time: the browser keeps no more. */
const traceMaxMs = 20_000
const mark = 'bench-page-'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  /** µs, of the wall and of the thread. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Traces until `until` settles. One result for each page, in the order of `pages`. */
export async function traceMainThreads(
  browser: Browser,
  pages: readonly BenchPage[],
  until: Promise<unknown>
): Promise<readonly MainThread[]> {
  const cdp = await browser.newBrowserCDPSession()
  let threads: readonly MainThread[] = []
  let isOver = false
  const over = until.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) {
    const events = await trace(cdp, pages, over)
    threads = pages.map((_, i) => addThread(threads[i], findThread(events, `${mark}${i}`)))
  }
  await over
  await cdp.detach()
  return threads
}

async function trace(
  cdp: CDPSession,
  pages: readonly BenchPage[],
  over: Promise<unknown>
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = []
  const collect = ({ value }: { readonly value: readonly object[] }) => {
    for (const event of value as readonly TraceEvent[]) if (isUsed(event)) events.push(event)
  }
  cdp.on('Tracing.dataCollected', collect)
  const timeline = 'disabled-by-default-devtools.timeline'
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: [timeline, 'blink.user_timing', '__metadata'] }
  })
  for (const [i, { page }] of pages.entries())
    await page.evaluate(`performance.mark('${mark}${i}')`)
  const full = Promise.withResolvers<void>()
  const timer = setTimeout(full.resolve, traceMaxMs)
  await Promise.race([full.promise, over.catch(() => {})])
  clearTimeout(timer)
  const complete = new Promise(resolve => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.end')
  await complete
  cdp.off('Tracing.dataCollected', collect)
  for (const { page } of pages) await page.evaluate('performance.clearMarks()')
  return events
}

function isUsed({ name }: TraceEvent): boolean {
  return name === 'RunTask' || name === 'thread_name' || name.startsWith(mark)
}

function findThread(events: readonly TraceEvent[], markName: string): MainThread {
  const pid = events.find(({ name }) => name === markName)?.pid
  const tid = events.find(
    each => each.pid === pid && each.name === 'thread_name' && each.args?.name === 'CrRendererMain'
  )?.tid
  if (tid === undefined) throw new Error('the trace does not name the main thread of the page')
  const tasks = events.filter(
    each => each.pid === pid && each.tid === tid && each.name === 'RunTask'
  )
  const thread = { longestMs: 0, longestCpuMs: 0, cpuMs: 0 }
  for (const { dur = 0, tdur = 0 } of tasks) {
    thread.longestMs = Math.max(thread.longestMs, dur / 1000)
    thread.longestCpuMs = Math.max(thread.longestCpuMs, tdur / 1000)
    thread.cpuMs += tdur / 1000
  }
  return { ...thread, traceMs: ((tasks.at(-1)?.ts ?? 0) - (tasks[0]?.ts ?? 0)) / 1000 }
}

export function addThread(sum: MainThread | undefined, more: MainThread): MainThread {
  if (sum === undefined) return more
  return {
    longestMs: Math.max(sum.longestMs, more.longestMs),
    longestCpuMs: Math.max(sum.longestCpuMs, more.longestCpuMs),
    cpuMs: sum.cpuMs + more.cpuMs,
    traceMs: sum.traceMs + more.traceMs
  }
}
