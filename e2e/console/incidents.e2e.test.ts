// An officer declares on the evidence of an alert that reports are about two events, and another
// that two events are one: each is told who came first, and nothing that was typed is lost.

import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { frontInBrowser } from '../harness/front-in-browser.ts'
import { secondOfficer } from '../harness/front-of-attacks.ts'
import { executablePath, openConsole, soon, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('incidents of an alert', () => {
  const at = frontInBrowser()
  let secret: string
  beforeAll(async () => {
    secret = await secondOfficer(at.suite)
  }, 300_000)

  /** The front of the attacks, chosen. */
  async function atFront(key: string, query = ''): Promise<Page> {
    const { page } = await openConsole(at.browser, {
      url: at.suite.url,
      key,
      query: `?q=front${query}`
    })
    await page.locator('.row-main').first().click()
    await page.locator('.evidence > li').first().waitFor()
    return page
  }
  const eventsIn = (page: Page) => page.locator('.evidence > li').count()

  it('are split and merged again by another officer, who is told who came first', async () => {
    const [one, two] = [await atFront(at.suite.key), await atFront(secret)]
    await soon(() => eventsIn(one)).toBe(4)
    await one.getByRole('button', { name: /^Split:/ }).click()
    const form = one.getByRole('form', { name: 'Split this incident' })
    const send = form.getByRole('button', { name: 'Split', exact: true })
    expect(await send.isDisabled()).toBe(true)
    expect(await form.locator('.leaving time').allTextContents()).toEqual([
      expect.stringMatching(/ UTC \(.* there\)$/),
      expect.stringMatching(/ UTC \(.* there\)$/)
    ])
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
    await soon(() => two.locator('.incident-acts .outcome.refused').textContent()).toContain(
      'owner came first'
    )
    expect(await merging.getByLabel('Note', { exact: true }).inputValue()).toBe(
      'Both saw the same.'
    )
    expect(await violationsOf(two)).toEqual([])
    await merging.getByRole('button', { name: 'Merge nonetheless' }).press('Enter')
    await soon(() => eventsIn(two)).toBe(4)
    await soon(() => eventsIn(one)).toBe(4)
    await Promise.all([one, two].map(page => page.context().close()))
  }, 300_000)

  it('are not changed by who may only read', async () => {
    const made = await at.suite.api.call('POST', '/v1/keys', {
      body: { name: 'Reader', scopes: ['alerts:read'] }
    })
    const page = await atFront((made.body as { readonly secret: string }).secret, '&look=dark')
    expect(await page.locator('.incident-acts').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
