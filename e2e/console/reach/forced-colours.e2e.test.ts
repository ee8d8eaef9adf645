// Where the browser puts in colours of its own, as for who sees little: what a ground tells
// elsewhere is told all the same.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, startBrowser, violationsOf } from '../browser.ts'

const styleOf = (page: Page, selector: string, name: string, of = '') =>
  page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), '${of}')['${name}']`
  )

describe.skipIf(executablePath === undefined)('a browser with colours of its own', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('shows which alert is open, in which view, and that the page is not live', async () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    for (const id of ['a', 'b']) await alerts.write('raised', id, { severity: 'extreme' })
    const notifier = await listenNotifier({}, log)
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      forcedColors: 'active'
    })
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    const [open, other] = ['.row-main[aria-current="true"]', '.row-main:not([aria-current="true"])']
    expect(await styleOf(page, other, 'outlineStyle')).toBe('none')
    expect(await styleOf(page, open, 'outlineStyle')).toBe('solid')
    const [here, elsewhere] = [
      '.views a[aria-current="page"]',
      '.views a:not([aria-current="page"])'
    ]
    const line = 'borderBlockEndColor'
    expect(await styleOf(page, here, line)).not.toBe(await styleOf(page, elsewhere, line))
    expect(await styleOf(page, '.measure-value', 'backgroundColor')).not.toBe(
      await styleOf(page, '.measure', 'backgroundColor')
    )
    expect(await violationsOf(page)).toEqual([])

    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
    expect(await styleOf(page, '.page > main', 'backgroundImage', '::after')).toContain('gradient')
    expect(await styleOf(page, '.page > main', 'forcedColorAdjust', '::after')).toBe('none')
    expect(await styleOf(page, '.banner.stale', 'borderBlockStartStyle')).toBe('double')
    await page.context().close()
    await notifier.close()
  }, 300_000)
})
