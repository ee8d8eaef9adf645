// Many alerts at once at the console of a running suite: selected by keyboard and by touch, acted
// on together, each with an outcome of its own.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
/**
 * Of one rule alone, so that the alerts that hold several of them are not listed: each stands for
 * itself.
 */
const pattern = 'pattern=mass-casualty'
const places = [
  { country: 'ML', lat: 14.8252, lon: -5.2547 },
  { country: 'NG', lat: 11.85, lon: 13.16 },
  { country: 'SO', lat: 2.05, lon: 45.32 }
] as const

describe.skipIf(executablePath === undefined)('acts on many alerts', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    for (const place of places) await report(place)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function report(place: (typeof places)[number]): Promise<void> {
    const body = {
      ...{ source: { id: 'wire-1' }, externalId: place.country, category: 'attack-on-civilians' },
      ...{
        occurred: { from: yesterday, to: yesterday },
        fatalities: { low: 40, best: 45, high: 50 },
        handling: 'internal'
      },
      location: { ...place, radiusKm: 2 }
    }
    const { body: posted } = await suite.api.call('POST', '/v1/reports', { body })
    await suite.api.call('GET', `/v1/reports/${(posted as { reportId: string }).reportId}?wait=10`)
  }

  async function officer(name: string, options: object = {}, query = ''): Promise<Page> {
    const body = { name, scopes: ['alerts:operate', 'alerts:read'], handling: 'restricted' }
    const made = await suite.api.call('POST', '/v1/keys', { body })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret,
      query: `?${pattern}${query}`,
      ...options
    })
    await soon(() => page.locator('.row.depth-0').count()).toBe(places.length)
    // What is asked for beside the list is told above it: where its words need a line more, the
    // rows come to rest after that.
    await page.locator('.page.is-live').waitFor()
    await page.locator('.light', { hasText: 'answers' }).waitFor()
    return page
  }

  const topOf = (page: Page) =>
    page
      .locator('.row')
      .nth(1)
      .evaluate(row => row.getBoundingClientRect().top)

  it.each([1400, 1100])(
    'never move the rows: the next press is for the row that was there (%i wide)',
    async width => {
      const page = await officer(`Eve ${width}`, { viewport: { width, height: 900 } }, '&map=no')
      const before = await topOf(page)
      await page.locator('.row-pick input').first().check()
      await page.locator('.bulk').waitFor()
      await page.locator('.only-country').waitFor()
      expect(await topOf(page)).toBe(before)
      await page.locator('.row-pick input').nth(1).check()
      expect(await topOf(page)).toBe(before)
      await page.locator('.row-pick input').nth(1).uncheck()
      await page.locator('.row-pick input').first().uncheck()
      await soon(() => page.locator('.bulk').count()).toBe(0)
      expect(await topOf(page)).toBe(before)
      await page.getByRole('button', { name: 'Arm sound' }).click()
      await page.locator('.sound summary').waitFor()
      expect(await topOf(page)).toBe(before)
      await page.context().close()
    },
    300_000
  )

  it.each([1400, 390])(
    'have a header as high when the sound is armed, for who has all there is in it (%i wide)',
    async width => {
      const { page } = await openConsole(browser, {
        url: suite.url,
        key: suite.key,
        viewport: { width, height: 900 }
      })
      await page.locator('.row').first().waitFor()
      const heights = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('.top, .below-top')].map(
            each => each.getBoundingClientRect().height
          )
        )
      const before = await heights()
      expect(before).toHaveLength(2)
      await page.getByRole('button', { name: 'Arm sound' }).click()
      await page.locator('.sound summary').waitFor()
      expect(await heights()).toEqual(before)
      await page.context().close()
    },
    300_000
  )

  async function act(page: Page, kind: string): Promise<void> {
    await page.locator('.bulk select').first().selectOption(kind)
    await page.locator('.bulk button[type=submit]').click()
    await page.locator('.bulk-results').waitFor()
  }

  it('are done by keyboard alone; what another officer did first is listed, and stays selected', async () => {
    const page = await officer('Ama')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('X')
    await soon(() => page.locator('.row-pick input:checked').count()).toBe(3)
    expect(await violationsOf(page)).toEqual([])
    // Ben takes one of them.
    const ben = await officer('Ben')
    await ben.locator('.row-main').nth(1).click()
    await ben.locator('.act textarea').fill('Mine.')
    await ben.locator('.act button[type=submit]').click()
    await soon(() => ben.locator('.act .outcome').textContent()).toBe('Acknowledged by you.')
    await soon(() => page.locator('.row-holder').nth(1).textContent()).toMatch(
      /^acknowledged by Ben until .* · just now$/
    )

    await page.locator('.bulk-note input').fill('All of the same night.')
    await act(page, 'acknowledgement')
    await soon(() => page.locator('.bulk-results .is-refused').count()).toBe(1)
    expect(await page.locator('.bulk-results .is-refused').textContent()).toContain(
      'Ben came first'
    )
    expect(await page.locator('.bulk-results .is-done').count()).toBeGreaterThanOrEqual(2)
    expect(await page.locator('.bulk-note input').inputValue()).toBe('All of the same night.')
    expect(await page.locator('.row-pick input:checked').count()).toBe(1)
    expect(await violationsOf(page)).toEqual([])
    // It is as it is now that it is selected: asked again, it is done.
    await act(page, 'take')
    await soon(() => page.locator('.bulk-results .is-refused').count()).toBe(0)
    await soon(() => page.locator('.row-holder').allTextContents()).toContain('with Ama · just now')
    // Who opens the page later is told as well, and at the alert with the time.
    await ben.reload()
    await soon(() => ben.locator('.row-holder').allTextContents()).toContain('with Ama · just now')
    expect(await ben.locator('.row-taken').first().getAttribute('title')).toMatch(
      /^\d+ \w+ \d{4}, \d\d:\d\d UTC$/
    )
    await ben.locator('.row-main', { hasText: 'with Ama' }).first().click()
    await soon(() => ben.locator('.alert .facts').last().textContent()).toMatch(
      /with Ama · just now \d+ \w+ \d{4}, \d\d:\d\d UTC/
    )
    await page.locator('.row-main').nth(1).click()
    await soon(() => page.locator('.history > li').first().textContent()).toContain(
      'All of the same night.'
    )
    await Promise.all([page.context().close(), ben.context().close()])
  }, 300_000)

  it('are done by touch on a narrow screen, and the list stands still meanwhile', async () => {
    const page = await officer('Chi', {
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      colorScheme: 'dark'
    })
    const box = await page.locator('.row-pick').first().boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(40)
    // The bar of an earlier moment stays too.
    await page.getByRole('button', { name: 'Time', exact: true }).tap()
    await page.locator('.moment input').waitFor()
    await page.locator('.row-pick').first().scrollIntoViewIfNeeded()
    const before = await topOf(page)
    await page.locator('.row-pick').first().tap()
    await page.locator('.bulk').waitFor()
    expect(await topOf(page)).toBe(before)
    expect(
      await page.locator('.bulk').evaluate(bar => bar.getBoundingClientRect().bottom)
    ).toBeLessThanOrEqual(760)
    await page.locator('.select-all').tap()
    await page.getByRole('button', { name: 'Act on them' }).tap()
    await soon(() => page.locator('.row-pick input:checked').count()).toBe(places.length)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await violationsOf(page)).toEqual([])
    await act(page, 'give-back')
    await soon(() => page.locator('.bulk-results .is-refused').count()).toBe(0)
    await soon(async () =>
      (await page.locator('.row-holder').allTextContents()).every(text => text === 'not taken')
    ).toBe(true)
    await page.context().close()
  }, 300_000)

  it('are asked once more before they close many, and a double press is one', async () => {
    const page = await officer('Eli')
    for (const nth of [0, 1]) await page.locator('.row-pick input').nth(nth).check()
    await page.getByLabel('Act', { exact: true }).selectOption('resolution')
    await page.getByLabel('It was').selectOption('duplicate')
    // As fast as a key that is pressed twice, however slow the machine is.
    await page.locator('.bulk button[type=submit]').evaluate(async (button: HTMLElement) => {
      button.click()
      await new Promise(resolve => setTimeout(resolve))
      button.click()
    })
    await soon(() => page.locator('.bulk [role=alert]').textContent()).toContain(
      '2 alerts will be closed as “Duplicate”'
    )
    expect(await page.locator('.bulk-results').count()).toBe(0)
    await page.getByRole('button', { name: 'Do not close' }).click()
    await soon(() => page.locator('.bulk [role=alert]').count()).toBe(0)
    expect(await page.locator('.row-pick input:checked').count()).toBe(2)
    await page.context().close()
  }, 300_000)

  it('stand under headings that the address names, and presets are addresses', async () => {
    const page = await officer('Dua', {}, '&group=owner')
    expect(await page.locator('.group').first().textContent()).toContain('not taken')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Mine', exact: true }).click()
    await soon(() => new URL(page.url()).search).toBe('?group=owner&taken=mine')
    await soon(() => page.locator('.row').count()).toBe(0)
    await page.context().close()
  }, 300_000)
})
