// A map whose files do not come over a bad link: the page says so and the list carries on; pressed
// again, it is drawn.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

/** How far the buttons of a map reach into it, px. */
const mapButtonsPx = 39
const roomBeside = (words: Element) =>
  (words.closest('.map')?.getBoundingClientRect().right ?? 0) - words.getBoundingClientRect().right

describe.skipIf(executablePath === undefined)('a map over a bad link', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'a1', { severity: 'extreme' })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const said = (page: Page) => page.locator('.map-words [role=status]').textContent()

  for (const [look, files, fails] of [
    ['light', '**/assets/base-map-*.json', 'hangs'],
    ['dark', '**/assets/map-script-*.js', 'breaks off']
  ] as const) {
    it(`that ${fails} is said not to be loaded, while the list goes on; tried again, it is drawn`, async () => {
      const query = `?look=${look}&map=no`
      const viewport = { width: 1280, height: 720 }
      const { page, complaints } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        query,
        viewport
      })
      let asked = 0
      await page.route(files, async route => {
        asked += 1
        // One that hangs is never answered.
        if (fails === 'breaks off') await route.abort('connectionreset')
      })
      await page.getByRole('button', { name: 'Map', exact: true }).click()
      await soon(() => said(page)).toMatch(/^The map could not be loaded/)
      expect(asked).toBe(1)
      expect(await page.locator('.map-words').evaluate(roomBeside)).toBeGreaterThan(mapButtonsPx)
      expect(await violationsOf(page)).toEqual([])
      await alerts.write('raised', `later-${look}`, { severity: 'severe' })
      await page.locator(`[data-alert="later-${look}"]`).waitFor()
      await page.unroute(files)
      await page.getByRole('button', { name: 'Try again' }).press('Enter')
      await soon(() => page.locator('.map-words').count()).toBe(0)
      expect(complaints).toEqual([])
      await page.context().close()
    }, 300_000)
  }
})
