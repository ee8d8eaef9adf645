// An officer declares on the evidence of an alert that reports are about two events, and another that two events are one: each is
// told who came first, and nothing that was typed is lost.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const attack = (source: string, externalId: string, lat: number, lon: number) => ({
  ...{ source: { id: source }, externalId, occurred: { from: day, to: day }, category: 'attack' },
  location: { country: 'ML', lat, lon, radiusKm: 1 }
})

describe.skipIf(executablePath === undefined)('incidents of an alert', () => {
  let suite: WholeSuite
  let browser: Browser
  let secret: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const places = [
      [11.82, -5.14],
      [11.86, -5.17],
      [11.89, -5.11],
      [11.84, -5.09]
    ] as const
    for (const [i, [lat, lon]] of places.entries())
      await suite.api.call('POST', '/v1/reports', { body: attack('desk', `D-${i}`, lat, lon) })
    // Another source of the first of them: one incident with two reports.
    await suite.api.call('POST', '/v1/reports', { body: attack('radio', 'R-0', 11.82, -5.14) })
    const scopes = ['alerts:read', 'alerts:operate', 'reports:read']
    const made = await suite.api.call('POST', '/v1/keys', { body: { name: 'Second', scopes } })
    secret = (made.body as { readonly secret: string }).secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  /** The front of the attacks, chosen. */
  async function atFront(key: string, query = ''): Promise<Page> {
    const { page } = await openConsole(browser, { url: suite.url, key, query: `?q=front${query}` })
    await page.locator('.row-main').first().click()
    await page.locator('.evidence > li').first().waitFor()
    return page
  }
  const eventsIn = (page: Page) => page.locator('.evidence > li').count()

  it('are split and merged again by another officer, who is told who came first', async () => {
    const [one, two] = [await atFront(suite.key), await atFront(secret)]
    await soon(() => eventsIn(one)).toBe(4)
    await one.getByRole('button', { name: /^Split:/ }).click()
    const form = one.getByRole('form', { name: 'Split this incident' })
    const send = form.getByRole('button', { name: 'Split', exact: true })
    expect(await send.isDisabled()).toBe(true)
    await form.getByLabel('radio R-0').check()
    await form.getByLabel('Note', { exact: true }).fill('Two convoys, an hour apart.')
    expect(await violationsOf(one)).toEqual([])
    await send.click()
    await soon(() => one.locator('.incident-acts .outcome.done').allTextContents()).toContain(
      'Split. The alerts are being worked out again.'
    )
    await soon(() => eventsIn(one)).toBe(5)

    // The other officer, by keyboard, thinks that they are one after all.
    await soon(() => eventsIn(two)).toBe(5)
    const alone = two.locator('.evidence > li').filter({ hasText: 'radio R-0' })
    await alone.getByRole('button', { name: /^Merge:/ }).press('Enter')
    const merging = two.getByRole('form', { name: 'Merge this incident with another' })
    // The one that it was split from lies at the same place.
    const others = merging.getByLabel('The other incident')
    const value = await others.locator('option').filter({ hasText: '11.820' }).getAttribute('value')
    await others.selectOption(value)
    await merging.getByLabel('Note', { exact: true }).fill('Both saw the same.')
    await merging.getByRole('button', { name: 'Merge', exact: true }).press('Enter')
    await soon(() => two.locator('.incident-acts .outcome.refused').textContent()).toContain('owner came first')
    expect(await merging.getByLabel('Note', { exact: true }).inputValue()).toBe('Both saw the same.')
    expect(await violationsOf(two)).toEqual([])
    await merging.getByRole('button', { name: 'Merge nonetheless' }).press('Enter')
    await soon(() => eventsIn(two)).toBe(4)
    await soon(() => eventsIn(one)).toBe(4)
    await Promise.all([one, two].map(page => page.context().close()))
  }, 300_000)

  it('are not changed by who may only read', async () => {
    const made = await suite.api.call('POST', '/v1/keys', { body: { name: 'Reader', scopes: ['alerts:read'] } })
    const page = await atFront((made.body as { readonly secret: string }).secret, '&look=dark')
    expect(await page.locator('.incident-acts').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
