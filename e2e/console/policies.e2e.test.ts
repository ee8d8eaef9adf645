// When a subscription tells of alerts, at the console of a running suite: given, refused at its
// fields, changed, and what it holds with why and until when.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)('who wants to be told less', () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => 200)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await suite?.end()
  })

  const open = async (options: object = {}) =>
    (
      await openConsole(browser, {
        url: suite.url,
        key: suite.key,
        query: '?view=subscriptions&look=light',
        ...options
      })
    ).page
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()
  const facts = (page: Page) => page.locator('.facts-row').first().textContent()

  it('gives a policy with a new subscription, sees its defaults, and is told at which field it is wrong', async () => {
    const page = await open()
    await press(page, 'New subscription')
    await page.getByLabel('Address').fill(receiver.url)
    await page.getByLabel('By a policy: less, later or once').check()
    const fields = page.locator('.policy')
    expect(await fields.getByLabel('Wait for others of its story, seconds').inputValue()).toBe('30')
    expect(
      await fields.getByLabel('Least time between two tellings of one alert, minutes').inputValue()
    ).toBe('15')
    expect(await fields.getByLabel('Tell when an alert ends').isChecked()).toBe(true)
    await fields.getByLabel('Least time between two tellings').fill('often')
    await fields.getByLabel('Quiet hours').check()
    await fields.getByLabel('From', { exact: true }).fill('22:00')
    await fields.getByLabel('To', { exact: true }).fill('06:00')
    await fields.getByLabel('Time zone').fill('Mars/Olympus')
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'Subscribe')
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual([
      'Least time between two tellings of one alert, minutes'
    ])
    await fields.getByLabel('Least time between two tellings').fill('5')
    await press(page, 'Subscribe')
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual([
      'Time zone'
    ])
    expect(await fields.locator('.fault').textContent()).toContain(
      'Mars/Olympus is none that is known here'
    )
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await fields.getByLabel('Time zone').fill('Africa/Bamako')
    await page.getByLabel('Least severity of the first telling').selectOption('extreme')
    await press(page, 'Subscribe')
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, 'I have stored it')
    expect(await facts(page)).toContain(
      'first from extreme on; after 30 s for its story; changes every 5 min at most; a story as one; quiet 22:00 to 06:00 (Africa/Bamako)'
    )
    await page.context().close()
  }, 300_000)

  it('sees what is held and why, and that it goes when the policy is taken away', async () => {
    const body = {
      ...{
        source: { id: 'wire-1' },
        externalId: 'first',
        occurred: { from: yesterday, to: yesterday }
      },
      ...{
        category: 'attack-on-civilians',
        location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
      },
      ...{ fatalities: { low: 40, best: 45, high: 50 }, handling: 'internal' }
    }
    const { reportId } = (await suite.api.call('POST', '/v1/reports', { body })).body as {
      reportId: string
    }
    await suite.api.call('GET', `/v1/reports/${reportId}?wait=30`)
    const page = await open()
    await page.locator('.record h3 button').click()
    await soon(() => page.locator('.deliveries .mark').allTextContents()).toContain('○ held')
    expect(await page.locator('.deliveries .records > li').last().textContent()).toContain(
      'Held until that changes: it is below the least severity.'
    )
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'Change')
    await page.getByLabel('Each event at once').check()
    await press(page, 'Save the change')
    await soon(() => facts(page)).toContain('Each event at once')
    await soon(
      async () => new Set(await page.locator('.deliveries .mark').allTextContents())
    ).toEqual(new Set(['● taken']))
    await page.context().close()
  }, 300_000)

  it('is told at the policy that strict order can have none, on a narrow screen', async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true })
    await page.locator('.record h3 button').tap()
    await page.getByRole('button', { name: 'Change', exact: true }).tap()
    await page.getByLabel('Order', { exact: true }).selectOption('strict')
    await page.getByLabel('By a policy: less, later or once').check()
    await page.getByRole('button', { name: 'Save the change' }).tap()
    await soon(() => page.locator('.policy .fault').count()).toBe(1)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)
})
