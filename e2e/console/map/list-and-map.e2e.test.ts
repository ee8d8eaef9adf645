// List and map at once, beside and below one another: nothing hinders anybody, and what is done
// with the selected leaves both.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const severities = ['extreme', 'severe', 'moderate', 'minor'] as const
/** Two lines of a row, px. */
const rowPx = 62

describe.skipIf(executablePath === undefined)('a list with its map', () => {
  let browser: Browser
  let notifier: ListeningNotifier
  beforeAll(async () => {
    browser = await startBrowser()
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    for (let i = 0; i < 12; i += 1) {
      const area = {
        country: ['ML'],
        admin1: ['ML-5'],
        settlement: 'ML-5/x',
        circle: [14 + i / 4, -4.2, 1] as const
      }
      await alerts.write('raised', `a${i}`, {
        severity: severities[i % 4] ?? 'minor',
        area: { ...area, circle: [...area.circle] }
      })
    }
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it.each([
    [1100, 'light'],
    [1100, 'dark'],
    [1280, 'light'],
    [1280, 'dark']
  ])(
    'breaks no rule of WCAG 2.2 AA, also with the form of what is selected, %i wide and %s',
    async (width, look) => {
      const query = `?map=yes&look=${look}`
      const viewport = { width, height: 800 }
      const { page, complaints } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        query,
        viewport
      })
      await soon(() => page.locator('.map-words').count()).toBe(0)
      expect(await violationsOf(page)).toEqual([])
      const top = () =>
        page
          .locator('.row')
          .nth(1)
          .evaluate(row => row.getBoundingClientRect().top)
      const before = await top()
      await page.locator('.row-pick input').first().check()
      await page.locator('.bulk').waitFor()
      await soon(() => page.locator('.map-notes').textContent()).toContain('selected in the list')
      expect(await top()).toBe(before)
      expect(await violationsOf(page)).toEqual([])
      // Each has its own place: none lies over another, or out of the page.
      const boxes = await Promise.all(
        ['.scroller', '.bulk', '.map'].map(each => page.locator(each).boundingBox())
      )
      const [list, bulk, map] = boxes.map(box => box ?? { x: 0, y: 0, width: 0, height: 0 })
      expect(list?.height).toBeGreaterThanOrEqual(2 * rowPx)
      expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual((bulk?.y ?? 0) + 1)
      const isBeside = (map?.x ?? 0) >= (bulk?.x ?? 0) + (bulk?.width ?? 0) - 1
      expect(isBeside || (bulk?.y ?? 0) + (bulk?.height ?? 0) <= (map?.y ?? 0) + 1).toBe(true)
      expect((map?.y ?? 0) + (map?.height ?? 0)).toBeLessThanOrEqual(viewport.height)
      expect(complaints).toEqual([])
      await page.context().close()
    },
    300_000
  )
})
