// By keyboard alone: an alert is silenced, what that mutes is looked at, and it is ended; a watch
// is declared, taken over, and handed over with words for the next officer.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postMassacre } from '../../harness/something-of-everything.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, soon, startBrowser } from '../browser.ts'
import { follow, leave, openByKeyboard, press, tabTo, typeInto } from '../by-keyboard.ts'

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
  const heading = (page: Page) => page.evaluate('document.activeElement.textContent')
  const marks = (page: Page) => page.locator('.records').first().locator('.mark').allTextContents()

  it('an officer silences an alert, sees what that mutes, and ends it', async () => {
    const page = await open('?pattern=mass-casualty')
    await page.locator('.row-main').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.history').waitFor()
    await press(page, 'Silence it')
    await soon(() => heading(page)).toBe('New silence')
    await typeInto(page, 'Reason', 'Known to all desks.')
    await typeInto(page, 'For, minutes', '90')
    await press(page, 'Silence')
    await soon(() => marks(page)).toEqual(['◐ holds'])
    expect(await page.locator('.record').first().textContent()).toMatch(
      /Known to all desks\..*Open alerts that it is for1/
    )
    await press(page, 'Open the alert')
    await page.locator('.history').waitFor()
    expect(await page.locator('.alert h2').textContent()).toMatch(/^About 45 /)
    await follow(page, 'Silences')
    await soon(() => heading(page)).toBe('Silences')
    await press(page, 'End it')
    await press(page, 'End it now')
    await soon(() => page.locator('.records').last().textContent()).toContain('Ended')
    expect(await page.getByRole('button', { name: 'End it', exact: true }).count()).toBe(0)
    await leave(page)
  }, 300_000)

  it('an officer who does not end it after all stands at the button that asked', async () => {
    await suite.api.call('POST', '/v1/silences', {
      body: { reason: 'For now.', minutes: 60, filter: { country: ['ML'] } }
    })
    const page = await open('?view=silences')
    await press(page, 'End it')
    await press(page, 'No, go back')
    await soon(() => heading(page)).toBe('End it')
    await leave(page)
  }, 300_000)

  it('officers declare a watch, take it over, and hand it over with what the next one should know', async () => {
    const page = await open('?view=watches')
    await press(page, 'New watch')
    await typeInto(page, 'Name', 'Joint desk')
    await press(page, 'Make the watch')
    await page.locator('.roster').waitFor()
    const { items } = (await suite.api.call('GET', '/v1/watches')).body as {
      items: readonly { id: string }[]
    }
    const body = { url: receiver.url, policy: { watch: items[0]?.id } }
    expect((await suite.api.call('POST', '/v1/subscriptions', { body })).status).toBe(201)
    await soon(() => page.locator('.record .mark').first().textContent()).toContain('nobody is on')

    // It is declared who is on: nobody types in the form before its first field has the focus.
    await press(page, 'Change')
    await soon(() => page.evaluate('document.activeElement.value')).toBe('Joint desk')
    await press(page, 'Add a shift')
    await typeInto(page, 'Officer', 'Ama')
    await tabTo(page, page.getByLabel('Line 1'))
    await page.keyboard.type('http')
    await press(page, 'Save the change')
    await soon(() => page.locator('.record .mark').first().textContent()).toBe('● somebody is on')

    for (const [officer, note] of [
      ['Kofi', ''],
      ['Esi', 'Two alerts near Mopti are open.']
    ] as const) {
      await press(page, 'Hand over')
      await typeInto(page, 'Officer', officer)
      if (note !== '') await typeInto(page, 'Note', note)
      await press(page, 'Hand it over now')
      await page.locator('main').getByText(`Handed over: ${officer} has the watch.`).waitFor()
    }
    const shift = page.locator('.roster .record').first()
    await soon(() => shift.textContent()).toMatch(/Esi.*Two alerts near Mopti are open\./)
    await press(page, 'Withdraw')
    await press(page, 'Withdraw it')
    await page.locator('main').getByText('There is no watch.').waitFor()
    await leave(page)
  }, 300_000)
})
