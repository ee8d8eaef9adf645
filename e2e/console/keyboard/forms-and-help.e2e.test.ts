// By keyboard alone: who thinks better of a form stands where they opened it, and the list of keys
// can be found everywhere.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { executablePath, soon } from '../browser.ts'
import { leave, openByKeyboard, press, tabTo, typeInto } from '../by-keyboard.ts'

/** What the button says that has the focus; null where none has it. */
const pressable = `(({ tagName, ariaLabel, textContent }) => tagName === 'BUTTON' ? (ariaLabel ?? textContent.replace('?', '')) : null)(document.activeElement)`

/** On a narrow screen what is seldom pressed opens from the name of who is signed in. */
async function toKeyboard(page: Page, width: number): Promise<void> {
  if (width < 700) await press(page, /^Signed in as/)
}

describe.skipIf(executablePath === undefined)('by keyboard alone', () => {
  const at = frontInBrowser()
  let receiver: WebhookReceiver
  beforeAll(async () => {
    receiver = await WebhookReceiver.listen(() => 200)
  })
  afterAll(() => receiver?.close())

  const open = (query: string, viewport = { width: 1100, height: 800 }) =>
    openByKeyboard(at.browser, { url: at.suite.url, key: at.suite.key, query, viewport })
  const focused = (page: Page) => page.evaluate(pressable)
  const made = async (path: string, body: object) =>
    (await at.suite.api.call('POST', path, { body })).body as Record<string, string>

  /** Opens a form by a button, writes into one of its fields, and thinks better of it. */
  async function thinkBetter(
    page: Page,
    opener: string | RegExp,
    field: string,
    cancel: string
  ): Promise<void> {
    await press(page, opener)
    await typeInto(page, field, '7')
    await press(page, cancel)
    await soon(async () => String(await focused(page))).toMatch(opener)
  }

  it('who does not hand a watch over, and does not change it, stands at the button that began it', async () => {
    const { id } = await made('/v1/watches', { name: 'Night desk' })
    const page = await open(`?view=watches&item=${id}`)
    await thinkBetter(page, 'Hand over', 'Officer', 'Cancel')
    await thinkBetter(page, 'Change', 'Name', 'Cancel')
    await leave(page)
  }, 300_000)

  it('who keeps a secret, and a subscription as it is, stands at the button that began it', async () => {
    const { id } = await made('/v1/subscriptions', { url: receiver.url })
    const page = await open(`?view=subscriptions&item=${id}`)
    await thinkBetter(page, 'New secret', 'The earlier one signs beside it for, hours', 'Cancel')
    await thinkBetter(page, 'Change', 'Address', 'Cancel')
    await leave(page)
  }, 300_000)

  it('who does not withdraw a report after all stands at the button that began it', async () => {
    const { reportId } = await made('/v1/reports', {
      ...{
        source: { id: 'wire-9' },
        occurred: { from: '2026-01-02', to: '2026-01-02' },
        category: 'attack'
      },
      location: { country: 'ML', lat: 14.8, lon: -5.2 }
    })
    const page = await open(`?view=report&item=${reportId}`)
    await thinkBetter(page, /^Withdraw it/, 'Why it is withdrawn', 'Keep it')
    await leave(page)
  }, 300_000)

  it('who does not merge incidents after all stands at the button that began it', async () => {
    const page = await open('?q=front')
    await page.locator('.row-main').first().waitFor()
    await tabTo(page, page.locator('.row-main').first())
    await page.keyboard.press('Enter')
    await page.locator('.incident-acts button').first().waitFor()
    await thinkBetter(page, /^Merge/, 'Note', 'Cancel')
    await leave(page)
  }, 300_000)

  it.each([
    ['on a narrow screen', '?q=front', 390],
    ['on a wall', '?q=front&look=wall', 1100],
    ['in a view beside the alerts', '?view=sources', 1100]
  ])(
    'the keys are listed, and switched off, %s',
    async (_, query, width) => {
      const page = await open(query, { width, height: 844 })
      await toKeyboard(page, width)
      await press(page, 'Keyboard')
      await page.locator('dialog.help[open]').waitFor()
      await press(page, 'Close')
      await soon(() => focused(page)).toBe('Keyboard')
      await leave(page)
    },
    300_000
  )

  it('the keys are listed beside an open alert, also where it takes the whole of a narrow screen', async () => {
    for (const width of [1100, 390]) {
      const page = await open('?q=front', { width, height: 844 })
      await page.locator('.row-main').first().waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.locator('.history').waitFor()
      await toKeyboard(page, width)
      await press(page, 'Keyboard')
      await page.locator('dialog.help[open]').waitFor()
      await press(page, 'Close')
      await soon(() => focused(page)).toBe('Keyboard')
      await leave(page)
    }
  }, 300_000)
})
