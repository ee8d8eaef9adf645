// From alert to response at the console of a running suite: what was done is recorded, seen by
// others at once, and measured.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('officers who answer an alert', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await report('first', 14.8252)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  /** An attack that raises an alert by itself. */
  async function report(externalId: string, lat: number): Promise<void> {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId,
        occurred: { from: yesterday, to: yesterday },
        category: 'attack-on-civilians'
      },
      location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const posted = await suite.api.call('POST', '/v1/reports', { body })
    const { reportId } = posted.body as { reportId: string }
    await suite.api.call('GET', `/v1/reports/${reportId}?wait=10`)
  }

  async function officer(
    name: string,
    options: object = {},
    scopes = ['alerts:operate', 'alerts:read']
  ): Promise<Page> {
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name, scopes, handling: 'restricted' }
    })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret,
      ...options
    })
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    return page
  }

  const send = (page: Page) => page.locator('.act button[type=submit]').click()
  const outcomeOf = (page: Page) => page.locator('.act .outcome').textContent()

  it('record what was done, and every other console shows it at once', async () => {
    const [first, second] = [await officer('Ama', { colorScheme: 'light' }), await officer('Ben')]
    await first.locator('.act input[value=response]').check()
    expect(await first.locator('.act button[type=submit]').isDisabled()).toBe(true)
    await first.locator('.act-fields select').first().selectOption('warned')
    await first.getByLabel('Done at (UTC)').fill('2099-01-01T12:00')
    await first.getByLabel('In words (optional)').fill('Called the three village heads.')
    await send(first)
    await soon(() => outcomeOf(first)).toContain('Done at (UTC) must not be later than now')
    expect(await first.getByLabel('In words (optional)').inputValue()).toBe(
      'Called the three village heads.'
    )
    expect(await violationsOf(first)).toEqual([])
    await first.getByLabel('Done at (UTC)').fill('')
    await send(first)
    await soon(() => outcomeOf(first)).toBe('Response recorded.')
    for (const page of [first, second]) {
      await soon(() => page.locator('.deeds li').allTextContents()).toHaveLength(1)
      const deed = await page.locator('.deeds li').textContent()
      expect(deed).toMatch(
        /People were warned.* after it was raised.*Called the three village heads\..*by Ama, recorded/
      )
      expect(await page.locator('.history > li').first().textContent()).toMatch(
        /Response recorded by Ama.*what was donenothing recordedPeople were warned/
      )
      await soon(() => page.locator('.row-holder').first().textContent()).toBe('not taken · warned')
    }
    expect(await violationsOf(first)).toEqual([])
    await first.locator('.look select').selectOption('dark')
    expect(await violationsOf(first)).toEqual([])
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('correct what another recorded: the list has what stands, the history both', async () => {
    const [first, second] = [await officer('Gus', { colorScheme: 'light' }), await officer('Hal')]
    await first.locator('.deeds button').click()
    expect(await first.getByLabel('In words (optional)').inputValue()).toBe(
      'Called the three village heads.'
    )
    expect(await first.locator('.act-fields').textContent()).toMatch(
      /Corrects: People were warned.* UTC \(.* there\)/
    )
    await first.locator('.act-fields select').first().selectOption('moved')
    await first.getByLabel('In words (optional)').fill('They left for Ke-Macina.')
    expect(await violationsOf(first)).toEqual([])
    await send(first)
    await soon(() => outcomeOf(first)).toBe('Response recorded.')
    for (const page of [first, second]) {
      await soon(() => page.locator('.deeds li').textContent()).toMatch(
        /^People were moved.*They left for Ke-Macina\..*by Gus, recorded .*, corrected/
      )
      const history = await page.locator('.history > li').allTextContents()
      expect(history[0]).toMatch(/Response corrected by Gus/)
      expect(history.join()).toMatch(/Response recorded by Ama/)
    }
    expect(await first.locator('.act-fields').textContent()).not.toContain('Corrects')
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('show who may only read what was done, and nothing to record it with', async () => {
    const page = await officer('Fay', {}, ['alerts:read'])
    await soon(() => page.locator('.deeds li').count()).toBe(1)
    expect([
      await page.locator('.act').count(),
      await page.locator('.deeds button').count()
    ]).toEqual([0, 0])
    await page.context().close()
  }, 300_000)

  it('who come second are told so, and keep what they typed', async () => {
    const [first, second] = [await officer('Cem'), await officer('Dua')]
    await second.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await second.locator('.act input[value=response]').check()
    await second.locator('.act-fields select').first().selectOption('none')
    await second.getByLabel('Why nothing is done (needed)').fill('The road is shut.')
    await first.locator('.act input[value=response]').check()
    await first.locator('.act-fields select').first().selectOption('sent')
    await send(first)
    await soon(() => outcomeOf(first)).toBe('Response recorded.')
    await soon(() => second.locator('.banner.older').textContent()).toContain(
      'The alert has changed since'
    )
    await send(second)
    await soon(() => outcomeOf(second)).toContain('Cem came first')
    await second.unroute('**/v1/alerts/**')
    await second.locator('.banner.older').waitFor({ state: 'detached' })
    await send(second)
    await soon(() => outcomeOf(second)).toBe('Response recorded.')
    await soon(() => second.locator('.deeds li').last().textContent()).toContain(
      'Decided not to act'
    )
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('withdraw what was not done, and say why', async () => {
    const page = await officer('Ida', { colorScheme: 'light' })
    await soon(() => page.locator('.deeds li').count()).toBe(3)
    await page.locator('.deeds li', { hasText: 'Somebody was sent' }).getByRole('button').click()
    await page.getByLabel('It was not done: withdraw it').check()
    await page.getByLabel('Why it is withdrawn (optional)').fill('They were sent elsewhere.')
    expect(await violationsOf(page)).toEqual([])
    await send(page)
    await soon(() => page.locator('.deeds li').count()).toBe(2)
    expect(await page.locator('.deeds').textContent()).not.toContain('Somebody was sent')
    expect(await page.locator('.history > li').first().textContent()).toMatch(
      /Response withdrawn by Ida/
    )
    await page.context().close()
  }, 300_000)

  it('write down later what was done about an alert that is closed, on a narrow screen', async () => {
    const page = await officer('Eno', { viewport: { width: 390, height: 844 }, hasTouch: true })
    await page.locator('.act input[value=resolution]').check()
    await page.locator('.act-fields select').first().selectOption('true')
    await send(page)
    await soon(() => page.locator('.alert .outcome').first().textContent()).toBe('Closed.')
    await page.locator('.act input[value=resolution]').waitFor({ state: 'detached' })
    expect(await page.locator('.act button[type=submit]').count()).toBe(0)
    await page.locator('.act input[value=response]').check()
    await page.locator('.act-fields select').first().selectOption('moved')
    await send(page)
    await soon(() => outcomeOf(page)).toBe('Response recorded.')
    await soon(() => page.locator('.deeds').textContent()).toContain('People were moved')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
