// What is under a hand stays there: when the page stops being live and says so, and when it is live
// again.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const placeOf = async (what: Locator) => {
  const { x = null, y = null } = (await what.boundingBox()) ?? {}
  return [x, y]
}

describe.skipIf(executablePath === undefined)('the page under a hand', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  /** Cuts the page off, and lets it back. `places` tells where things are. */
  const staysPut = async (
    page: Page,
    places: () => Promise<unknown>,
    meanwhile: () => Promise<unknown>
  ): Promise<void> => {
    // What is asked for beside an alert, such as who was told of it, comes a moment after it.
    let before = await places()
    const isSettled = async () => {
      const last = JSON.stringify(before)
      before = await places()
      return JSON.stringify(before) === last
    }
    await expect.poll(isSettled, { interval: 500, timeout: 30_000 }).toBe(true)
    await page.context().setOffline(true)
    const banner = page.locator('.banner.stale')
    await banner.waitFor()
    await soon(() => banner.textContent()).toContain('This page is not live.')
    expect(await places()).toEqual(before)
    expect(await violationsOf(page)).toEqual([])
    await meanwhile()
    await page.context().setOffline(false)
    await banner.waitFor({ state: 'detached' })
    await page.locator('.banner.missed').waitFor()
    expect(await places()).toEqual(before)
    await page.locator('.banner.missed').getByRole('button', { name: 'I have read this' }).click()
    await page.locator('.banner.missed').waitFor({ state: 'detached' })
    expect(await places()).toEqual(before)
  }

  for (const [where, size] of [
    ['a wide screen', { width: 1600, height: 800 }],
    ['a common one', { width: 1100, height: 800 }],
    ['a narrow one', { width: 390, height: 844 }]
  ] as const) {
    it(`stays where it is on ${where}, whatever banner comes or goes`, async () => {
      const log = new MemoryLog()
      const alerts = new AlertWriter(log)
      for (let i = 0; i < 40; i += 1) await alerts.write('raised', `a${i}`)
      const notifier = await listenNotifier({}, log)
      const { page } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        viewport: size
      })
      const write = () => alerts.write('raised', `new${performance.now()}`, { severity: 'minor' })
      const rows = page.locator('.row-main')
      await soon(() => page.locator('.count').textContent()).toBe('40 alerts')
      await staysPut(
        page,
        async () => [await placeOf(rows.nth(0)), await placeOf(rows.nth(2))],
        write
      )
      await rows.nth(1).click()
      await page.locator('.history').waitFor()
      await staysPut(page, () => placeOf(page.locator('.act button[type=submit]')), write)
      await page.context().close()
      await notifier.close()
    }, 300_000)

    it(`stays where it is on ${where}, however late it is told how often the rule was wrong`, async () => {
      const log = new MemoryLog()
      await new AlertWriter(log).write('raised', 'a1')
      const notifier = await listenNotifier({}, log)
      const { page } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        viewport: size
      })
      const told = Promise.withResolvers<void>()
      await page.route('**/v1/dispositions', async route => {
        await told.promise
        await route.continue()
      })
      await page.locator('.row-main').click()
      await page.locator('.history').waitFor()
      const places = () => placeOf(page.locator('.act button[type=submit]'))
      const before = await places()
      told.resolve()
      await soon(() => page.locator('.measured').textContent()).toMatch(/^measured: /)
      expect(await places()).toEqual(before)
      await page.context().close()
      await notifier.close()
    }, 300_000)
  }
})
