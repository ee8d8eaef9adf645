// A platform engineer at the quarantine: sees why bytes were set aside, puts a mended report in
// their place, dismisses others.

import { topics } from '@tocsin/event-log/topics'
import { waitFor } from '@tocsin/testing/process/wait-for'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import {
  executablePath,
  openConsole,
  soon,
  startBrowser,
  typedAtOnce,
  violationsOf
} from './browser.ts'

const bytes = ['nonsense', '{"source":{"id":"wire-7"},"category":"attack"}', '{"half":']

describe.skipIf(executablePath === undefined)('the quarantine', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    // Its log exists from the first record on.
    const body = {
      source: { id: 'wire-1' },
      occurred: { from: '2026-01-01', to: '2026-01-01' },
      category: 'protest'
    }
    await suite.api.call('POST', '/v1/reports', {
      body: { ...body, location: { country: 'ML', lat: 14.8, lon: -5.2 } }
    })
    const records = bytes.map((text, i) => ({
      id: `aside-${i}`,
      key: 'world',
      value: Buffer.from(text)
    }))
    await suite.withLog(log => log.append(topics.incidents, records))
    const listed = async () =>
      ((await suite.api.call('GET', '/v1/quarantine')).body as { items: readonly object[] }).items
        .length
    await waitFor(async () => (await listed()) === bytes.length, {
      what: 'entries of the quarantine',
      timeoutMs: 60_000
    })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const open = (options = {}) =>
    openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=quarantine&look=light',
      ...options
    })

  it('is mended with a report in the place of the bytes', async () => {
    const { page, complaints } = await open()
    await soon(() => page.locator('.record').count()).toBe(3)
    // Newest first.
    await page.locator('.record h3 button').nth(1).click()
    await soon(() => page.locator('.excerpt').textContent()).toBe(bytes[1])
    const text = page.getByLabel('Report, as JSON or YAML')
    await soon(() => text.inputValue()).toContain('wire-7')
    await text.fill('{\n  "source": {"id": "wire-7"},\n  oops: ]\n}')
    await soon(() => page.locator('.fault').textContent()).toContain('Line 3, column')
    const report = {
      source: { id: 'wire-7' },
      occurred: { from: '2026-01-02', to: '2026-01-02' },
      category: 'nonsense'
    }
    const location = { country: 'ML', lat: 14.8, lon: -5.2 }
    await text.fill(JSON.stringify({ ...report, location }))
    await page.getByRole('button', { name: 'Replace by this report' }).click()
    await soon(() => page.locator('.outcome.refused').allTextContents()).toEqual([
      expect.stringContaining('category')
    ])
    await text.fill(JSON.stringify({ ...report, category: 'attack', location }))
    await page.getByRole('button', { name: 'Replace by this report' }).click()
    await soon(() => page.locator('.mark').last().textContent()).toBe('● replaced by a report')
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'The whole quarantine' }).click()
    await soon(() => page.locator('.record').count()).toBe(2)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('keeps what is typed as the form appears', async () => {
    const { page } = await open({
      prepare: (page: Page) => typedAtOnce(page, 'form textarea.code', '{"source": 1}')
    })
    await page.locator('.record h3 button').last().click()
    const text = page.getByLabel('Report, as JSON or YAML')
    await text.waitFor()
    await soon(() => page.locator('.excerpt').textContent()).toBe(bytes[0])
    expect(await text.inputValue()).toBe('{"source": 1}')
    await page.context().close()
  })

  it('lets what is worth nothing be dismissed, on a narrow screen by touch', async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true })
    await page.locator('.record h3 button').last().tap()
    await soon(() => page.locator('.excerpt').textContent()).toBe(bytes[0])
    await page.getByRole('button', { name: 'Dismiss', exact: true }).tap()
    await page.getByRole('button', { name: 'Dismiss it' }).tap()
    await soon(() => page.locator('.mark').last().textContent()).toBe('● dismissed')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is shown to administrators alone', async () => {
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name: 'Officer', scopes: ['alerts:read'] }
    })
    const { page } = await open({ key: (made.body as { secret: string }).secret })
    await page.locator('.queue').waitFor()
    expect(await page.locator('.views').textContent()).not.toContain('Quarantine')
    await page.context().close()
  }, 300_000)
})
