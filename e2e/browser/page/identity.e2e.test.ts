// An officer signs in at the identity provider, stays signed in while it says so, and loses nothing
// typed when it no longer does.

import { words } from '@tocsin/console/words/words'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { describeInBrowser, openContext, readText, soon, waitUntilLive } from '../support/page.ts'

const { signIn, silences } = words
const tokenSeconds = 8

describeInBrowser('an officer of an identity provider', () => {
  let suite: WholeSuite
  let provider: IdentityProvider

  beforeAll(async () => {
    provider = await IdentityProvider.start()
    const issuer = await provider.listen()
    suite = await WholeSuite.start({
      env: {
        TOCSIN_OIDC_ISSUER: issuer,
        TOCSIN_OIDC_AUDIENCE: provider.audience,
        TOCSIN_OIDC_CLIENT_ID: 'console',
        TOCSIN_OIDC_THEATRES: '*',
        TOCSIN_OIDC_CLOCK_TOLERANCE_S: '0'
      }
    })
  }, 300_000)
  afterAll(async () => {
    await suite?.end()
    await provider?.close()
  })

  const claimsFor = (more: object = {}) => ({
    scope: 'tocsin:alerts:read tocsin:subscriptions:manage',
    preferred_username: 'Nora',
    ...more,
    get exp() {
      return Math.floor(Date.now() / 1000) + tokenSeconds
    }
  })
  const openAt = async (path: string) => {
    const context = await openContext({}, suite.url, [provider.issuer])
    const page = await context.newPage()
    await page.goto(`${suite.url}${path}`)
    return { context, page }
  }

  it('returns to the same view, outlives a token, and goes on after another window has signed in', async () => {
    provider.claims = claimsFor()
    const { context, page } = await openAt('/?view=silences&item=new')
    await page.getByRole('link', { name: signIn.withProvider('').trim() }).click()
    await page.locator('.page').waitFor()
    expect(await readText(page, '.name')).toContain('Nora')
    expect(new URL(page.url()).searchParams.get('view')).toBe('silences')
    // The name of a later token shows that the session went on with it.
    provider.claims = claimsFor({ preferred_username: 'Nora B.' })
    await soon(() => readText(page, '.name')).toContain('Nora B.')
    await page.getByLabel(silences.form.reason).fill('Two motorcycles came fr')
    // Without an answer of the provider the page stays, and says that it is not live.
    provider.isAway = true
    await page.locator('.banner.stale').waitFor()
    provider.isAway = false
    await waitUntilLive(page)

    provider.claims = claimsFor({ aud: 'another' })
    await page.locator('.sign-in [role=alert]').waitFor()
    await page.getByText(signIn.otherWindow).waitFor()
    provider.claims = claimsFor({ preferred_username: 'Nora B.' })
    const opened = context.waitForEvent('page')
    await page.getByRole('link', { name: signIn.withProvider('').trim() }).click()
    await (await opened).getByRole('heading').first().waitFor()
    await page.locator('.page').waitFor()
    expect(await page.getByLabel(silences.form.reason).inputValue()).toBe('Two motorcycles came fr')
    expect(await page.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0])
  }, 300_000)

  it('learns why the provider let nobody in, and begins again from there', async () => {
    provider.claims = claimsFor({ scope: 'openid' })
    const { page } = await openAt('/')
    await page.getByRole('link', { name: signIn.withProvider('').trim() }).click()
    await page.getByRole('heading').first().waitFor()
    provider.claims = claimsFor()
    await page.getByRole('link').first().click()
    await page.locator('.page').waitFor()
  }, 300_000)
})
