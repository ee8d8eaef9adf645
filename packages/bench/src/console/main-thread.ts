// Tasks of the main threads of pages, from the browser's own tracing: how long each took, and how
// long its thread ran meanwhile.

import type { Browser, CDPSession } from 'playwright-core'
import type { BenchPage } from './bench-browser.ts'

/** `wallMs` without `cpuMs`: the thread waited for a processor, or for another thread. */
export interface Task {
  readonly wallMs: number
  readonly cpuMs: number
}

export interface MainThread {
  readonly tasks: number
  readonly longest: Task
  /** The task whose thread ran longest. */
  readonly busiest: Task
  /** Tasks beyond the limit. */
  readonly over: number
  readonly cpuMs: number
  readonly traceMs: number
}

/** No task may block the page for longer, ms. Source: speed.md#console. */
export const blockedMaxMs = 100
/** A trace is read and begun anew after this long: the browser keeps so much. */
const stretchMs = 20_000
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

/** Traces until `until` settles. One figure for each page, by the order of `pages`. */
export async function traceMainThreads(
  browser: Browser,
  pages: readonly BenchPage[],
  until: Promise<unknown>
): Promise<readonly MainThread[]> {
  const cdp = await browser.newBrowserCDPSession()
  const figures = pages.map(() => emptyFigure)
  let isOver = false
  const over = until.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) {
    const events = await stretch(cdp, pages, over)
    for (const [i] of pages.entries())
      figures[i] = joined(figures[i] as MainThread, threadOf(events, `${mark}${i}`))
  }
  await over
  await cdp.detach()
  return figures
}

async function stretch(
  cdp: CDPSession,
  pages: readonly BenchPage[],
  over: Promise<unknown>
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = []
  const take = ({ value }: { readonly value: readonly object[] }) => {
    for (const event of value as readonly TraceEvent[]) if (isWanted(event)) events.push(event)
  }
  cdp.on('Tracing.dataCollected', take)
  const includedCategories = [
    'disabled-by-default-devtools.timeline',
    'blink.user_timing',
    '__metadata'
  ]
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories }
  })
  for (const [i, { page }] of pages.entries())
    await page.evaluate(`performance.mark('${mark}${i}')`)
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise(resolve => {
    timer = setTimeout(resolve, stretchMs)
  })
  await Promise.race([ended, over.catch(() => {})])
  clearTimeout(timer)
  const complete = new Promise(resolve => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.end')
  await complete
  cdp.off('Tracing.dataCollected', take)
  // The marks themselves are the beginning, not what is measured.
  for (const { page } of pages) await page.evaluate('performance.clearMarks()')
  return events
}

function isWanted({ name }: TraceEvent): boolean {
  return name === 'RunTask' || name === 'thread_name' || name.startsWith(mark)
}

function threadOf(events: readonly TraceEvent[], markName: string): MainThread {
  const pid = events.find(({ name }) => name === markName)?.pid
  const tid = events.find(
    each => each.pid === pid && each.name === 'thread_name' && each.args?.name === 'CrRendererMain'
  )?.tid
  if (tid === undefined) throw new Error('the trace does not name the main thread of the page')
  const own = events.filter(each => each.pid === pid && each.tid === tid && each.name === 'RunTask')
  const [first, last] = [own[0]?.ts ?? 0, own.at(-1)?.ts ?? 0]
  const tasks = own.map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1_000, cpuMs: tdur / 1_000 }))
  return figureOf(tasks, (last - first) / 1_000)
}

const none: Task = { wallMs: 0, cpuMs: 0 }
const emptyFigure: MainThread = {
  tasks: 0,
  longest: none,
  busiest: none,
  over: 0,
  cpuMs: 0,
  traceMs: 0
}

export function joined(a: MainThread, b: MainThread): MainThread {
  return {
    tasks: a.tasks + b.tasks,
    longest: a.longest.wallMs > b.longest.wallMs ? a.longest : b.longest,
    busiest: a.busiest.cpuMs > b.busiest.cpuMs ? a.busiest : b.busiest,
    over: a.over + b.over,
    cpuMs: a.cpuMs + b.cpuMs,
    traceMs: a.traceMs + b.traceMs
  }
}

function figureOf(tasks: readonly Task[], traceMs: number): MainThread {
  const most = (by: keyof Task) =>
    tasks.reduce((found, task) => (task[by] > found[by] ? task : found), none)
  return {
    tasks: tasks.length,
    longest: most('wallMs'),
    busiest: most('cpuMs'),
    over: tasks.filter(({ wallMs }) => wallMs > blockedMaxMs).length,
    cpuMs: tasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    traceMs
  }
}
