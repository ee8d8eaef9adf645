// Officers at the console of a running suite: one takes an alert, another comes too late, the suite
// is killed and comes back.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('officers at the console', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    // It builds the console, which a suite reads when it starts.
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

  async function officer(name: string, scopes = ['alerts:operate', 'alerts:read']): Promise<Page> {
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name, scopes, handling: 'restricted' }
    })
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: (made.body as { secret: string }).secret
    })
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    return page
  }

  it('see who took an alert, and lose nothing that they typed when they come second', async () => {
    const [first, second] = [await officer('Ama'), await officer('Ben')]
    expect(await first.locator('.name').textContent()).toContain('Ama')
    await second.locator('.act textarea').fill('I have called the field office.')
    // The second one's view of the alert is held back: the race is lost for certain.
    await second.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await first.locator('.act textarea').fill('Mine.')
    await first.locator('.act button[type=submit]').click()
    await soon(() => first.locator('.act .outcome').textContent()).toBe('Acknowledged by you.')
    expect(await first.locator('.act textarea').inputValue()).toBe('')
    await soon(() => first.locator('.notes').textContent()).toContain('Mine.')
    // Every other console knows at once who has it.
    await soon(() => second.locator('.row-holder').first().textContent()).toContain(
      'acknowledged by Ama'
    )
    // The details, which can not be loaded, say that they are older than the list.
    await soon(() => second.locator('.banner.older').textContent()).toContain(
      'The alert has changed since'
    )

    await second.locator('.act button[type=submit]').click()
    await soon(() => second.locator('.act .outcome').textContent()).toContain('Ama came first')
    expect(await second.locator('.act textarea').inputValue()).toBe(
      'I have called the field office.'
    )
    await second.unroute('**/v1/alerts/**')
    await second.locator('.banner.older').waitFor({ state: 'detached' })
    // Beside what the second one writes stands who has it, and not beside what the first one
    // writes.
    await soon(() => second.locator('.other-has-it').textContent()).toMatch(
      /^Somebody else has it: acknowledged by Ama.*, just now\.$/
    )
    expect(await first.locator('.other-has-it').textContent()).toBe('')
    await second.locator('.act input[value=comment]').check()
    await second.locator('.back').click()
    await second.locator('.row-main').first().click()
    expect(await second.locator('.act textarea').inputValue()).toBe(
      'I have called the field office.'
    )
    await soon(() => second.locator('.notes').textContent()).toContain('Mine.')
    await second.locator('.act button[type=submit]').click()
    await soon(() => second.locator('.notes').textContent()).toContain(
      'I have called the field office.'
    )
    // The second one takes it over: the first one is told, and has read it.
    await second.locator('.act input[value=acknowledgement]').check()
    await second.locator('.act button[type=submit]').click()
    await soon(() => first.locator('.banner.taken-away').textContent()).toContain(
      'Ben has taken over what you had.'
    )
    expect(await violationsOf(first)).toEqual([])
    await first.locator('.banner.taken-away > button').click()
    await first.locator('.banner.taken-away').waitFor({ state: 'detached' })
    // It is given back: nobody has it, and everybody sees who gave it back.
    await first.locator('.act input[value=give-back]').check()
    await first.locator('.act textarea').fill('End of shift.')
    await first.locator('.act button[type=submit]').click()
    await soon(() => first.locator('.act .outcome').textContent()).toBe(
      'Given back: nobody has it now.'
    )
    await soon(() => second.locator('.row-holder').first().textContent()).toBe('not taken')
    await soon(() => second.locator('.history > li').first().textContent()).toContain(
      'Given back by Ama'
    )
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('whose alert was closed by another meanwhile are told so, and keep what they typed', async () => {
    await report('closed', 16.4)
    const [first, second] = [await officer('Fay'), await officer('Gil')]
    const path = await first.evaluate(() => location.search)
    await second.goto(`${suite.url}/${path}`)
    await second.locator('.act textarea').fill('Two drivers say the road is shut.')
    // It closes while the second one's act is on its way: that one saw it open.
    await second.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await first.locator('.act input[value=resolution]').check()
    await first.locator('.act-fields select').first().selectOption('true')
    await first.locator('.act button[type=submit]').click()
    await soon(() => first.locator('.alert .outcome').first().textContent()).toBe('Closed.')
    await soon(() => second.locator('.banner.older').textContent()).toContain(
      'The alert has changed since'
    )
    await second.locator('.act button[type=submit]').click()
    await soon(() => second.locator('.alert .outcome').first().textContent()).toContain(
      'Not accepted'
    )
    await second.unroute('**/v1/alerts/**')
    await second.locator('.closed-words').waitFor()
    expect(await second.locator('.alert .outcome').first().textContent()).toContain('Not accepted')
    expect(await second.getByLabel('What you had typed on it').inputValue()).toBe(
      'Two drivers say the road is shut.'
    )
    expect(await violationsOf(second)).toEqual([])
    await Promise.all([first.context().close(), second.context().close()])
  }, 300_000)

  it('who may only read are shown nothing to act with', async () => {
    const page = await officer('Chi', ['alerts:read'])
    expect(await page.locator('.act').count()).toBe(0)
    expect(await page.locator('.name').textContent()).toContain('may read only')
    await page.context().close()
  }, 300_000)

  it('are told that the page is not live, keep what they typed, and are told what they missed', async () => {
    const page = await officer('Dua')
    await page.locator('.act textarea').fill('Half a sen')
    await suite.process.kill9()
    await page.locator('.banner.stale').waitFor()
    expect(await page.locator('.banner.stale').textContent()).toContain('This page is not live')
    expect(await page.title()).toContain('not live')
    expect(await page.locator('.act button[type=submit]').isDisabled()).toBe(true)
    await suite.killAndRestart()
    await report('second', 13.2)
    await page.locator('.banner.stale').waitFor({ state: 'detached' })
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    await page.locator('.banner.missed').waitFor()
    expect(await page.locator('.banner.missed').textContent()).toContain('New')
    await page.context().close()
  }, 300_000)

  it('whose key is revoked are told that their session is over', async () => {
    const page = await officer('Eno')
    const { items } = (await suite.api.call('GET', '/v1/keys')).body as {
      items: readonly { id: string; name: string }[]
    }
    await suite.api.call('DELETE', `/v1/keys/${items.find(({ name }) => name === 'Eno')?.id}`)
    await page.locator('.sign-in [role=alert]').waitFor()
    await page.context().close()
  }, 300_000)
})
