// By keyboard alone: what was set aside is mended and takes its place; an endpoint is subscribed
// and tested, its key is made anew and its deliveries are sent again; a rule is tried on what is
// retained.

import { topics } from '@tocsin/event-log/topics'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postMassacre } from '../../harness/something-of-everything.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, soon, startBrowser } from '../browser.ts'
import { leave, openByKeyboard, press, tabTo, typeInto } from '../by-keyboard.ts'

const mended = {
  ...{
    source: { id: 'wire-7' },
    occurred: { from: '2026-01-02', to: '2026-01-02' },
    category: 'attack'
  },
  location: { country: 'ML', lat: 14.8, lon: -5.2 }
}

describe.skipIf(executablePath === undefined)('by keyboard alone', () => {
  let suite: WholeSuite
  let browser: Browser
  let receiver: WebhookReceiver

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receiver = await WebhookReceiver.listen(() => 200)
    await postMassacre(suite, 'first', 14.8252)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await suite?.end()
  })

  const open = (query = '') => openByKeyboard(browser, { url: suite.url, key: suite.key, query })
  const focusedValue = (page: Page) => page.evaluate('document.activeElement.value')

  it('a platform engineer mends a report in the quarantine, and it takes the place of the bytes', async () => {
    const record = {
      id: 'aside',
      key: 'world',
      value: Buffer.from('{"source":{"id":"wire-7"},"category":"attack"}')
    }
    await suite.withLog(log => log.append(topics.incidents, [record]))
    const listed = async () =>
      (await suite.api.call('GET', '/v1/quarantine')).body as { items: readonly object[] }
    await waitFor(async () => (await listed()).items.length === 1, {
      what: 'an entry of the quarantine',
      timeoutMs: 60_000
    })
    const page = await open('?view=quarantine')
    await tabTo(page, page.locator('.record h3 button'))
    await page.keyboard.press('Enter')
    const text = page.getByLabel('Report, as JSON or YAML')
    await soon(() => text.inputValue()).toContain('wire-7')
    await typeInto(page, 'Report, as JSON or YAML', JSON.stringify(mended))
    await press(page, 'Replace by this report')
    await soon(() => page.locator('.mark').last().textContent()).toBe('● replaced by a report')
    await press(page, 'The whole quarantine')
    await soon(() => page.locator('.record').count()).toBe(0)
    await leave(page)
  }, 300_000)

  it("a partner's engineer subscribes, tests, makes a new secret, and sends a delivery again", async () => {
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

    await press(page, 'New secret')
    await soon(() => focusedValue(page)).toBe('24')
    await typeInto(page, 'The earlier one signs beside it for, hours', '1')
    await press(page, 'Make a new secret')
    await soon(() => page.locator('.once').textContent()).toContain(
      'The earlier secret signs beside it until'
    )
    receiver.useSecret((await page.locator('.secret').textContent()) ?? '')
    await press(page, 'I have stored it')

    await postMassacre(suite, 'second', 16.4)
    await soon(() => page.locator('.deliveries .mark').allTextContents()).toContain('● taken')
    await press(page, 'Request and answer Delivery 1')
    await soon(() => page.locator('.deliveries .columns').textContent()).toContain('status 200')
    await press(page, 'Send again Delivery 1')
    await soon(() => page.locator('.replays .outcome').textContent()).toBe(
      '1 delivery will be sent again, in order.'
    )
    await soon(() => page.locator('.deliveries').textContent()).toContain('replay 1')
    await typeInto(page, 'Send a range again: From', '1')
    await typeInto(page, 'To', '1')
    await page.keyboard.press('Enter')
    await soon(() => page.locator('.deliveries').textContent()).toContain('replay 2')
    expect([...receiver.unverified, ...receiver.undocumented]).toEqual([])

    await press(page, 'Pause')
    await soon(() => page.locator('.mark').first().textContent()).toContain(
      'paused: nothing is sent'
    )
    await press(page, 'Delete')
    await press(page, 'Delete it')
    await page.locator('main').getByText('There is no subscription yet.').waitFor()
    await leave(page)
  }, 300_000)

  it('an analyst tries a rule on what is retained, and reads on the map and in the list what it would have told', async () => {
    const page = await open('?view=rules')
    await typeInto(page, 'Search rules', 'mass-casualty')
    await tabTo(page, page.locator('.record h3 button').first())
    await page.keyboard.press('Enter')
    await soon(() => page.getByLabel('The rule, as YAML').inputValue()).toContain(
      'pattern: mass-casualty'
    )
    await typeInto(page, 'The rule, as YAML', 'pattern: mass-casualty\nseverities: [minor]\n')
    await press(page, 'Backtest on what is retained')
    await soon(() => page.locator('.rule-preview').textContent()).toMatch(/\d alerts? since/)
    await press(page, /^Mark on the map: /)
    await page.locator('.sketches > .is-picked').waitFor()
    await press(page, 'Show what would change')
    await soon(() => page.getByRole('button', { name: 'Put into force' }).isEnabled()).toBe(true)
    await press(page, 'Put into force')
    await soon(() => page.locator('.fields > .outcome').textContent()).toContain(
      'In force, as version 2'
    )
    await leave(page)
  }, 300_000)
})
