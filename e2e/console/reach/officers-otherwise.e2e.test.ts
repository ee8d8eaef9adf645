// What a watch officer does, with a finger on a narrow screen and by keyboard alone: taking, giving
// back, handing over, and coming second.

import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { executablePath, openConsole, soon, violationsOf } from '../browser.ts'
import { choose, leave, openByKeyboard, press, tabTo, typeInto } from '../by-keyboard.ts'

const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true }

describe.skipIf(executablePath === undefined)('an officer', () => {
  const at = frontInBrowser()

  async function officer(
    name: string,
    options: BrowserContextOptions = {},
    { hasMouse = true } = {}
  ): Promise<Page> {
    const body = { name, scopes: ['alerts:operate', 'alerts:read'], handling: 'restricted' }
    const { secret } = (await at.suite.api.call('POST', '/v1/keys', { body })).body as {
      secret: string
    }
    const how = { url: at.suite.url, key: secret, query: '?q=front', ...options }
    const page = hasMouse
      ? (await openConsole(at.browser, how)).page
      : await openByKeyboard(at.browser, how)
    await page.locator('.row-main').first().waitFor()
    return page
  }
  const outcome = (page: Page) => page.locator('.act .outcome').textContent()
  const isWithin = async (page: Page) =>
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)

  it('takes an alert, hands it to another, gives it back, and hands over, by touch at 390 pixels', async () => {
    const page = await officer('Ama', narrow)
    await page.locator('.row-main').first().tap()
    await page.locator('.act textarea').fill('I call the field office.')
    // Until the end of the shift, as officers say it.
    await page.getByLabel('until', { exact: true }).selectOption('a time of day')
    expect(await page.getByRole('button', { name: 'Acknowledge', exact: true }).isDisabled()).toBe(
      true
    )
    await page.getByLabel('UTC', { exact: true }).fill('06:00')
    expect(await page.locator('.until').textContent()).toMatch(/\d+ \w+ \d{4}, 06:00 UTC/)
    await isWithin(page)
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).tap()
    await soon(() => outcome(page)).toBe('Acknowledged by you.')
    await soon(() => page.locator('.alert .facts').last().textContent()).toMatch(
      /until \d+ \w+ \d{4}, 06:00 UTC/
    )
    await page.getByRole('radio', { name: 'Assign' }).tap()
    await page.getByLabel('Assign to', { exact: true }).fill('Kofi')
    await page.locator('.act button[type=submit]').tap()
    await soon(() => page.locator('.history > li').first().textContent()).toContain('Kofi')
    await isWithin(page)
    await page.getByRole('radio', { name: 'Give back' }).tap()
    await page.locator('.act button[type=submit]').tap()
    await soon(() => outcome(page)).toBe('Given back: nobody has it now.')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    await soon(() => page.locator('.row-holder').first().textContent()).toBe('not taken')
    await page.locator('.views-menu').tap()
    await page.getByRole('link', { name: 'Hand-over' }).tap()
    await soon(() => page.locator('.hand-over-part.is-taken').textContent()).toContain('Kofi')
    await isWithin(page)
    await page.locator('.hand-over-part.is-taken a').first().tap()
    await page.locator('.alert h2').waitFor()
    await isWithin(page)
    await page.context().close()
  }, 300_000)

  it('comes second by touch at 390 pixels, and loses no word', async () => {
    const [first, second] = [await officer('Efe', narrow), await officer('Fay', narrow)]
    for (const page of [first, second]) {
      await page.locator('.row-main').last().tap()
      await page.locator('.history').waitFor()
    }
    // What the second one sees is held back: the race is lost for certain.
    await second.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await second.locator('.act textarea').fill('The bridge is down.')
    await first.getByRole('button', { name: 'Acknowledge', exact: true }).tap()
    await soon(() => outcome(first)).toBe('Acknowledged by you.')
    await second.getByRole('button', { name: 'Acknowledge', exact: true }).tap()
    await soon(() => outcome(second)).toContain('Efe came first')
    await isWithin(second)
    expect(await violationsOf(second)).toEqual([])
    expect(await second.locator('.act textarea').inputValue()).toBe('The bridge is down.')
    await second.unroute('**/v1/alerts/**')
    await second.locator('.banner.older').waitFor({ state: 'detached' })
    await second.getByRole('radio', { name: 'Comment' }).tap()
    await second.locator('.act button[type=submit]').tap()
    await soon(() => second.locator('.notes').textContent()).toContain('The bridge is down.')
    // For who comes after: nobody has it.
    await first.getByRole('radio', { name: 'Give back' }).tap()
    await first.locator('.act button[type=submit]').tap()
    await soon(() => outcome(first)).toBe('Given back: nobody has it now.')
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('comes second by keyboard alone, loses no word, and hands over', async () => {
    const [first, second] = [
      await officer('Ben', {}, { hasMouse: false }),
      await officer('Chi', {}, { hasMouse: false })
    ]
    for (const page of [first, second]) {
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.locator('.history').waitFor()
    }
    // What the second one sees is held back: the race is lost for certain.
    await second.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await typeInto(
      second,
      'Note for other officers (optional)',
      'Two drivers say the road is shut.'
    )
    await press(first, 'Acknowledge')
    await soon(() => outcome(first)).toBe('Acknowledged by you.')
    await press(second, 'Acknowledge')
    await soon(() => outcome(second)).toContain('Ben came first')
    expect(await second.locator('.act textarea').inputValue()).toBe(
      'Two drivers say the road is shut.'
    )
    await second.unroute('**/v1/alerts/**')
    await second.locator('.banner.older').waitFor({ state: 'detached' })
    await choose(second, second.locator('.act-kinds'), 'comment')
    await press(second, 'Comment')
    await soon(() => second.locator('.notes').textContent()).toContain(
      'Two drivers say the road is shut.'
    )
    await tabTo(second, second.locator('.views a', { hasText: 'Hand-over' }))
    await second.keyboard.press('Enter')
    await soon(() => second.locator('.hand-over-part.is-noted').textContent()).toContain(
      'Two drivers say the road is shut.'
    )
    await tabTo(second, second.locator('.hand-over-part.is-noted a').first())
    await second.keyboard.press('Enter')
    await second.locator('.history').waitFor()
    await Promise.all([leave(first), leave(second)])
  }, 300_000)
})
