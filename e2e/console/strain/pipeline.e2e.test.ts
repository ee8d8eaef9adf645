// The light of the pipeline on a real suite: a canary that is reported becomes an alert, and the
// console says how old it is.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

/** As operations.md#canary has it. */
const canaryRule = {
  title: 'Canary',
  pattern: 'count',
  where: 'drill && category == "other"',
  parameters: { groupBy: 'theatre', threshold: 1, windowDays: 1 },
  severities: ['minor']
}

describe.skipIf(executablePath === undefined)('the light of the pipeline', () => {
  let suite: WholeSuite
  let browser: Browser
  let sent = 0

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await ask('PUT', '/v1/rules/canary', canaryRule)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  async function ask(method: 'PUT' | 'POST', path: string, body: object): Promise<unknown> {
    const answer = await suite.api.call(method, path, { body })
    if (answer.status >= 300)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async function sendCanary(minutesAgo: number): Promise<void> {
    const reportedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString()
    const day = reportedAt.slice(0, 10)
    await ask('POST', '/v1/reports', {
      ...{
        source: { id: 'canary' },
        externalId: `canary-${sent++}`,
        occurred: { from: day, to: day },
        drill: true,
        reportedAt
      },
      ...{ category: 'other', location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 } }
    })
  }

  const light = (page: Page) => page.locator('.light').nth(1)
  const says = (page: Page) => light(page).textContent()

  it('is good once a canary has come through, says so when none comes any more, and the canary is no news', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?look=light'
    })
    await page.locator('.page.is-live').waitFor()
    await soon(() => says(page)).toContain('unknown: answers, no canary')
    expect(await violationsOf(page)).toEqual([])
    // Half a minute until three are overdue, by the clock of the suite.
    await sendCanary(14.5)
    await soon(() => says(page)).toMatch(/fault: no canary for 1\d min/)
    expect(await violationsOf(page)).toEqual([])
    await sendCanary(10)
    await soon(() => says(page)).toMatch(/good: canary 1\d min/)
    await sendCanary(0)
    await soon(() => says(page)).toMatch(/good: canary (just now|\d min ago)/)
    expect(await violationsOf(page)).toEqual([])
    expect(await page.locator('.count').textContent()).toBe('0 alerts')
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])

    // A page that is opened later is told of it too, and takes its age from no clock of a machine
    // that is ahead.
    await page.clock.install({ time: Date.now() + 16 * 60_000 })
    await page.reload()
    await soon(() => says(page)).toMatch(/good: canary (just now|\d min ago)/)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is not shown to a key that may not read alerts', async () => {
    const made = { name: 'Reporter', scopes: ['reports:write'], handling: 'internal' }
    const { secret } = (await ask('POST', '/v1/keys', made)) as { secret: string }
    const { page } = await openConsole(browser, { url: suite.url, key: secret })
    await soon(() => says(page)).toContain('unknown: not shown to this key')
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
