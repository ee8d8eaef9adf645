// Silences at the console of a running suite: begun from an alert, what they hold and for how long,
// and ended by hand.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

interface Outcome {
  readonly alerts: readonly { readonly alertId: string; readonly headline: string }[]
}
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('who silences an alert', () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver
  let alertId: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => 200)
    alertId = (await report('first', 14.8252)) as string
    const policy = { groupWaitSeconds: 0 }
    const made = await suite.api.call('POST', '/v1/subscriptions', {
      body: { url: receiver.url, policy }
    })
    receiver.useSecret((made.body as { secret: string }).secret)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await suite?.end()
  })

  /** An attack that raises an alert by itself. */
  async function report(externalId: string, lat: number): Promise<string | undefined> {
    const body = {
      ...{ source: { id: 'wire-1' }, externalId, occurred: { from: yesterday, to: yesterday } },
      ...{
        category: 'attack-on-civilians',
        location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 }
      },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
      reportId: string
    }
    const outcome = (await suite.api.call('GET', `/v1/reports/${reportId}?wait=30`)).body as Outcome
    // It raises two, in the order of their ids, which follow from the day.
    return outcome.alerts.find(({ headline }) => headline.startsWith('About 45 people killed'))
      ?.alertId
  }

  const open = async (query: string, options: object = {}) =>
    (await openConsole(browser, { url: suite.url, key: suite.key, query, ...options })).page
  const marks = (page: Page) => page.locator('.records').first().locator('.mark').allTextContents()

  it('begins at the alert, says why and for how long, and sees what it is for', async () => {
    const page = await open(`?alert=${alertId}&look=light`)
    await page.getByRole('button', { name: 'Silence it' }).press('Enter')
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('New silence')
    expect(await page.locator('.fields').textContent()).toContain(
      'This alert alone: About 45 people killed'
    )
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Reason').fill('Known to all desks.')
    await page.getByLabel('For, minutes').fill('99999')
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual([
      'For, minutes'
    ])
    await page.getByLabel('For, minutes').fill('90')
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await soon(() => marks(page)).toEqual(['◐ holds'])
    const record = await page.locator('.record').first().textContent()
    expect(record).toMatch(
      /Known to all desks\..*every subscription with a policy.*Open alerts that it is for1/
    )
    expect(record).toMatch(/UTC, in 1 h/)
    await page.context().close()
  }, 300_000)

  it('is told that the alert has changed since it was looked at, loses nothing typed, and silences it as it is now', async () => {
    const page = await open(`?alert=${alertId}`)
    await page.getByRole('button', { name: 'Silence it' }).press('Enter')
    await page.getByLabel('Reason').fill('Told by telephone.')
    const { operatorRevision } = (await suite.api.call('GET', `/v1/alerts/${alertId}`)).body as {
      operatorRevision: number
    }
    const headers = { 'if-match': `"${operatorRevision}"` }
    const noted = await suite.api.call('POST', `/v1/alerts/${alertId}/acknowledgement`, {
      body: {},
      headers
    })
    expect(noted.status).toBe(200)
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await soon(() => page.locator('.outcome').textContent()).toMatch(
      /owner came first.*once more to silence it as it is now/
    )
    expect(await page.getByLabel('Reason').inputValue()).toBe('Told by telephone.')
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await soon(() => page.locator('.record').first().textContent()).toContain('Told by telephone.')
    await soon(() => marks(page)).toEqual(['◐ holds', '◐ holds'])
    await page.getByRole('button', { name: 'End it', exact: true }).first().click()
    await page.getByRole('button', { name: 'End it now' }).click()
    await soon(() => marks(page)).toEqual(['◐ holds'])
    await page.context().close()
  }, 300_000)

  it('is told that one is for nothing, and ends it by hand, on a narrow screen', async () => {
    const body = { reason: 'A slip.', minutes: 60, filter: { country: ['FI'] } }
    await suite.api.call('POST', '/v1/silences', { body })
    const page = await open('?view=silences', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await soon(() => marks(page)).toEqual(['✕ is for nothing now', '◐ holds'])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.getByRole('button', { name: 'End it', exact: true }).first().tap()
    await page.getByRole('button', { name: 'End it now' }).tap()
    await soon(() => marks(page)).toEqual(['◐ holds'])
    await soon(() => page.locator('.records').nth(1).textContent()).toContain('A slip.')
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('begins at what the list is filtered by', async () => {
    const page = await open('?severity=moderate&country=ML')
    await page
      .getByRole('button', { name: 'Silence these severities, pattern, place, certainty' })
      .click()
    expect(await page.getByLabel('Severities').inputValue()).toBe('moderate')
    expect(await page.getByLabel('Countries').inputValue()).toBe('ML')
    await page.getByLabel('Countries').fill('')
    await page.getByLabel('Severities').fill('')
    await page.getByLabel('Reason').fill('Of nothing.')
    await page.getByRole('button', { name: 'Silence', exact: true }).click()
    await soon(() => page.locator('.fields .fault').textContent()).toContain('must name something')
    await page.context().close()
  }, 300_000)

  it('says which filters of the list it cannot carry, and keeps one that was begun for something else', async () => {
    const page = await open(
      `?alert=${alertId}&severity=moderate&certainty=possible&q=about&taken=nobody&look=light`
    )
    // What is folded away is named, and goes by a press.
    await page.getByRole('button', { name: 'Fewer filters' }).click()
    const active = page.getByRole('list', { name: 'Filters that are on' })
    expect(await active.getByRole('button').allTextContents()).toEqual([
      'Taken: By nobody ✕',
      'Certainty: possible ✕'
    ])
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Silence it' }).click()
    await page.getByLabel('Reason').fill('Known to all desks.')
    await page.getByRole('link', { name: 'Alerts' }).click()
    await page
      .getByRole('button', { name: 'Silence these severities, pattern, place, certainty' })
      .click()
    expect(await page.getByLabel('Certainties').inputValue()).toBe('possible')
    const said = await page.locator('.fields .then').textContent()
    expect(said).toContain('The list is filtered by more: Search: about; Taken: By nobody.')
    expect(await page.getByLabel('Reason').inputValue()).toBe('')
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Go on with: Known to all desks.' }).click()
    expect(await page.getByLabel('Reason').inputValue()).toBe('Known to all desks.')
    expect(await page.locator('.fields').textContent()).toContain(
      'This alert alone: About 45 people killed'
    )
    await page.context().close()
  }, 300_000)

  it('is led to it from a delivery that it holds', async () => {
    await suite.api.call('POST', '/v1/silences', {
      body: { reason: 'For now.', minutes: 60, filter: { country: ['ML'] } }
    })
    await report('second', 16.4)
    const page = await open('?view=subscriptions')
    await page.locator('.record h3 button').click()
    await soon(() => page.locator('.deliveries').textContent()).toContain('a silence is over it')
    await page.getByRole('button', { name: 'See the silences' }).first().press('Enter')
    await soon(() => page.locator('.records').first().textContent()).toContain('For now.')
    await page.context().close()
  }, 300_000)
})
