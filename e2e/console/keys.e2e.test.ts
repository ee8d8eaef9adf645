// An administrator at the keys: makes one for an officer, who signs in with it as themselves;
// renews it, and revokes it.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('an administrator', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  it('makes a key whose holder signs in by name, renews it, and revokes it', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=keys&look=light'
    })
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name of the holder').fill('Ama')
    await page.getByLabel('Theatres', { exact: true }).fill('nowhere-known')
    await page.getByLabel('act on alerts').check()
    await page.getByLabel('Ends', { exact: true }).fill('2001-01-01')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Make the key' }).click()
    await soon(() => page.locator('.has-fault label').allTextContents()).toEqual(['Ends'])
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Theatres', { exact: true }).fill('')
    await page.getByLabel('Ends', { exact: true }).fill('')
    await page.getByRole('button', { name: 'Make the key' }).click()
    const secret = (await page.locator('.secret').textContent()) ?? ''
    await page.locator('.record').waitFor()
    expect(await violationsOf(page)).toEqual([])
    const officer = await openConsole(browser, { url: suite.url, key: secret })
    expect(await officer.page.locator('.name').textContent()).toContain('Ama')
    expect(await officer.page.locator('.views').textContent()).not.toContain('Keys')

    await page.getByRole('button', { name: 'I have stored it' }).click()
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByRole('button', { name: 'Make it', exact: true }).click()
    await soon(() => page.locator('.record').textContent()).toContain(
      'An earlier secret is valid until'
    )
    expect(await page.locator('.secret').textContent()).not.toBe(secret)
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByRole('button', { name: 'Revoke it' }).click()
    await soon(() => page.locator('.record .mark').textContent()).toBe('○ revoked')
    await officer.page.locator('.sign-in [role=alert]').waitFor()
    expect(complaints).toEqual([])
    await Promise.all([page.context().close(), officer.page.context().close()])
  }, 300_000)

  it('lets an officer in by a link, who is then that officer and no administrator', async () => {
    const body = { name: 'Ben', scopes: ['alerts:read', 'alerts:operate'] }
    await suite.api.call('POST', '/v1/keys', { body })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=keys&look=light'
    })
    const record = page.locator('.record', { hasText: 'Ben' })
    await record.getByRole('button', { name: 'Sign-in link for the holder' }).click()
    expect(await violationsOf(page)).toEqual([])
    await record.getByRole('button', { name: 'Make the link' }).click()
    const link = (await page.locator('.secret').textContent()) ?? ''
    await soon(() => record.textContent()).toContain('by owner')
    expect(await violationsOf(page)).toEqual([])
    const other = await (await browser.newContext()).newPage()
    await other.goto(link)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.locator('.name').waitFor()
    expect(await other.locator('.name').textContent()).toContain('Ben')
    expect(await other.locator('.views').textContent()).not.toContain('Keys')
    await Promise.all([page.context().close(), other.context().close()])
  }, 300_000)

  it('signs in on another device by a link, by touch on a narrow screen', async () => {
    const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true }
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?view=keys',
      ...narrow
    })
    await page.getByRole('button', { name: 'A sign-in link for me' }).tap()
    const link = (await page.locator('.secret').textContent()) ?? ''
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    const other = await (await browser.newContext()).newPage()
    await other.goto(link)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.locator('.page').waitFor()
    await Promise.all([page.context().close(), other.context().close()])
  }, 300_000)
})
