// An alert open beside the list, with all that may be told at once: what is told must leave the
// list and the alert to be read.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

/** Rows that are whole: nothing of them lies outside the list. */
const rowsSeen = `(() => {
  const list = document.querySelector('.scroller').getBoundingClientRect()
  return [...document.querySelectorAll('.row')].map(each => each.getBoundingClientRect())
    .filter(({ top, bottom }) => top >= list.top - 1 && bottom <= list.bottom + 1).length
})()`
const isCut = `(each => each.scrollWidth > each.clientWidth)(document.querySelector('.unanswered-link'))`

describe.skipIf(executablePath === undefined)('a desk of 1100 by 800', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('has four rows beside an open alert while the alarm sounds and a list of what was missed is up', async () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    for (let i = 0; i < 12; i += 1)
      await alerts.write('raised', `a${i}`, { severity: i < 6 ? 'extreme' : 'moderate' })
    const notifier = await listenNotifier({}, log)
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?sound=minor&look=light'
    })
    await page.getByRole('button', { name: 'Arm sound' }).click()
    await page.locator('.banner.alarm').waitFor()
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
    for (let i = 0; i < 12; i += 1)
      await alerts.write('raised', `missed-${i}`, { severity: 'severe' })
    await page.context().setOffline(false)
    await page.locator('.banner.stale').waitFor({ state: 'detached' })
    await page.locator('.banner.missed').waitFor()
    await soon(() => page.evaluate(rowsSeen)).toBeGreaterThanOrEqual(4)
    expect(await page.evaluate(isCut)).toBe(false)
    // One line, which unfolds.
    expect(await page.locator('.banner.missed li').first().isVisible()).toBe(false)
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.banner.missed summary').click()
    expect(await page.locator('.banner.missed li').first().isVisible()).toBe(true)
    // However much is told, the page keeps the greater part of the height.
    const kept = 'document.querySelector("main").clientHeight / innerHeight'
    await soon(() =>
      page.evaluate(
        'document.querySelector(".notices").scrollHeight > document.querySelector(".notices").clientHeight'
      )
    ).toBe(true)
    expect(await page.evaluate(kept)).toBeGreaterThan(0.4)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
    await notifier.close()
  }, 300_000)
})

describe.skipIf(executablePath === undefined)('a laptop of 1280 by 720', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('has its rows from a third of its height on, and cuts off no light', async () => {
    const log = new MemoryLog()
    await new AlertWriter(log).write('raised', 'a', { severity: 'extreme' })
    const notifier = await listenNotifier({}, log)
    const options = { url: notifier.url, key: ownerKey, viewport: { width: 1280, height: 720 } }
    const { page } = await openConsole(browser, { ...options, query: '?look=light&map=no' })
    await page.locator('.row').first().waitFor()
    const listTop = 'document.querySelector(".scroller").getBoundingClientRect().top / innerHeight'
    await soon(() => page.evaluate(listTop)).toBeLessThan(0.36)
    const cut =
      '[...document.querySelectorAll(".light-text")].filter(each => each.scrollWidth > each.clientWidth).length'
    expect(await page.evaluate(cut)).toBe(0)
    // The order opens with the filters, and is seen where it is another one.
    const order = page.getByLabel('Order')
    expect(await order.isVisible()).toBe(false)
    await page.getByRole('button', { name: 'More filters' }).click()
    await order.selectOption('newest')
    await page.getByRole('button', { name: 'Fewer filters' }).click()
    expect(await order.isVisible()).toBe(true)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
    await notifier.close()
  }, 300_000)
})

describe.skipIf(executablePath === undefined)('a desk of 1440 by 900', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('has rows between the filters and the map beside an open alert, and folds the filters away', async () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    for (let i = 0; i < 12; i += 1) await alerts.write('raised', `a${i}`, { severity: 'extreme' })
    const notifier = await listenNotifier({}, log)
    const options = { url: notifier.url, key: ownerKey, viewport: { width: 1440, height: 900 } }
    const { page } = await openConsole(browser, {
      ...options,
      query: '?look=light&country=ML&map=yes'
    })
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    await soon(() => page.evaluate(rowsSeen)).toBeGreaterThanOrEqual(2)
    const fold = page.getByRole('button', { name: 'Fewer filters' })
    const beyond = fold.evaluate(each => {
      const list = each.closest('.queue')?.getBoundingClientRect().right ?? 0
      return each.getBoundingClientRect().right - list
    })
    expect(await beyond).toBeLessThanOrEqual(0)
    expect(await violationsOf(page)).toEqual([])
    await fold.click()
    await soon(() => page.evaluate(rowsSeen)).toBeGreaterThanOrEqual(3)
    await page.context().close()
    await notifier.close()
  }, 300_000)
})
