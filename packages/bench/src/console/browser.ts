// Pages of a bench in a real Chromium, and what the browser itself states of them: frames while they
// are scrolled, and memory.

import { findChromium } from '@tocsin/testing/process/chromium'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

/** With a map, graphics are drawn by the processor: all that is on the page then costs more. */
const mapArguments = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const openMaxMs = 120_000
/** Fast reading: fifty rows a second. */
const scrollPxPerSecond = 3000
const scrollPx = 12_000
const rowPx = 62

export interface BenchPage {
  readonly page: Page
  readonly cdp: CDPSession
}

export async function withBrowser<T>(
  hasMap: boolean,
  use: (browser: Browser) => Promise<T>
): Promise<T> {
  const executablePath = findChromium()
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
export async function openPage(browser: Browser, hasMap: boolean): Promise<BenchPage> {
  const viewport = hasMap ? { width: 1400, height: 900 } : { width: 1100, height: 800 }
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

/** The heap of a page once all garbage is collected, MB. */
export async function measureHeap({ cdp }: BenchPage): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('Performance.enable')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const bytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value
  if (bytes === undefined) throw new Error('the browser does not state the heap of the page')
  return bytes / 1e6
}
