// Every story once by keyboard alone: Tab, Shift, arrows, Enter, Space and what is typed. The page
// refuses a mouse and what is set by script, so what Tab does not reach fails; and wherever an act
// leaves the focus, somebody can go on from there.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, soon, startBrowser } from '../browser.ts'
import { choose, leave, openByKeyboard, press, tabTo, typeInto } from '../by-keyboard.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
/** The digits of a day in the order of the browser's own date field. */
async function asBrowsersWriteIt(page: Page, day: string): Promise<string> {
  const [year = '', month = '', date = ''] = day.split('-')
  const parts = await page.evaluate(() =>
    new Intl.DateTimeFormat(navigator.language).formatToParts().map(({ type }) => type)
  )
  const digits: Readonly<Record<string, string>> = { year, month, day: date }
  return parts.map(part => digits[part] ?? '').join('')
}

describe.skipIf(executablePath === undefined)('the console by keyboard alone', () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => 200)
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
    const posted = await suite.api.call('POST', '/v1/reports', { body })
    await suite.api.call(
      'GET',
      `/v1/reports/${(posted.body as { reportId: string }).reportId}?wait=10`
    )
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await suite?.end()
  })

  const open = (query = '') => openByKeyboard(browser, { url: suite.url, key: suite.key, query })

  it('lets a watch officer take an alert, give it back, record what was done, and close it', async () => {
    const page = await open()
    const outcome = page.locator('.act .outcome')
    await page.locator('.row-main').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
    await typeInto(page, 'Note for other officers (optional)', 'I call the field office.')
    await press(page, 'Acknowledge')
    await soon(() => outcome.textContent()).toBe('Acknowledged by you.')
    await choose(page, page.locator('.act-kinds'), 'give-back')
    await press(page, 'Give back')
    await soon(() => outcome.textContent()).toBe('Given back: nobody has it now.')
    await choose(page, page.locator('.act-kinds'), 'response')
    await tabTo(page, page.locator('.act-fields select').first())
    await page.keyboard.type('People were w')
    await press(page, 'Record response')
    await soon(() => outcome.textContent()).toBe('Response recorded.')
    await choose(page, page.locator('.act-kinds'), 'resolution')
    await tabTo(page, page.locator('.act-fields select').first())
    await page.keyboard.type('True')
    await press(page, 'Close')
    await soon(() => page.locator('.history > li').first().textContent()).toContain(
      'closed by an officer'
    )
    await page.keyboard.press('Escape')
    await page.locator('.alert').waitFor({ state: 'detached' })
    await leave(page)
  }, 300_000)

  it('lets a reporter send a report', async () => {
    const page = await open('?view=report')
    await typeInto(page, 'Source', 'field-7')
    await tabTo(page, page.getByLabel('What happened', { exact: true }))
    await page.keyboard.type('attack')
    await tabTo(page, page.getByLabel('Day', { exact: true }))
    await page.keyboard.type(await asBrowsersWriteIt(page, yesterday))
    await soon(() => page.getByLabel('Day', { exact: true }).inputValue()).toBe(yesterday)
    await typeInto(page, 'Name of the place', 'Diosso')
    await tabTo(page, page.getByLabel('Country', { exact: true }))
    await page.keyboard.type('Mali')
    await tabTo(page, page.locator('.fields button[type=submit]'))
    await page.keyboard.press('Enter')
    await soon(() => page.locator('.fields .outcome').textContent()).toContain('Accepted as report')
    await leave(page)
  }, 300_000)

  it("lets a partner's engineer subscribe an endpoint and test it", async () => {
    const page = await open('?view=subscriptions')
    await press(page, 'New subscription')
    await typeInto(page, 'Address', receiver.url)
    await press(page, 'Subscribe')
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, 'I have stored it')
    await press(page, 'Send a test')
    await soon(() => page.locator('.test .outcome').textContent()).toContain(
      'The test was taken: status 200'
    )
    await leave(page)
  }, 300_000)

  it('lets an analyst change a rule after its preview', async () => {
    const page = await open('?view=rules')
    await typeInto(page, 'Search rules', 'mass-casualty')
    await tabTo(page, page.locator('.record h3 button').first())
    await page.keyboard.press('Enter')
    await soon(() => page.getByLabel('The rule, as YAML').inputValue()).toContain(
      'pattern: mass-casualty'
    )
    await typeInto(page, 'The rule, as YAML', 'pattern: mass-casualty\nwhere: country == "ML"\n')
    await press(page, 'Show what would change')
    await page.locator('.rule-preview').waitFor()
    await press(page, 'Put into force')
    await soon(() => page.locator('.fields > .outcome').textContent()).toContain(
      'In force, as version 2'
    )
    await leave(page)
  }, 300_000)

  it('lets a platform engineer look at sources, and make and revoke a key', async () => {
    const page = await open('?view=sources')
    await page.locator('.view h2').waitFor()
    await tabTo(page, page.locator('.views a', { hasText: 'Keys' }))
    await page.keyboard.press('Enter')
    await press(page, 'New key')
    await typeInto(page, 'Name of the holder', 'Ama')
    await press(page, 'Make the key')
    await page.locator('.secret').waitFor()
    await press(page, 'I have stored it')
    await press(page, 'Revoke')
    await press(page, 'Revoke it')
    await soon(() => page.locator('.record .mark').textContent()).toBe('○ revoked')
    await leave(page)
  }, 300_000)
})
