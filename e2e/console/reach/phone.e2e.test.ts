// The list on a phone: the header is low and says all that it says on a desk, and the rows keep
// half of the height while the alarm sounds and something is selected.

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

const headerMaxPx = 110
const rowsLeast = 0.5

/**
 * How much of the height shows rows: what lies under the bar of what is selected, or outside of the
 * page above, shows none.
 */
const shareOfRows = `(() => {
  const rows = document.querySelector('.scroller').getBoundingClientRect()
  const over = document.querySelector('.bulk')?.getBoundingClientRect().top ?? innerHeight
  const end = Math.min(rows.bottom, over, document.querySelector('main').getBoundingClientRect().bottom)
  return (end - rows.top) / innerHeight
})()`

describe.skipIf(executablePath === undefined)('a phone', () => {
  let browser: Browser
  let notifier: ListeningNotifier
  beforeAll(async () => {
    const log = new MemoryLog()
    const alerts = new AlertWriter(log)
    const headline =
      'Attack on civilians reported at a place with a long name, thirty or more people are said to have died'
    for (let i = 0; i < 12; i += 1)
      await alerts.write('raised', `a${i}`, {
        severity: i < 6 ? 'extreme' : 'moderate',
        headline: `${headline}, ${i}`
      })
    notifier = await listenNotifier({}, log)
    browser = await startBrowser()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  async function open(height: number, width = 390): Promise<Page> {
    const { page } = await openConsole(browser, {
      ...{ url: notifier.url, key: ownerKey, query: '?sound=minor' },
      ...{ viewport: { width, height }, hasTouch: true }
    })
    await page.locator('.row-main').first().waitFor()
    return page
  }

  it('has a low header in which the lights lose no word, for a finger nor for who hears the page', async () => {
    const page = await open(844)
    const height = () =>
      page.locator('header').evaluate(header => header.getBoundingClientRect().height)
    expect(await height()).toBeLessThanOrEqual(headerMaxPx)
    const heard = () => page.getByRole('list', { name: 'State of the link' }).ariaSnapshot()
    // The pipeline is asked beside the list, and may answer after it.
    for (const said of [
      'Link good: live',
      'Pipeline unknown: answers, no canary',
      'nothing shows that reports become alerts'
    ])
      await soon(heard).toContain(said)
    const whole = page.locator('.light', { hasText: 'Pipeline' }).locator('.light-more')
    const isSeen = () => whole.evaluate(each => each.getBoundingClientRect().height > 10)
    expect(await isSeen()).toBe(false)
    await page.getByRole('button', { name: 'All that the lights say' }).tap()
    expect(await isSeen()).toBe(true)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'All that the lights say' }).tap()
    // Who is signed in stands there, and leads to the rest.
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Signed in as owner' }).tap()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    expect(await height()).toBeLessThanOrEqual(headerMaxPx)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.context().close()
  }, 300_000)

  it.each([
    [390, 844],
    [390, 664],
    [700, 700]
  ])(
    'shows rows on half of its height while the alarm sounds and one is selected (%i by %i)',
    async (width, height) => {
      const page = await open(height, width)
      await page.getByRole('button', { name: 'Arm sound' }).tap()
      await page.locator('.banner.alarm').waitFor()
      await soon(() => page.evaluate(shareOfRows)).toBeGreaterThanOrEqual(rowsLeast)
      expect(await page.locator('.banner.alarm').textContent()).toContain(
        'unanswered, gravest extreme'
      )
      expect(await violationsOf(page)).toEqual([])
      await page.locator('.row-pick').first().tap()
      await page.locator('.bulk').waitFor()
      // The banner about the sound, which was higher, keeps its place for a moment after it went.
      await soon(() => page.evaluate(shareOfRows)).toBeGreaterThanOrEqual(rowsLeast)
      expect(await violationsOf(page)).toEqual([])
      await page.context().close()
    },
    300_000
  )

  it('names the severities that it lists where their buttons are folded away', async () => {
    const page = await open(664)
    expect(await page.locator('.toggle.severe').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'More filters' }).tap()
    await page.locator('.toggle.extreme').tap()
    await page.getByRole('button', { name: 'Fewer filters' }).tap()
    await page.getByRole('button', { name: 'Drop this filter: Severity: extreme' }).tap()
    await soon(() => page.locator('.count').textContent()).toBe('12 alerts')
    await page.context().close()
  }, 300_000)
})
