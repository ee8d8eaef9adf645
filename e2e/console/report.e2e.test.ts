// A reporter with one report and a bad link, on a telephone: nothing typed is lost, and nothing is doubled.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('a reporter', () => {
  let suite: WholeSuite
  let browser: Browser
  let key: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const body = { name: 'Reporter', scopes: ['reports:write', 'reports:read'], handling: 'restricted' }
    key = ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string }).secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true }
  const open = (options = {}) => openConsole(browser, { url: suite.url, key, query: '?look=light', ...options })
  const send = (page: Page) => page.locator('.fields button[type=submit]').tap()
  const outcome = (page: Page) => page.locator('.fields .outcome').textContent()

  async function fill(page: Page, place: string): Promise<void> {
    await page.getByLabel('Source', { exact: true }).fill('field-7')
    await page.getByLabel('What happened', { exact: true }).selectOption('attack')
    await page.getByLabel('Day', { exact: true }).fill('2026-01-02')
    await page.getByLabel('Name of the place').fill(place)
    await page.getByLabel('Country', { exact: true }).selectOption('ML')
    await page.getByLabel('At least').fill('3')
    await page.getByLabel('What was seen or said').fill('Two motorcycles came from the river.')
  }

  it('is told by field what is missing, keeps what was typed while the link is down, and sends it once', async () => {
    const { page, complaints } = await open(telephone)
    await page.getByLabel('Name of the place').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await send(page)
    await soon(() => page.locator('.has-fault label').allTextContents()).toEqual([
      ...['Source', 'What happened', 'Day', 'Name of the place', 'Country']
    ])
    await soon(() => page.evaluate('document.activeElement.id === document.querySelector(".has-fault input").id')).toBe(true)
    expect(await violationsOf(page)).toEqual([])

    await fill(page, 'Diosso')
    await page.context().setOffline(true)
    await send(page)
    await soon(() => outcome(page)).toContain('could not be reached')
    expect(await page.getByLabel('What was seen or said').inputValue()).toContain('motorcycles')
    await page.context().setOffline(false)

    // The suite takes it, and its answer is lost on the way.
    await page.route('**/v1/reports', async route => {
      await route.fetch()
      await route.abort()
    })
    await send(page)
    await soon(() => page.locator('.fields .outcome.refused').count()).toBe(1)
    await page.unroute('**/v1/reports')
    await send(page)
    await soon(() => outcome(page)).toContain('The suite has this already')
    expect(await page.getByLabel('Name of the place').inputValue()).toBe('')
    // Who reports once reports again as the same source.
    expect(await page.getByLabel('Source', { exact: true }).inputValue()).toBe('field-7')
    await page.getByRole('button', { name: 'Ask what became of it' }).tap()
    await soon(() => page.locator('.record [role=status]').textContent()).not.toBe('')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is told within seconds that the suite does not answer, and that it does again', async () => {
    const { page } = await open(telephone)
    const light = () => page.locator('.light').first().getAttribute('class')
    await soon(light).toBe('light good')
    expect(await page.locator('.banner.stale').count()).toBe(0)
    // A link that hangs: nothing is refused, and nothing comes.
    await page.route('**/*', () => undefined)
    await soon(light).toBe('light bad')
    expect(await page.locator('.banner.stale').textContent()).toContain('This page is not live.')
    expect(await page.title()).toContain('not live')
    await page.unroute('**/*')
    await soon(light).toBe('light good')
    expect(await page.locator('.banner.stale').count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('whose place may be several says which one, and corrects what was sent', async () => {
    const { page } = await open({ hasTouch: true })
    await fill(page, 'Koro')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as report')
    const spots = page.locator('.record ul button')
    await soon(() => spots.count()).toBeGreaterThan(1)
    expect(await violationsOf(page)).toEqual([])
    await spots.first().tap()
    await soon(() => page.locator('.deliveries .outcome').textContent()).toBe('The place is stored.')
    await soon(() => page.locator('.record').textContent()).toContain('the coordinates that you stated')
    await page.getByRole('button', { name: 'Correct it' }).tap()
    await page.getByLabel('At least').fill('4')
    await send(page)
    await soon(() => outcome(page)).toContain('Accepted as revision')
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is told beside the field what the suite refuses, and finds what was typed after a look elsewhere', async () => {
    const { page } = await open({ hasTouch: true })
    await fill(page, 'Diosso')
    await page.getByLabel('Day', { exact: true }).fill('9999-01-02')
    await send(page)
    await soon(() => page.locator('.has-fault label').allTextContents()).toEqual(['Day'])
    await page.locator('.views a', { hasText: 'Sources' }).tap()
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('Sources')
    await page.locator('.views a', { hasText: 'Report' }).tap()
    await soon(() => page.getByLabel('Name of the place').inputValue()).toBe('Diosso')
    await page.context().close()
  }, 300_000)
})
