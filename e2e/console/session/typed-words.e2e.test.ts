// Words that were typed and not sent, in a real browser: who signs out is asked about them while
// they can still be kept, and no other way out of a page that has ended, or was kept by the
// browser, loses them.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Dialog, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const note = 'The road to Diosso is shut.'

describe.skipIf(executablePath === undefined)('an officer with words that were not sent', () => {
  const log = new MemoryLog()
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await new AlertWriter(log).write('raised', 'a1', { headline: 'Siege of Diosso' })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const typed = (page: Page) => page.locator('.act textarea')
  const open = (query: string) =>
    openConsole(browser, { url: notifier.url, key: ownerKey, query: `?alert=a1${query}` })

  /** Types a note. Whatever the browser asks by itself is counted, and answered with "Stay". */
  async function withNote(page: Page): Promise<readonly Dialog[]> {
    const dialogs: Dialog[] = []
    page.on('dialog', dialog => {
      dialogs.push(dialog)
      void dialog.dismiss()
    })
    await typed(page).pressSequentially(note)
    return dialogs
  }

  const isSignedIn = (page: Page) =>
    page.evaluate(`fetch('/v1/me').then(({ status }) => status === 200)`)

  it.each(['light', 'dark'])(
    'stays signed in unless they are dropped: asked once, in words of the page, %s',
    async look => {
      const { page, complaints } = await open(`&look=${look}`)
      const dialogs = await withNote(page)
      const leave = page.getByRole('button', { name: 'Sign out', exact: true })
      const question = page.getByRole('dialog')
      for (const stay of [
        () => page.keyboard.press('Enter'),
        () => page.keyboard.press('Escape')
      ]) {
        await leave.click()
        await soon(() => question.getByRole('listitem').allTextContents()).toEqual([
          '1 note on an alert'
        ])
        await soon(() => page.evaluate('document.activeElement.textContent')).toBe('Stay')
        expect(await violationsOf(page)).toEqual([])
        await stay()
        await soon(() => question.count()).toBe(0)
        expect([await typed(page).inputValue(), await isSignedIn(page)]).toEqual([note, true])
      }
      await leave.click()
      await question.getByRole('button', { name: 'Sign out, and drop it' }).click()
      await page.locator('#key').waitFor()
      expect([await isSignedIn(page), dialogs.length]).toEqual([false, 0])
      expect(await page.evaluate('document.documentElement.outerHTML.includes("Diosso")')).toBe(
        false
      )
      expect(complaints).toEqual([])
      await page.context().close()
    },
    300_000
  )

  it('keeps them where the suite ends the stream for another reason than the session', async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } })
    const page = await context.newPage()
    const links: WebSocketRoute[] = []
    await page.routeWebSocket(/\/v1\/stream/, link => {
      link.connectToServer()
      links.push(link)
    })
    await page.goto(`${notifier.url}/?alert=a1`)
    await page.locator('#key').fill(ownerKey)
    await page.locator('form button[type=submit]').click()
    await page.locator('.page.is-live').waitFor()
    const dialogs = await withNote(page)
    await links.at(-1)?.close({ code: 4503, reason: 'not for this console' })
    await page.getByRole('button', { name: 'Sign in again' }).click()
    await page.locator('.page.is-live').waitFor()
    await soon(() => typed(page).inputValue()).toBe(note)
    expect(dialogs).toEqual([])
    await context.close()
  }, 300_000)

  it('has them again on a page that the browser had kept, which shows nothing else of before', async () => {
    const { page } = await open('')
    const dialogs = await withNote(page)
    const shown = await page.evaluate(`(() => {
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      return document.documentElement.outerHTML.includes('Siege of')
    })()`)
    expect(shown).toBe(false)
    await soon(() => typed(page).inputValue()).toBe(note)
    expect(dialogs).toEqual([])
    await page.context().close()
  }, 300_000)
})
