// Pages of a bench in a real Chromium, and what the browser itself says of their memory and of
// their main thread.

import { findChromium } from '@tocsin/testing/process/chromium'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

/** With a map, graphics are drawn by the processor: all that is on the page then costs more. */
const drawsMaps = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const openedMaxMs = 120_000

export async function withBrowser<T>(
  hasMap: boolean,
  use: (browser: Browser) => Promise<T>
): Promise<T> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium on this machine')
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', ...(hasMap ? drawsMaps : [])]
  })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

export interface BenchPage {
  readonly page: Page
  readonly cdp: CDPSession
}

/** A page of its own window, so that none is in the background. */
export async function openPage(browser: Browser, hasMap: boolean): Promise<BenchPage> {
  const viewport = hasMap ? { width: 1400, height: 900 } : { width: 1100, height: 800 }
  const page = await (await browser.newContext({ viewport })).newPage()
  page.setDefaultTimeout(openedMaxMs)
  return { page, cdp: await page.context().newCDPSession(page) }
}

/** The console, signed in, once all of the alerts have come. */
export async function openConsole(at: BenchPage, url: string, key: string): Promise<void> {
  await at.page.goto(`${url}/`)
  await at.page.locator('#key').fill(key)
  await at.page.locator('form button[type=submit]').click()
  await at.page.locator('.count', { hasText: /\d alerts$/ }).waitFor()
}

export const rowPx = 62
/** What the machine can do at best: rows of the same size that nobody computes. */
export async function openPlainRows({ page }: BenchPage, rows: number): Promise<void> {
  const row = `<li style="block-size:${rowPx}px">Attacks on villages of an area</li>`
  await page.setContent(`<title>Plain rows</title><ul>${row.repeat(rows)}</ul>`)
}

export interface Held {
  readonly heapMb: number
  readonly nodes: number
  readonly listeners: number
}

/** What the page holds once everything was collected that can be. */
export async function heldBy({ cdp }: BenchPage): Promise<Held> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('Performance.enable')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const of = (name: string) => metrics.find(metric => metric.name === name)?.value ?? 0
  return {
    heapMb: of('JSHeapUsedSize') / 1e6,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners')
  }
}
