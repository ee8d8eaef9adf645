// A sign-in link in a real browser: what fetches it leaves it good, one press opens the console,
// and whoever is signed in is asked.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)('a sign-in link', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    // It builds the console, which a suite reads when it starts.
    browser = await startBrowser()
    suite = await WholeSuite.start()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const newLink = async () =>
    ((await suite.api.call('POST', '/v1/sign-in-links', {})).body as { url: string }).url
  async function opened(
    link: string,
    options: BrowserContextOptions = {}
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage()
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(link)
    return { page, complaints }
  }

  it('opens the console by one press of a key, after whatever has fetched it', async () => {
    const link = await newLink()
    for (const method of ['HEAD', 'GET', 'GET'])
      expect((await fetch(link, { method })).status).toBe(200)
    const { page, complaints } = await opened(link, { viewport: { width: 390, height: 844 } })
    await page.reload()
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('Sign in')
    await page.keyboard.press('Enter')
    await page.locator('.page').waitFor()
    await soon(() => new URL(page.url()).pathname).toBe('/')
    expect(complaints).toEqual([])

    const { page: late } = await opened(link)
    await late.getByRole('button', { name: 'Sign in' }).click()
    await late.getByRole('heading', { name: 'This link was used, or has ended' }).waitFor()
    expect(await violationsOf(late)).toEqual([])
    await late.getByRole('link', { name: 'To the console' }).click()
    await late.locator('.sign-in').waitFor()
    await Promise.all([page.context().close(), late.context().close()])
  }, 300_000)

  it('asks who is signed in, who may go on as that', async () => {
    const { page } = await opened(await newLink())
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.page').waitFor()
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name: 'Ama', scopes: ['admin'] }
    })
    const { secret } = made.body as { secret: string }
    const answer = await fetch(`${suite.url}/v1/sign-in-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` }
    })
    const { url } = (await answer.json()) as { url: string }
    await page.goto(url)
    await page.getByRole('link', { name: 'Go on as owner' }).click()
    await soon(() => page.locator('.name').textContent()).toContain('owner')
    await page.goto(url)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in by the link instead' }).click()
    await soon(() => page.locator('.name').textContent()).toContain('Ama')
    await page.context().close()
  }, 300_000)

  it.each(['light', 'dark'] as const)(
    'keeps WCAG 2.2 AA in %s, and runs no script',
    async colorScheme => {
      const { page, complaints } = await opened(await newLink(), { colorScheme })
      expect(complaints).toEqual([])
      expect(await page.locator('script').count()).toBe(0)
      expect(await violationsOf(page)).toEqual([])
      await page.context().close()
    },
    120_000
  )
})
