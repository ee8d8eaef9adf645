// An officer signs in at the identity provider, stays signed in while it says so, and is told when
// it no longer does.

import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, soon, startBrowser, violationsOf } from './browser.ts'

describe.skipIf(executablePath === undefined)(
  'an officer with an account at the identity provider',
  () => {
    let suite: WholeSuite
    let browser: Browser
    let provider: IdentityProvider

    beforeAll(async () => {
      browser = await startBrowser()
      provider = await IdentityProvider.start()
      const issuer = await provider.listen()
      suite = await WholeSuite.start({
        env: {
          TOCSIN_OIDC_ISSUER: issuer,
          TOCSIN_OIDC_AUDIENCE: provider.audience,
          TOCSIN_OIDC_CLIENT_ID: 'console',
          TOCSIN_OIDC_THEATRES: '*',
          TOCSIN_OIDC_CLOCK_TOLERANCE_S: '0',
          TOCSIN_LOG_LEVEL: 'warn'
        }
      })
    }, 300_000)
    afterAll(async () => {
      await browser?.close()
      await suite?.end()
      await provider?.close()
    })

    /** Claims of tokens that live for 15 s. */
    const shortLived = (more: object = {}) => ({
      scope: 'tocsin:alerts:read',
      preferred_username: 'Nora',
      ...more,
      get exp() {
        return Math.floor(Date.now() / 1000) + 15
      }
    })

    it('signs in there, returns to the same view, and outlives a token; then the provider ends it', async () => {
      provider.claims = shortLived()
      const page = await (
        await browser.newContext({ viewport: { width: 1100, height: 800 } })
      ).newPage()
      await page.goto(`${suite.url}/?view=sources&look=light`)
      const link = page.getByRole('link', { name: `Sign in with ${new URL(provider.issuer).host}` })
      await link.waitFor()
      expect(await violationsOf(page)).toEqual([])
      await link.focus()
      await page.keyboard.press('Enter')
      await page.locator('.page').waitFor()
      await soon(() => new URL(page.url()).search).toBe('?view=sources&look=light')
      expect(await page.locator('.name').textContent()).toContain('Nora')
      expect(await page.evaluate('document.cookie')).toBe('')

      // The name of a later token is shown: the session went on with that token.
      provider.claims = shortLived({ preferred_username: 'Nora B.' })
      await soon(() => page.locator('.name').textContent()).toContain('Nora B.')
      expect(await page.locator('.sign-in').count()).toBe(0)

      provider.claims = shortLived({ aud: 'another' })
      await page.locator('.sign-in [role=alert]').waitFor()
      expect(await page.locator('.page').count()).toBe(0)
      await page.context().close()
    }, 300_000)

    it('loses nothing typed at the end of a session: the page goes on once another window has signed in', async () => {
      provider.claims = shortLived({ scope: 'tocsin:alerts:read tocsin:reports:write' })
      const context = await browser.newContext({ viewport: { width: 1100, height: 800 } })
      const page = await context.newPage()
      await page.goto(`${suite.url}/?view=report&look=light`)
      await page.getByRole('link', { name: 'Sign in with' }).click()
      await page.getByLabel('What was seen or said').fill('Two motorcycles came fr')
      // Who hears nothing from the provider is not sent away: whether the session goes on is not
      // known.
      provider.isAway = true
      await soon(() => page.locator('.banner.stale').textContent()).toContain(
        'nobody has answered yet'
      )
      expect(await violationsOf(page)).toEqual([])
      provider.isAway = false
      await page.locator('.page.is-live').waitFor()

      const token = provider.claims
      provider.claims = shortLived({ aud: 'another' })
      await page.locator('.sign-in [role=alert]').waitFor()
      expect(await page.locator('.typed').textContent()).toContain('Typed as Nora and not sent')
      expect(await page.locator('.typed li').allTextContents()).toEqual(['1 report'])
      expect(await violationsOf(page)).toEqual([])

      provider.claims = token
      const opened = context.waitForEvent('page')
      await page.getByRole('link', { name: 'Sign in with' }).click()
      const window = await opened
      await window.getByRole('heading', { name: 'You are signed in as Nora' }).waitFor()
      expect(await violationsOf(window)).toEqual([])
      await page.locator('.page').waitFor()
      expect(await page.getByLabel('What was seen or said').inputValue()).toBe(
        'Two motorcycles came fr'
      )
      await soon(() => new URL(page.url()).search).toBe('?view=report&look=light')
      expect(
        await page.evaluate('[document.cookie, localStorage.length, sessionStorage.length]')
      ).toEqual(['', 0, 0])
      await window.getByRole('button', { name: 'Use the console in this window' }).click()
      await window.locator('.page').waitFor()
      await context.close()
    }, 300_000)

    it('is told why the provider let nobody in, and begins again from there', async () => {
      provider.claims = shortLived({ scope: 'openid' })
      const page = await (
        await browser.newContext({ viewport: { width: 390, height: 844 } })
      ).newPage()
      await page.goto(`${suite.url}/?look=dark`)
      await page.getByRole('link', { name: 'Sign in with' }).click()
      await page.getByRole('heading', { name: 'You may do nothing here yet' }).waitFor()
      expect(await violationsOf(page)).toEqual([])
      provider.claims = shortLived()
      await page.getByRole('link', { name: 'Begin again' }).click()
      await page.locator('.page').waitFor()
      await page.context().close()
    }, 300_000)
  }
)
