// Takes the pictures of the README from a suite at the end of the demonstration:
//   node e2e/pictures/take-pictures.ts http://127.0.0.1:8080 data/owner.key
// Run by hand when the console looks different; whoever runs it looks at them before they are committed.

import { readFileSync, writeFileSync } from 'node:fs'
import { openConsole, withBrowser } from '@tocsin/bench/console/bench-browser'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { buildConsole } from '../../services/console/build/build-console.ts'

const [url, keyFile] = process.argv.slice(2)
if (url === undefined || keyFile === undefined) throw new Error('usage: take-pictures.ts URL KEY-FILE')
const key = readFileSync(keyFile, 'utf8').trim()
const quality = 82
/** Between two looks whether anything still moves, ms. */
const lookMs = 500
const desk: BrowserContextOptions = { viewport: { width: 1400, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce' }
const wall: BrowserContextOptions = { ...desk, viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' }

await buildConsole()
await withBrowser(true, async browser => {
  await take('console-queue', desk, async () => {})
  await take('console-alert', desk, async page => {
    await page.locator('.row-main', { hasText: 'Siege of Diosso' }).first().click()
    await page.locator('.alert ol.evidence li').first().waitFor()
  })
  await take('console-wall', wall, async page => {
    await page.locator('.look select').selectOption('wall')
  })

  async function take(name: string, options: BrowserContextOptions, arrange: (page: Page) => Promise<void>): Promise<void> {
    const page = await (await browser.newContext(options)).newPage()
    const cdp = await page.context().newCDPSession(page)
    await openConsole({ page, cdp }, url as string, key)
    await page.locator('canvas').first().waitFor()
    await arrange(page)
    await stands(page)
    await page.mouse.move(0, 0)
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality })
    writeFileSync(new URL(`../../infra/pictures/${name}.webp`, import.meta.url), Buffer.from(data, 'base64'))
    console.log(`infra/pictures/${name}.webp`)
    await page.context().close()
  }
})

/** The map has its words and its alerts: nothing moves any more, but for the clock. */
async function stands(page: Page): Promise<void> {
  const seen = async () => (await page.screenshot({ mask: [page.locator('header').first()] })).toString('base64')
  await page.getByText('Drawing the map').waitFor({ state: 'detached' })
  for (let before = ''; ; ) {
    await new Promise(resolve => setTimeout(resolve, lookMs))
    const now = await seen()
    if (now === before) return
    before = now
  }
}
