// A page that becomes larger under the eyes of an officer: zoom leaves it the room of a smaller
// window, and an alert is open.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

describe.skipIf(executablePath === undefined)('a desk of 1440 by 900', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('keeps the open alert and what is typed on it before the eyes at 200 % and 400 %, and has its map again at 100 %', async () => {
    const log = new MemoryLog()
    await new AlertWriter(log).write('raised', 'a', { severity: 'extreme' })
    const notifier = await listenNotifier({}, log)
    const desk = { width: 1440, height: 900 }
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      viewport: desk
    })
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('The road is cut at')
    await page.locator('main > .map').waitFor()
    for (const times of [2, 4]) {
      const width = desk.width / times
      await page.setViewportSize({ width, height: desk.height / times })
      await soon(() => page.locator('main > .map').count()).toBe(0)
      await soon(() =>
        page.locator('.alert').evaluate(each => each.getBoundingClientRect().width)
      ).toBe(width)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await page.locator('.act textarea').inputValue()).toBe('The road is cut at')
    }
    await page.setViewportSize(desk)
    await page.locator('main > .map').waitFor()
    expect(await page.locator('.act textarea').inputValue()).toBe('The road is cut at')
    await page.context().close()
    await notifier.close()
  }, 300_000)
})
