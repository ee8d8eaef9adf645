// Words that a reporter made to do harm, in every field that a reporter fills, through a running
// suite: they run nowhere, and nothing that shows them scrolls sideways, on a telephone as at a
// desk.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

const script = '<img src=x onerror="window.harm=1"><script>window.harm=1</script>'
const bidi = '\u202Eevitanretla\u2066\u200F'
/** What turns a whole line around is refused in a name: this is what is left. */
const turned = '\u200Fمرحبا'
const zalgo = `Z${'\u0351\u036B\u0343'.repeat(15)}algo`
const flags = '🏳️‍🌈🇲🇱🏴󠁧󠁢󠁳󠁣󠁴󠁿'
/** A line of 200 characters at most without a space. */
const wordOf = (begin: string, length = 200) =>
  Array.from(`${begin}${'Wagadugu'.repeat(40)}`)
    .slice(0, length)
    .join('')
const sourceId = `s${'w'.repeat(63)}`
const link = `https://example.org/${'a'.repeat(1800)}?${encodeURIComponent(script)}`

const hostileReport = (externalId: string, lat: number) => ({
  ...{
    source: { id: sourceId },
    externalId: wordOf(externalId),
    occurred: { from: yesterday, to: yesterday }
  },
  ...{
    category: 'attack-on-civilians',
    fatalities: { low: 40, best: 45, high: 50 },
    handling: 'internal'
  },
  location: { name: wordOf(`W${turned}`), country: 'ML', lat, lon: -5.2547, radiusKm: 2 },
  alsoAt: [{ name: wordOf(script, 150), country: 'ML', lat: lat + 0.01, lon: -5.25, radiusKm: 2 }],
  actors: [
    { name: wordOf(zalgo, 120), role: 'perpetrator' },
    { name: wordOf(`${script}${flags}`, 150), role: wordOf('r', 60) }
  ],
  targets: [{ kind: wordOf('k', 60) }],
  private: {
    narrative: `${script} ${bidi} ${zalgo} ${flags} ${'W'.repeat(3_000)} ${'javascript:window.harm=1 '.repeat(300)}`,
    links: [link],
    persons: [
      {
        name: wordOf(script, 150),
        aliases: [wordOf(`${flags}A`, 150)],
        role: wordOf('p', 60),
        kind: wordOf('q', 60)
      }
    ]
  }
})

/** What is wider than the box that it is in, outermost first, with the box that scrolls. */
const sidewaysIn = (selector: string) => `(() => {
  const wide = [...document.querySelectorAll(${JSON.stringify(selector)})].filter(each => each.scrollWidth > each.clientWidth)
  const beyond = each => [...each.querySelectorAll('*')]
    .filter(inner => inner.checkVisibility() && !inner.closest('.visually-hidden, .map, svg'))
    .filter(inner => inner.getBoundingClientRect().right > each.getBoundingClientRect().right + 1)
    .map(inner => inner.outerHTML.slice(0, 160))
  return wide.map(each => each.className + ' ' + each.scrollWidth + ' in ' + each.clientWidth + ': ' + beyond(each).join(' | '))
})()`
const pageIsWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

describe.skipIf(executablePath === undefined)('words made to do harm', () => {
  let suite: WholeSuite
  let browser: Browser
  let key: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const scopes = [
      'alerts:operate',
      'alerts:read',
      'reports:read',
      'reports:write',
      'persons:read'
    ]
    const made = await suite.api.call('POST', '/v1/keys', {
      body: { name: 'Ama', scopes, handling: 'restricted' }
    })
    key = (made.body as { secret: string }).secret
    await post(hostileReport('first', 14.8252))
    // More than the suite takes is refused, and none of it is shown.
    const huge = hostileReport('huge', 14.8252)
    const answer = await suite.api.call('POST', '/v1/reports', {
      body: { ...huge, private: { ...huge.private, narrative: script.repeat(2_000) } }
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function post(body: object): Promise<void> {
    const { status, body: posted } = await suite.api.call('POST', '/v1/reports', { body })
    expect([status, posted]).toEqual([202, expect.anything()])
    await suite.api.call('GET', `/v1/reports/${(posted as { reportId: string }).reportId}?wait=10`)
  }

  const fits = async (page: Page, selector: string) => {
    expect(await page.locator(selector).count()).toBeGreaterThan(0)
    expect(await page.evaluate(sidewaysIn(selector))).toEqual([])
    expect(await page.evaluate(pageIsWider)).toBe(false)
    expect(await page.evaluate('window.harm')).toBeUndefined()
  }

  it.each([390, 1100])(
    'stay in their place in an alert, the hand-over, banners and a form, on %i pixels',
    async width => {
      const viewport = { width, height: 844 }
      const { page, complaints } = await openConsole(browser, {
        url: suite.url,
        key,
        query: '?sound=minor',
        viewport
      })
      await page.getByRole('button', { name: 'Arm sound' }).click()
      await page.locator('.banner.alarm').waitFor()
      await fits(page, '.banner, .queue')
      await page.locator('.row-main').first().click()
      await page.locator('.history').waitFor()
      await page.locator('.evidence .narrative').first().waitFor()
      await fits(page, '.alert, .banner')
      await page
        .getByRole('button', { name: /^Merge/ })
        .first()
        .click()
      await page.locator('.declaration').waitFor()
      await fits(page, '.alert')

      // What came while the link was cut.
      await page.context().setOffline(true)
      await page.locator('.banner.stale').waitFor()
      await post(hostileReport(`missed-${width}`, width === 390 ? 16.4 : 12.3))
      await page.context().setOffline(false)
      await page.locator('.banner.missed').waitFor()
      await page.locator('.banner.missed summary').click()
      await fits(page, '.banner.missed, .banner, .banner.missed ul')

      // The list of what was missed and the alarm leave the page its greater part.
      expect(
        await page.evaluate('document.querySelector("main").clientHeight > innerHeight / 3')
      ).toBe(true)
      await page.goto(`${suite.url}/?view=hand-over`)
      await page.locator('.is-raised li').first().waitFor()
      await page.locator('.hand-over-text summary').click()
      await fits(page, 'main, main *:not(.visually-hidden, select, input, pre)')

      await page.goto(`${suite.url}/?view=report`)
      await page.getByLabel('Source', { exact: true }).fill(sourceId)
      await page.getByLabel('What happened', { exact: true }).selectOption('attack')
      await page.getByLabel('Day', { exact: true }).fill(yesterday)
      await page.getByLabel('Name of the place').fill(wordOf(script))
      await page.getByLabel('Country', { exact: true }).selectOption('ML')
      await page.getByLabel('What was seen or said').fill(`${script} ${'W'.repeat(5_000)}`)
      await page.locator('.fields button[type=submit]').click()
      await page.locator('.deliveries .record').first().waitFor()
      await page.getByRole('button', { name: 'Ask what became of it' }).click()
      await soon(() => page.locator('.record [role=status]').textContent()).not.toBe('')
      await fits(page, 'main, .deliveries, .record')
      expect(complaints).toEqual([])
      await page.context().close()
    },
    300_000
  )
})
