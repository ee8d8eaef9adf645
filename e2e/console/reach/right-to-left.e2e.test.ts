// The console read from right to left, as a catalogue of such a language would have it.

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { executablePath, openConsole, soon, violationsOf } from '../browser.ts'

/** Controls that lie beyond the sides of the page, and not in a part that scrolls to them. */
const outside = `[...document.querySelectorAll('button, a, input, select, textarea')]
  .filter(each => !each.closest('.visually-hidden') && !each.classList.contains('skip') && each.checkVisibility({ visibilityProperty: true }))
  .map(each => ({ each, box: each.getBoundingClientRect() }))
  .filter(({ box }) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
  .filter(({ each }) => {
    for (let above = each.parentElement; above !== null; above = above.parentElement)
      if (above.scrollWidth > above.clientWidth && /auto|scroll/.test(getComputedStyle(above).overflowX)) return false
    return true
  })
  .map(({ each }) => each.outerHTML.slice(0, 120))`

describe.skipIf(executablePath === undefined)('the console from right to left', () => {
  const at = frontInBrowser()

  async function fits(page: Page): Promise<void> {
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await page.evaluate(outside)).toEqual([])
  }

  for (const [name, viewport] of [
    ['wide', { width: 1400, height: 900 }],
    ['narrow', { width: 390, height: 844 }]
  ] as const)
    it(`cuts nothing off, and its map and alert can be used (${name})`, async () => {
      const { page } = await openConsole(at.browser, {
        url: at.suite.url,
        key: at.suite.key,
        query: '?q=front&look=light',
        viewport
      })
      await page.evaluate(`document.documentElement.dir = 'rtl'`)
      await page.locator('.row-main').first().waitFor()
      await fits(page)
      await page.locator('.row-main').first().click()
      await page.locator('.history').waitFor()
      await fits(page)
      const map = page.locator('.alert .map-canvas')
      await map.scrollIntoViewIfNeeded()
      await soon(() => page.locator('.alert .map-words').count()).toBe(0)
      // Not 'Zoom in': attacks at one place are seen from as near as the map goes.
      await map.getByRole('button', { name: 'Zoom out' }).click()
      // Words of a map begin at its right: its controls stand at the other side.
      const atLeft = `[...document.querySelectorAll('.map .maplibregl-ctrl-top-right')].map(each => {
        const [box, around] = [each.getBoundingClientRect(), each.closest('.map').getBoundingClientRect()]
        return box.left >= around.left && box.right < (around.left + around.right) / 2
      })`
      expect(new Set((await page.evaluate(atLeft)) as readonly boolean[])).toEqual(new Set([true]))
      await fits(page)
      expect(await violationsOf(page)).toEqual([])
      await page.getByRole('button', { name: 'Back to the list' }).click()
      await page.locator('.alert').waitFor({ state: 'detached' })
      for (const view of ['Hand-over', 'Report', 'Subscriptions', 'Rules']) {
        // On a narrow screen they are folded away.
        const menu = page.locator('.views-menu')
        if (await menu.isVisible()) await menu.click()
        await page.locator('.views a', { hasText: view }).click()
        await page.locator('.view h2').waitFor()
        await fits(page)
      }
      await page.context().close()
    }, 300_000)
})
