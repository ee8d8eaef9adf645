// A partner's engineer at the console: subscribes an endpoint, tests it, looks at a delivery, sends
// it again.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from './browser.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe.skipIf(executablePath === undefined)("a partner's engineer", () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver
  let key: string
  let answer = 200

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => answer)
    const body = {
      name: 'Partner',
      scopes: ['alerts:read', 'subscriptions:manage'],
      handling: 'restricted'
    }
    key = ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string }).secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
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

  const open = (query: string, options = {}) =>
    openConsole(browser, { url: suite.url, key, query, ...options })
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()
  const marks = (page: Page) => page.locator('.deliveries .mark').allTextContents()

  it('subscribes, stores the secret, tests, looks at what was answered, and sends it again', async () => {
    const { page, complaints } = await open('?view=subscriptions&look=light')
    await press(page, 'New subscription')
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('New subscription')
    await page.getByLabel('Address').fill('ftp://partner.example/hook')
    await press(page, 'Subscribe')
    await soon(() => page.locator('.field.has-fault label').allTextContents()).toEqual(['Address'])
    expect(await violationsOf(page)).toEqual([])

    await page.getByLabel('Address').fill(receiver.url)
    await page.getByLabel('Countries').fill('ml')
    await press(page, 'Subscribe')
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'I have stored it')
    expect(await page.locator('.secret').count()).toBe(0)
    expect(await page.locator('.facts-row').first().textContent()).toContain('country: ML')
    await press(page, 'Send a test')
    await soon(() => page.locator('.test .outcome').textContent()).toContain(
      'The test was taken: status 200'
    )

    await report('first', 14.8252)
    await soon(() => marks(page)).toContain('● taken')
    await page.locator('.deliveries [aria-expanded]').last().click()
    await page.getByRole('button', { name: 'Open the alert' }).waitFor()
    await soon(() => page.locator('.deliveries .columns').textContent()).toContain('status 200')
    await soon(() => page.locator('.deliveries .excerpt').first().textContent()).toContain(
      'webhook-id'
    )
    expect(await page.locator('.deliveries .excerpt').first().textContent()).toContain(
      'POST http://127.0.0.1'
    )
    await page.getByRole('button', { name: 'Send again Delivery 1', exact: true }).click()
    await soon(() => page.locator('.replays .outcome').textContent()).toBe(
      '1 delivery will be sent again, in order.'
    )
    await soon(() => page.locator('.deliveries').textContent()).toContain('replay 1')
    expect([...receiver.unverified, ...receiver.undocumented]).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('sees why an endpoint takes nothing, and sends all that failed again', async () => {
    const { page } = await open('?view=subscriptions')
    await page.locator('.record h3 button').click()
    answer = 503
    await press(page, 'Send a test')
    await soon(() => page.locator('.test .outcome').textContent()).toContain(
      'The test was not taken: status 503'
    )
    await report('second', 13.2)
    await soon(() => marks(page)).toContain('◐ not taken yet, tried again')
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Send a range again: From').fill('9')
    await page.getByLabel('To', { exact: true }).fill('8')
    await page.locator('.replays button[type=submit]').click()
    expect(await page.locator('.replays .fault').textContent()).toContain(
      'The end is before the beginning'
    )
    // While it still fails: an endpoint that is back takes all by itself, and nothing would be left
    // to press.
    await press(page, 'Send all that failed again')
    await soon(() => page.locator('.replays .outcome').textContent()).toContain(
      'will be sent again'
    )
    answer = 200
    await soon(async () => new Set(await marks(page))).toEqual(new Set(['● taken']))
    await page.context().close()
  }, 300_000)

  it('is told when somebody else changed it meanwhile, and undoes nothing of that', async () => {
    const { page } = await open('?view=subscriptions&look=light')
    await page.locator('.record h3 button').click()
    await press(page, 'Change')
    await page.getByLabel('Whom to contact if it fails').fill('desk@partner.example')
    const listed = await suite.api.call('GET', '/v1/subscriptions')
    const [held] = (listed.body as { items: { id: string; filter: object }[] }).items
    const filter = { ...held?.filter, country: ['ML', 'BF'] }
    await suite.api.call('PATCH', `/v1/subscriptions/${held?.id}`, { body: { filter } })
    await press(page, 'Save the change')
    await soon(() => page.locator('.newer').textContent()).toContain('(what it sends)')
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])
    await press(page, 'Go on with what I typed')
    expect(await page.getByLabel('Countries').inputValue()).toBe('ML, BF')
    await press(page, 'Save the change')
    await soon(() => page.locator('.facts-row').first().textContent()).toContain(
      'desk@partner.example'
    )
    expect(await page.locator('.facts-row').first().textContent()).toContain('country: ML, BF')
    expect(await page.locator('.newer').count()).toBe(0)
    await page.context().close()
  }, 300_000)

  it('changes what is sent, makes a new secret, and deletes, by touch on a narrow screen', async () => {
    const { page } = await open('?view=subscriptions', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await page.locator('.record h3 button').tap()
    await page.getByRole('button', { name: 'Change', exact: true }).tap()
    await page.getByLabel('Severity').selectOption('severe')
    await page.getByLabel('Silences: that one holds back').tap()
    await page.getByLabel('Watches that its maker declared').tap()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Save the change' }).tap()
    await soon(() => page.locator('.facts-row').first().textContent()).toContain('severe and above')
    const facts = await page.locator('.facts-row').first().textContent()
    expect(facts).toContain('Told besidessilences; watches without anybody on')
    const { items } = (await suite.api.call('GET', '/v1/subscriptions')).body as {
      items: { notices: string[] }[]
    }
    expect(items[0]?.notices).toEqual(['silences', 'watches'])
    await page.getByRole('button', { name: 'Change', exact: true }).tap()
    await page.getByLabel('Watches that its maker declared').tap()
    await page.getByRole('button', { name: 'Save the change' }).tap()
    await soon(() => page.locator('.facts-row').first().textContent()).toMatch(
      /Told besidessilences(?!;)/
    )
    await page.getByRole('button', { name: 'Pause' }).tap()
    await soon(() => page.locator('.mark').first().textContent()).toContain(
      'paused: nothing is sent'
    )
    await page.getByRole('button', { name: 'Resume' }).tap()
    await soon(() => page.locator('.mark').first().textContent()).toBe('● active')
    await page.getByRole('button', { name: 'New secret' }).tap()
    await page.getByRole('button', { name: 'Make a new secret' }).tap()
    await soon(() => page.locator('.once').textContent()).toContain(
      'The earlier secret signs beside it until'
    )
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.getByRole('button', { name: 'I have stored it' }).tap()
    await page.getByRole('button', { name: 'Delete', exact: true }).tap()
    await page.getByRole('button', { name: 'Delete it' }).tap()
    await page.locator('main').getByText('There is no subscription yet.').waitFor()
    await page.context().close()
  }, 300_000)

  it('subscribes, tests, looks at a delivery and sends it again, by touch on a narrow screen', async () => {
    const { page, complaints } = await open('?view=subscriptions&look=light', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    const tap = (name: string) => page.getByRole('button', { name, exact: true }).tap()
    const isWithin = async () =>
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await tap('New subscription')
    await page.getByLabel('Address').fill(receiver.url)
    await tap('Subscribe')
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await isWithin()
    await tap('I have stored it')
    await tap('Send a test')
    await soon(() => page.locator('.test .outcome').textContent()).toContain(
      'The test was taken: status 200'
    )
    await report('by-touch', 12.4)
    await soon(() => marks(page)).toContain('● taken')
    await page.locator('.deliveries [aria-expanded]').last().tap()
    await soon(() => page.locator('.deliveries .columns').textContent()).toContain('status 200')
    await isWithin()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Send again Delivery 1', exact: true }).tap()
    await soon(() => page.locator('.replays .outcome').textContent()).toBe(
      '1 delivery will be sent again, in order.'
    )
    await soon(() => page.locator('.deliveries').textContent()).toContain('replay 1')
    await isWithin()
    await page.getByRole('button', { name: 'Open the alert' }).tap()
    await page.locator('.alert h2').waitFor()
    await isWithin()
    expect([...receiver.unverified, ...receiver.undocumented]).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})
