// Takes the pictures of the README from a suite at the end of the demonstration:
//   node e2e/pictures/take-pictures.ts http://127.0.0.1:8080 data/owner.key
// Run by hand when the console looks different; whoever runs it looks at them before they are
// committed. Those that the README does not show go into a folder of this machine, to be looked at
// alone.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openConsole, withBrowser } from '@tocsin/bench/console/browser'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { buildConsole } from '../../services/console/build/build-console.ts'

const [url, keyFile] = process.argv.slice(2)
if (url === undefined || keyFile === undefined)
  throw new Error('usage: take-pictures.ts URL KEY-FILE')
const key = readFileSync(keyFile, 'utf8').trim()
const quality = 82
/** Between two looks whether anything still moves, ms. */
const lookMs = 500
const desk: BrowserContextOptions = {
  viewport: { width: 1400, height: 900 },
  colorScheme: 'light',
  reducedMotion: 'reduce'
}
const wall: BrowserContextOptions = {
  ...desk,
  viewport: { width: 1920, height: 1080 },
  colorScheme: 'dark'
}

const ofReadme = fileURLToPath(new URL('../../infra/pictures', import.meta.url))
const toLookAt = join(tmpdir(), 'tocsin-pictures')
mkdirSync(toLookAt, { recursive: true })

await buildConsole()
await withBrowser(true, async browser => {
  const dark: BrowserContextOptions = { ...desk, colorScheme: 'dark' }
  await take(ofReadme, 'console-queue', desk, async () => {})
  await take(ofReadme, 'console-alert', desk, openSiege)
  await take(ofReadme, 'console-wall', wall, async page => {
    await page.locator('.who > .menu-button').click()
    await page.locator('.who select:has(option[value=wall])').selectOption('wall')
    await page.locator('.ticker li').first().waitFor()
  })
  await take(toLookAt, 'console-dark', dark, openSiege)
  await take(toLookAt, 'console-map', desk, async () => {}, '.map')
  await take(toLookAt, 'console-map-dark', dark, async () => {}, '.map')
  await take(toLookAt, 'console-evidence-map', desk, async page => {
    await openSiege(page)
    await page.locator('.alert .map').scrollIntoViewIfNeeded()
    await page.locator('.alert .map .map-words').waitFor({ state: 'detached' })
  })
  await take(toLookAt, 'console-hand-over', desk, async page => {
    await page.getByRole('link', { name: 'Shift report' }).click()
    await page.locator('.report-item').first().waitFor()
  })
  await take(toLookAt, 'console-stale', desk, async page => {
    await openSiege(page)
    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
  })

  /** `part`: what alone is on the picture. */
  async function take(
    folder: string,
    name: string,
    options: BrowserContextOptions,
    arrange: (page: Page) => Promise<void>,
    part = 'body'
  ): Promise<void> {
    const page = await (await browser.newContext(options)).newPage()
    const cdp = await page.context().newCDPSession(page)
    await openConsole({ page, cdp }, url as string, key)
    await page.locator('canvas').first().waitFor()
    await arrange(page)
    await stands(page)
    await page.mouse.move(0, 0)
    const box = await page.locator(part).first().boundingBox()
    const clip = box === null ? {} : { clip: { ...box, scale: 1 } }
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality, ...clip })
    const file = join(folder, `${name}.webp`)
    writeFileSync(file, Buffer.from(data, 'base64'))
    console.log(file)
    await page.context().close()
  }
})

async function openSiege(page: Page): Promise<void> {
  await page.locator('.row-main', { hasText: 'Siege of Diosso' }).first().click()
  await page.locator('.alert ol.evidence li').first().waitFor()
}

/** The map has its words and its alerts: nothing moves any more, but for the clock. */
async function stands(page: Page): Promise<void> {
  const seen = async () =>
    (await page.screenshot({ mask: [page.locator('header').first()] })).toString('base64')
  // Beside an open alert the map of the list is hidden, and waits.
  const drawing = page.getByText('Drawing the map').filter({ visible: true })
  await drawing.first().waitFor({ state: 'detached' })
  for (let before = ''; ; ) {
    await new Promise(resolve => setTimeout(resolve, lookMs))
    const now = await seen()
    if (now === before) return
    before = now
  }
}
