// Bench `console`: the console with ten thousand open alerts while twenty events a second arrive, in
// a real Chromium, compared with a page of plain rows; how soon it can be used on a slow
// laptop; and the lists that it asks for.

import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { BoardLoad } from './console/board-load.ts'
import {
  type BenchPage,
  openConsole,
  openPage,
  openPlainRows,
  readMetrics,
  scrollPage,
  watchTasks,
  withBrowser
} from './console/browser.ts'
import { measureLists } from './console/lists.ts'
import { type BenchSuite, openSuite } from './load/suite.ts'
import type { Figure } from './runner/figures.ts'
import { computeQuantiles, describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'

const openAlerts = 10_000
const eventsPerSecond = 20
const plainRows = 3000
const boardAgeMs = 12 * 3_600_000
const scrollTurns = 3
/** Interval of samples: the list moves in one, an alert is open in the next, ms. */
const sampleMs = 60_000
/** A busy day. */
const firstLoadAlerts = 300
const firstLoads = 10
/** How many times slower the processor is made, and the link. */
const slowdown = 4
const link = { mbitPerSecond: 10, roundTripMs: 40 }

export const bench: Bench = {
  name: 'console',
  what: `the console with ${openAlerts} open alerts and ${eventsPerSecond} events a second, beside plain rows`,
  cases: [
    { name: 'list', measure: measureConsole },
    { name: 'first-load', measure: measureFirstLoad },
    { name: 'lists', isOptional: true, measure: measureLists }
  ]
}

async function withConsole<T>(use: (suite: BenchSuite, log: EventLog) => Promise<T>): Promise<T> {
  const { buildConsole } = await import('../../../services/console/build/build-console.ts')
  await buildConsole(text => console.error(text))
  await using suite = await openSuite({ roles: ['notifier'] })
  await using log = await openEmbeddedLog({ dataDir: suite.dataDir })
  return await use(suite, log)
}

/** `seconds` of arrivals: ten minutes for the targets. */
function measureConsole({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  return withConsole((suite, log) =>
    withBrowser(false, async browser => {
      const load = new BoardLoad(log, Date.now() - boardAgeMs)
      await load.raise(openAlerts, false)
      const [desk, plain] = [await openPage(browser), await openPage(browser)]
      await openConsole(desk, suite.notifier, suite.key)
      await openPlainRows(plain, plainRows)
      for (const page of [desk, plain]) await watchTasks(page)
      const samples = [await readMetrics(desk)]
      const startMs = performance.now()
      let hasArrived = false
      const arriving = load.run(seconds, eventsPerSecond).finally(() => {
        hasArrived = true
      })
      arriving.catch(() => {})
      const [framesMs, plainMs] = await scrollByTurns([desk, plain])
      for (let minute = 0; minute === 0 || !hasArrived; minute += 1) {
        await (minute % 2 === 0 ? showTop(desk) : openAlert(desk))
        await Promise.race([arriving, delay(sampleMs)])
        samples.push(await readMetrics(desk))
      }
      await arriving
      const share =
        (samples.at(-1)!.busySeconds - samples[0]!.busySeconds) /
        ((performance.now() - startMs) / 1000)
      return [
        {
          what: 'frames while scrolling',
          unit: '/s',
          value: computeFrameRate(framesMs!),
          ceiling: computeFrameRate(plainMs!),
          target: { atLeast: 50 }
        },
        {
          what: 'longest task of the main thread',
          unit: 'ms',
          value: Math.max(...samples.slice(1).map(({ longestMs }) => longestMs)),
          target: { below: 100 }
        },
        {
          what: 'longest task of plain rows meanwhile',
          unit: 'ms',
          value: (await readMetrics(plain)).longestMs
        },
        { what: 'main thread, share of the time', value: share },
        { what: 'heap at the end', unit: 'MB', value: samples.at(-1)!.heapMb },
        {
          what: 'heap: last third to first third',
          value: computeGrowth(samples.map(({ heapMb }) => heapMb)),
          target: { below: 1.05 }
        }
      ]
    })
  )
}

async function scrollByTurns(pages: readonly BenchPage[]): Promise<readonly (readonly number[])[]> {
  const framesMs: number[][] = pages.map(() => [])
  for (let turn = 0; turn < scrollTurns; turn += 1)
    for (const [i, page] of pages.entries())
      framesMs[i]!.push(...(await scrollPage(page, turn % 2 === 0 ? 1 : -1)))
  return framesMs
}

function computeFrameRate(framesMs: readonly number[]): number {
  return (framesMs.length * 1000) / framesMs.reduce((sum, each) => sum + each, 0)
}

/** The share of the samples in which lists of limited size fill up: they are left out. */
const warmUpShare = 0.25
/** Of fewer samples none is left out. */
const enoughSamples = 8

/** The mean of the last third of the samples to that of the first. */
export function computeGrowth(samples: readonly number[]): number {
  const first = samples.length < enoughSamples ? 0 : Math.ceil(samples.length * warmUpShare)
  const steady = samples.slice(first)
  const third = Math.max(1, Math.floor(steady.length / 3))
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0)
  return sum(steady.slice(-third)) / sum(steady.slice(0, third))
}

/** The list is at its top and moves. */
async function showTop({ page }: BenchPage): Promise<void> {
  await page.bringToFront()
  if ((await page.locator('.alert').count()) > 0) await page.keyboard.press('Escape')
  await page.evaluate(
    `document.activeElement.blur(), document.querySelector('.scroller').scrollTo(0, 0)`
  )
}

/** While an alert is open rows stand still, and new ones wait. */
async function openAlert({ page }: BenchPage): Promise<void> {
  await page.locator('.row-main').first().click()
  await page.locator('.alert h2').waitFor()
}

/**
 * Until a row can be pressed, and until its alert is open, by the page's own clock, which begins with
 * its first request, without a browser cache. The ceiling: the same files fetched and not run.
 */
function measureFirstLoad(): Promise<readonly Figure[]> {
  return withConsole((suite, log) =>
    withBrowser(false, async browser => {
      await new BoardLoad(log, Date.now() - boardAgeMs).raise(firstLoadAlerts, false)
      const desk = await openPage(browser)
      await openConsole(desk, suite.notifier, suite.key)
      await slowDown(desk)
      const { page } = desk
      const [rowsMs, alertsMs, fetchesMs]: [number[], number[], number[]] = [[], [], []]
      for (let round = 0; round < firstLoads; round++) {
        await page.goto(`${suite.notifier}/`, { waitUntil: 'commit' })
        await page.locator('.row-main').first().click()
        rowsMs.push(await page.evaluate<number>('performance.now()'))
        await page.locator('.alert h2').waitFor()
        alertsMs.push(await page.evaluate<number>('performance.now()'))
        fetchesMs.push(await fetchAssets(desk))
      }
      return [
        ...describeLatency('first request → a row can be pressed', rowsMs, {
          ceiling: fetchesMs,
          longest: { below: 2000 }
        }),
        {
          what: 'first request → its alert is open, p50',
          unit: 'ms',
          value: computeQuantiles(alertsMs).p50Ms
        }
      ]
    })
  )
}

async function slowDown({ cdp }: BenchPage): Promise<void> {
  const throughput = (link.mbitPerSecond * 1e6) / 8
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: link.roundTripMs,
    downloadThroughput: throughput,
    uploadThroughput: throughput
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}

/** Fetches the files of the page in parallel over the same link. Resolves with the time, ms. */
function fetchAssets({ page }: BenchPage): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const names = performance.getEntriesByType('resource').map(({ name }) => name)
    const began = performance.now()
    await Promise.all(names.filter(name => name.includes('/assets/')).map(name =>
      fetch(name, { cache: 'no-store' }).then(answer => answer.arrayBuffer())))
    return performance.now() - began
  })()`)
}
