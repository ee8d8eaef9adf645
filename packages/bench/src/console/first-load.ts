// How soon the console can be used on a slow laptop behind a slow link, with nothing kept by the
// browser: until a row can be pressed, and until its alert is open. Beside it the same files
// fetched by a page that runs none of them.

import { quantilesOf } from '../measure/quantiles.ts'
import { withNotifier } from '../stream/one-notifier.ts'
import { type BenchPage, openConsole, openPage, withBrowser } from './bench-browser.ts'
import { ConsoleLoad } from './console-load.ts'

/** A busy day. */
const openCount = 300
const rounds = 10
/** How many times slower the processor is made. */
const slowdown = 4
const link = { mbitPerSecond: 10, roundTripMs: 40 }
/** Target. Source: speed.md#console. */
const usableMaxMs = 2_000

interface Times {
  /** From the first request until a row can be pressed, ms. */
  readonly rowMs: number
  /** Until the alert behind it is open. */
  readonly alertMs: number
  readonly transferMs: number
}

export interface FirstLoadBench {
  readonly bench: 'first-load'
  readonly open: number
  readonly slowdown: number
  readonly link: typeof link
  /** Of scripts and styles, packed as they came. */
  readonly kilobytes: number
  readonly rounds: readonly Times[]
  readonly reached: boolean
}

/** Measures. Resolves with the figures. */
export function measureFirstLoad(): Promise<FirstLoadBench> {
  return withNotifier(({ url, headers, log }) =>
    withBrowser(false, async browser => {
      await new ConsoleLoad(log).raise(openCount)
      const desk = await openPage(browser, false)
      await openConsole(desk, url, headers.authorization?.replace('Bearer ', '') ?? '')
      await slowDown(desk)
      const taken: Times[] = []
      for (let round = 0; round < rounds; round++)
        taken.push({ ...(await loadOnce(desk, url)), transferMs: await fetchOnce(desk) })
      const kilobytes = (await filesOf(desk)).reduce((sum, { bytes }) => sum + bytes, 0) / 1_000
      const reached = quantilesOf(taken.map(({ rowMs }) => rowMs)).maxMs < usableMaxMs
      return {
        bench: 'first-load',
        open: openCount,
        slowdown,
        link,
        kilobytes,
        rounds: taken,
        reached
      }
    })
  )
}

/** The figures as text. Pure. */
export function renderFirstLoad({ open, kilobytes, rounds, reached }: FirstLoadBench): string {
  const text = (of: (times: Times) => number) => {
    const { p50Ms, maxMs } = quantilesOf(rounds.map(of))
    return `${p50Ms.toFixed(0).padStart(6)} ms, at most ${maxMs.toFixed(0)}`
  }
  return [
    `first load: ${open} open alerts, processor ${slowdown} times slower, ${link.mbitPerSecond} Mbit/s, ${link.roundTripMs} ms there and back, nothing kept, ${rounds.length} times`,
    `  until a row can be pressed  ${text(({ rowMs }) => rowMs)}`,
    `  until its alert is open     ${text(({ alertMs }) => alertMs)}`,
    `  its files fetched, not run  ${text(({ transferMs }) => transferMs)}, ${kilobytes.toFixed(0)} kB`,
    `a row within ${usableMaxMs / 1_000} s each time: ${reached ? 'REACHED' : 'SHORT'}`
  ].join('\n')
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

/** The times are those of the page's own clock, which begins with its first request. */
async function loadOnce({ page }: BenchPage, url: string): Promise<Omit<Times, 'transferMs'>> {
  await page.goto(`${url}/`, { waitUntil: 'commit' })
  const row = page.locator('.row-main').first()
  // Pressed as soon as it is there and stands still.
  await row.click()
  const rowMs = await sinceBegin(page)
  await page.locator('.alert h2').waitFor()
  return { rowMs, alertMs: await sinceBegin(page) }
}

function sinceBegin(page: BenchPage['page']): Promise<number> {
  return page.evaluate<number>('performance.now()')
}

interface LoadedFile {
  readonly name: string
  readonly bytes: number
}

function filesOf({ page }: BenchPage): Promise<readonly LoadedFile[]> {
  return page.evaluate<LoadedFile[]>(
    `performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize }))`
  )
}

/** All at once over the same link; a file that was fetched is compiled by nobody. */
async function fetchOnce(desk: BenchPage): Promise<number> {
  const names = (await filesOf(desk)).map(({ name }) => name)
  return desk.page.evaluate<number>(
    `(async () => { const began = performance.now(); await Promise.all(${JSON.stringify(names)}.map(name => fetch(name, { cache: 'no-store' }).then(answer => answer.arrayBuffer()))); return performance.now() - began })()`
  )
}
