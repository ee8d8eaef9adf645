// Who goes on before the page has drawn what they asked for is not called back: the focus stays
// where they took it.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

/**
 * Presses something, and is in the search as soon as the page has an answer in the document, before
 * it is drawn.
 */
function pressAndSearch(page: Page, pressed: string, isAnswered: string): Promise<unknown> {
  return page.evaluate(`new Promise(resolve => {
    const observer = new MutationObserver(() => {
      if (!(${isAnswered})) return
      observer.disconnect()
      document.getElementById('search').focus()
      resolve()
    })
    observer.observe(document, { subtree: true, childList: true })
    document.querySelector(${JSON.stringify(pressed)}).click()
  })`)
}

/** Drawn, and what was put off until then done. */
const drawn = (page: Page) =>
  page.evaluate(
    `new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))))`
  )
const focused = (page: Page) => page.evaluate('document.activeElement.id')

describe.skipIf(executablePath === undefined)('who goes on at once', () => {
  let browser: Browser
  let notifier: ListeningNotifier
  beforeAll(async () => {
    browser = await startBrowser()
    const log = new MemoryLog()
    await new AlertWriter(log).write('raised', 'a', { severity: 'extreme' })
    notifier = await listenNotifier({}, log)
    const headers = { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' }
    for (const name of ['Day desk', 'Night desk']) {
      const body = JSON.stringify({ name, lineMinutes: 5, shifts: [] })
      expect(
        (await fetch(`${notifier.url}/v1/watches`, { method: 'POST', headers, body })).status
      ).toBe(201)
    }
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('stays in the search, whether an alert is opened or closed behind it', async () => {
    const { page } = await openConsole(browser, { url: notifier.url, key: ownerKey })
    await page.locator('.row-main').waitFor()
    await pressAndSearch(page, '.row-main', `document.querySelector('.alert') !== null`)
    await drawn(page)
    expect(await focused(page)).toBe('search')
    await page.locator('.history').waitFor()
    await pressAndSearch(page, '.alert .back', `document.querySelector('.alert') === null`)
    await drawn(page)
    expect(await focused(page)).toBe('search')
    await page.context().close()
  }, 300_000)

  it('stays at another watch while the one before is withdrawn on a slow link', async () => {
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: '?view=watches'
    })
    const link = Promise.withResolvers<void>()
    await page.route('**/v1/watches/**', async route => {
      if (route.request().method() === 'DELETE') await link.promise
      await route.continue()
    })
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const isAsked = (method: string) =>
      page.waitForResponse(
        each => /\/v1\/watches\b/.test(each.url()) && each.request().method() === method
      )
    await press('Day desk')
    await press('Withdraw')
    await press('Withdraw it')
    await press('All watches')
    await press('Night desk')
    const withdrawn = isAsked('DELETE')
    link.resolve()
    await withdrawn
    await isAsked('GET')
    await drawn(page)
    expect(await page.locator('.view h2').textContent()).toBe('Night desk')
    await page.context().close()
  }, 300_000)

  it('finds no act to send on an alert that is shown as it was earlier, at no moment', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const { page } = await openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query: `?until=${until}`
    })
    await page.locator('.row-main').waitFor()
    await page.evaluate(`{
      globalThis.couldSend = []
      const look = () => {
        const send = document.querySelector('.act-send button[type=submit]')
        if (send !== null) couldSend.push(!send.disabled)
      }
      new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
      document.querySelector('.row-main').click()
    }`)
    await soon(() => page.evaluate<number>('couldSend.length')).toBeGreaterThan(0)
    await drawn(page)
    expect(await page.evaluate('couldSend.includes(true)')).toBe(false)
    await page.context().close()
  }, 300_000)
})
