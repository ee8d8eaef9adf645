// Pages of a bench in a real Chromium, and what the browser itself states of them: frames while they
// are scrolled, memory, and tasks of the main thread.

import { findChromium, findHeadlessChromium } from '@tocsin/testing/process/chromium'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

/** With a map, graphics are drawn by the processor: all that is on the page then costs more. */
const mapArguments = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const openMaxMs = 120_000
/** Fast reading: fifty rows a second. */
const scrollPxPerSecond = 3000
const scrollPx = 12_000
const rowPx = 44

export interface BenchPage {
  readonly page: Page
  readonly cdp: CDPSession
}

export async function withBrowser<T>(
  hasMap: boolean,
  use: (browser: Browser) => Promise<T>
): Promise<T> {
  const executablePath = findChromium() ?? findHeadlessChromium()
  if (executablePath === null) throw new Error('there is no Chromium on this machine')
  const args = ['--no-sandbox', ...(hasMap ? mapArguments : [])]
  const browser = await chromium.launch({ executablePath, args })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

/** A page in a window of its own, so that none is in the background. */
export async function openPage(browser: Browser): Promise<BenchPage> {
  const viewport = { width: 1100, height: 800 }
  const page = await (await browser.newContext({ viewport })).newPage()
  page.setDefaultTimeout(openMaxMs)
  return { page, cdp: await page.context().newCDPSession(page) }
}

/** The console, signed in, once all alerts have come. */
export async function openConsole({ page }: BenchPage, url: string, key: string): Promise<void> {
  await page.goto(`${url}/`)
  await page.locator('#key').fill(key)
  await page.locator('form button[type=submit]').click()
  await page.locator('.count', { hasText: /\d alerts$/ }).waitFor()
}

/** What the machine can do at best: rows of the same size without a program. */
export async function openPlainRows({ page }: BenchPage, rows: number): Promise<void> {
  const row = `<li style="block-size:${rowPx}px">Attacks on villages of an area</li>`
  await page.setContent(`<title>Plain rows</title><ul>${row.repeat(rows)}</ul>`)
}

/** Scrolls by the wheel. Resolves with the durations of the frames, ms. */
export async function scrollPage(
  { page, cdp }: BenchPage,
  direction: 1 | -1
): Promise<readonly number[]> {
  await page.bringToFront()
  await page.evaluate(`
    globalThis.benchFrames = []
    globalThis.benchFrame = at => { benchFrames.push(at); benchHandle = requestAnimationFrame(benchFrame) }
    globalThis.benchHandle = requestAnimationFrame(benchFrame); 0`)
  await cdp.send('Input.synthesizeScrollGesture', {
    x: 400,
    y: 500,
    yDistance: -direction * scrollPx,
    speed: scrollPxPerSecond,
    gestureSourceType: 'mouse'
  })
  const at = (await page.evaluate('cancelAnimationFrame(benchHandle), benchFrames')) as number[]
  return at.slice(1).map((each, i) => each - at[i]!)
}

export interface PageMetrics {
  readonly heapMb: number
  /** Time for which the main thread ran tasks so far. */
  readonly busySeconds: number
  /** The longest task since the last reading, ms; 0 if none took 50. */
  readonly longestMs: number
}

/** Makes the page note its tasks of 50 ms and more. */
export async function watchTasks({ page }: BenchPage): Promise<void> {
  await page.evaluate(`globalThis.longTasks = []
    new PerformanceObserver(list => longTasks.push(...list.getEntries().map(task => task.duration)))
      .observe({ type: 'longtask' }); 0`)
}

/** What the browser states of a page once all garbage is collected, which is no task of the page. */
export async function readMetrics({ page, cdp }: BenchPage): Promise<PageMetrics> {
  const longestMs = await page.evaluate<number>('Math.max(0, ...longTasks)')
  await cdp.send('Performance.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  await page.evaluate('new Promise(done => setTimeout(() => done(longTasks.length = 0), 100))')
  const find = (name: string) => {
    const found = metrics.find(metric => metric.name === name)
    if (found === undefined) throw new Error(`the browser does not state ${name} of the page`)
    return found.value
  }
  return { heapMb: find('JSHeapUsedSize') / 1e6, busySeconds: find('TaskDuration'), longestMs }
}
