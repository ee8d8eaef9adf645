// The switch of views, and the sources with their silence, in a real browser on a running suite.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const longAgo = new Date(Date.now() - 40 * 86_400_000).toISOString()

describe.skipIf(executablePath === undefined)('a platform engineer', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    for (const id of ['wire-1', 'wire-2', 'wire-3'])
      await suite.api.call('PUT', `/v1/sources/${id}`, {
        body: { reliability: 'B', cadenceDays: 2 }
      })
    await report('wire-1', new Date().toISOString())
    await report('wire-2', longAgo)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function report(id: string, reportedAt: string): Promise<void> {
    const day = reportedAt.slice(0, 10)
    const body = {
      ...{
        source: { id },
        externalId: id,
        reportedAt,
        occurred: { from: day, to: day },
        category: 'protest'
      },
      location: { country: 'ML', lat: 14.8, lon: -5.2, radiusKm: 2 }
    }
    const posted = await suite.api.call('POST', '/v1/reports', { body })
    const { reportId } = posted.body as { reportId: string }
    await suite.api.call('GET', `/v1/reports/${reportId}?wait=10`)
  }

  it('switches views by mouse, keys and address, and is taken to the heading of each', async () => {
    const { page, complaints } = await openConsole(browser, { url: suite.url, key: suite.key })
    const heading = () => page.evaluate('document.activeElement.textContent')
    expect(await page.title()).toBe('Tocsin')
    await page.locator('.views a', { hasText: 'Sources' }).click()
    await soon(heading).toBe('Sources')
    await soon(() => new URL(page.url()).searchParams.get('view')).toBe('sources')
    expect(await page.title()).toBe('Sources · Tocsin')
    await page.keyboard.press('1')
    await soon(heading).toBe('Alerts')
    await soon(() => new URL(page.url()).search).toBe('')
    await page.goBack()
    await soon(heading).toBe('Sources')
    await page.reload()
    await page.locator('.record').first().waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is taken back to the heading of the alerts from a view that was not there yet', async () => {
    const { page } = await openConsole(browser, { url: suite.url, key: suite.key })
    const held = Promise.withResolvers<void>()
    await page.route(/assets\/sources/, async route => {
      await held.promise
      await route.continue()
    })
    await page.locator('.views a', { hasText: 'Sources' }).click()
    await page.locator('main .connecting').waitFor()
    await page.keyboard.press('1')
    await soon(() => page.evaluate('document.activeElement.id')).toBe('queue-title')
    held.resolve()
    await page.context().close()
  }, 300_000)

  it('sees who is silent, and for how long beyond its rhythm', async () => {
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=sources&look=light'
    })
    await soon(() => page.locator('.record h3').allTextContents()).toEqual([
      ...['wire-2 ◐ silent', 'wire-1 ● heard', 'wire-3 ○ never heard']
    ])
    expect(await page.locator('.record').first().textContent()).toContain(
      '40 d, 38 d beyond its rhythm'
    )
    await page.context().close()
  }, 300_000)

  it('finds the views behind one button on a narrow screen, by touch', async () => {
    const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true }
    const { page } = await openConsole(browser, { url: suite.url, key: suite.key, ...narrow })
    await page.locator('.views-menu').tap()
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.views a', { hasText: 'Sources' }).tap()
    await page.locator('.record').first().waitFor()
    expect(await page.locator('.views ul').isVisible()).toBe(false)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('shows a watch officer whether the sources are heard, by what the officer may see', async () => {
    const body = { name: 'Ama', scopes: ['alerts:operate', 'alerts:read'], handling: 'internal' }
    const made = await suite.api.call('POST', '/v1/keys', { body })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret
    })
    await soon(() => page.locator('.lights').textContent()).toContain('1 of 3 heard')
    await page.context().close()
  }, 300_000)

  it('who may only report is shown no alerts, and no light that it is not told', async () => {
    const body = { name: 'Reporter', scopes: ['reports:write'] }
    const made = await suite.api.call('POST', '/v1/keys', { body })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret
    })
    await page.getByLabel('Name of the place').waitFor()
    expect(await page.locator('.queue').count()).toBe(0)
    expect(await page.locator('.banner.stale').count()).toBe(0)
    await soon(() => page.locator('.light').first().textContent()).toContain('answers')
    await page.context().close()
  }, 300_000)
})
