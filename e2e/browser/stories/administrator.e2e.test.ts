// A platform engineer and administrator at a running suite: views by mouse, keys and address, the
// state of sources and pipeline, and sign-in links.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  describeInBrowser,
  expectFits,
  openContext,
  openMenu,
  openPage,
  openView,
  phone,
  readFocus,
  readQuery,
  readText,
  signIn,
  soon
} from '../support/page.ts'
import { call, makeKey, makeOfficer, testSuite } from '../support/test-suite.ts'

const { lights, signIn: signInWords, sourcesView, views } = words

describeInBrowser('an administrator', () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

  it('goes through views by mouse, key, address and Back, and stands at the heading of each', async () => {
    const page = await openPage()
    await openView(page, 'sources')
    await soon(() => readFocus(page)).toBe(views.names.sources)
    await soon(() => readQuery(page, 'view')).toBe('sources')
    await page.keyboard.press('1')
    await soon(() => readFocus(page)).toBe(views.names.alerts)
    await page.goBack()
    await soon(() => readFocus(page)).toBe(views.names.sources)
    // Other stories may have opened alerts, which the title counts.
    await soon(() => page.title()).toContain(views.inTab(views.names.sources, words.product))
    await page.setViewportSize(phone.viewport)
    await openMenu(page, 'foot-switch')
    await page.locator('.foot-switch a', { hasText: views.names.rules }).click()
    await page.locator('.record').first().waitFor()
    await soon(() => page.locator('.foot-switch .menu').isVisible()).toBe(false)
    await expectFits(page)
  }, 300_000)

  it('sees which sources are silent, and what the lights say to whom', async () => {
    for (const [id, age] of [
      ['heard-source', 0],
      ['silent-source', 40]
    ] as const) {
      await call('PUT', `/v1/sources/${id}`, { reliability: 'B', cadenceDays: 2 })
      const { reportId } = await call<{ reportId: string }>('POST', '/v1/reports', {
        source: { id },
        externalId: id,
        reportedAt: daysAgo(age),
        occurred: { from: daysAgo(age).slice(0, 10), to: daysAgo(age).slice(0, 10) },
        category: 'protest',
        location: { country: 'GH', lat: 7.9, lon: -1, radiusKm: 2 }
      })
      await call('GET', `/v1/reports/${reportId}?wait=30`)
    }
    const page = await openPage({ query: '?view=sources' })
    const nameOf = (id: string) => page.locator('.sources tr', { hasText: id }).textContent()
    await soon(() => nameOf('silent-source')).toContain(sourcesView.states.silent)
    expect(await nameOf('heard-source')).toContain(sourcesView.states.live)
    const sources = (each: Page) => each.locator('.lights')
    const officer = await openPage({ key: await makeOfficer('Ama') })
    await soon(() => sources(officer).textContent()).toMatch(/\d of \d+ /)
    const reporter = await openPage({
      key: await makeKey('Reporter', ['reports:write']),
      query: '?view=sources'
    })
    await soon(() => sources(reporter).textContent()).toContain(lights.canaryHidden)
  }, 300_000)

  it('sees whether a canary comes through, and that it is no news', async () => {
    await call('PUT', '/v1/rules/canary', {
      title: 'Canary',
      pattern: 'count',
      where: 'drill && category == "other"',
      parameters: { groupBy: 'theatre', threshold: 1, windowDays: 1 },
      severities: ['minor']
    })
    const page = await openPage({ query: '?country=LR' })
    const pipeline = () => page.locator('.lights .light').nth(1).textContent()
    await soon(pipeline).toContain(lights.canaryNone)
    const send = async (minutesAgo: number) => {
      const reportedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString()
      await call('POST', '/v1/reports', {
        source: { id: 'canary' },
        externalId: `canary-${minutesAgo}`,
        occurred: { from: reportedAt.slice(0, 10), to: reportedAt.slice(0, 10) },
        drill: true,
        reportedAt,
        category: 'other',
        location: { country: 'LR', lat: 6.5, lon: -9.5, radiusKm: 2 }
      })
    }
    await send(10)
    await soon(pipeline).toContain(lights.good)
    expect(await page.locator('.row').count()).toBe(0)
    // Its age is by the clock of the suite, also on a machine whose clock is ahead.
    await page.clock.install({ time: Date.now() + 16 * 60_000 })
    await page.reload()
    await soon(pipeline).toContain(lights.good)
  }, 300_000)

  it('lets an officer in by a link that works once, whatever fetched it before', async () => {
    const { id } = await call<{ id: string }>('POST', '/v1/keys', {
      name: 'Ben',
      scopes: ['alerts:read']
    })
    const { url: link } = await call<{ url: string }>('POST', `/v1/keys/${id}/sign-in-links`)
    for (const method of ['HEAD', 'GET']) expect((await fetch(link, { method })).status).toBe(200)
    const other = await (await openContext(phone)).newPage()
    await other.goto(link)
    expect(await other.locator('script').count()).toBe(0)
    await soon(() => readFocus(other)).toBe(signInWords.title)
    await other.keyboard.press('Enter')
    await other.locator('.page').waitFor()
    expect(await readText(other, '.name')).toContain('Ben')
    const late = await (await openContext()).newPage()
    await late.goto(link)
    await late.getByRole('button', { name: signInWords.title }).click()
    await late.getByRole('heading').first().waitFor()
    await late.getByRole('link').first().click()
    await signIn(late, testSuite().key)
  }, 300_000)
})
