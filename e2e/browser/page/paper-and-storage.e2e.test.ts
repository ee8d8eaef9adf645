// What only a browser shows: an alert on paper, nothing kept after sign-out, words that are typed
// when somebody signs out, the steps through evidence, and the page of the interface.

import { words } from '@tocsin/console/words/words'
import { chromium, type Dialog, type Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { executablePath } from '../support/chromium.ts'
import { waitUntilDrawn } from '../support/map.ts'
import { startNotifier } from '../support/notifier.ts'
import {
  describeInBrowser,
  openAct,
  openContext,
  openFirstAlert,
  openPage,
  readFocus,
  signIn,
  signOut,
  soon,
  waitUntilLive
} from '../support/page.ts'
import { testSuite } from '../support/test-suite.ts'

const long = 'Two motorcycles came from the river and went back to it before the patrol was there. '
const note = 'The road to Diosso is shut.'

/** Visible controls. */
const findControls = `[...document.querySelectorAll('button:not(.as-link), input, select, textarea, summary, a[href]')]
  .filter(each => each.checkVisibility() && each.getClientRects().length > 0 && !each.closest('.visually-hidden, .skip'))
  .map(each => each.outerHTML)`
/** Elements that hold more than they show, or reach beyond the sheet. A map is a picture. */
const findCut = `[...document.querySelectorAll('.alert, .alert *')]
  .filter(each => each.checkVisibility() && !each.closest('.visually-hidden, .map, svg'))
  .filter(each => (getComputedStyle(each).overflow !== 'visible' && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
    || (getComputedStyle(each).display !== 'inline' && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1))
  .map(each => each.className)`

describeInBrowser('in a browser', () => {
  const start = () =>
    startNotifier(async alerts => {
      await alerts.write('raised', 'a1', { severity: 'severe', explanation: long.repeat(20) })
      for (let value = 0; value < 20; value += 1) {
        const measure = { name: 'criteria held', value, threshold: 2, baseline: null }
        await alerts.write('revised', 'a1', { measure: { ...measure, falseAlarmsPerYear: null } })
      }
    })
  const countImages = async (page: Page) =>
    (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Subtype\s*\/Image\b/g)?.length ??
    0

  it.each([1400, 390])(
    'an alert on paper is whole, dark on white and without controls, from %i px',
    async width => {
      const notifier = await start()
      const page = await openPage({
        ...notifier,
        query: '?alert=a1&look=dark',
        viewport: { width, height: 844 }
      })
      await page.locator('.history > li').nth(20).waitFor({ state: 'attached' })
      await openAct(page, words.acts.comment)
      await page.locator('.act textarea').fill('Half a sen')
      await page.emulateMedia({ media: 'print' })
      expect(await page.evaluate(findControls)).toEqual([])
      expect(await page.evaluate(findCut)).toEqual([])
      expect(await page.locator('.on-paper').isVisible()).toBe(true)
      expect(await page.locator('.history > li').last().isVisible()).toBe(true)
      expect(await page.locator('.alert').textContent()).not.toContain('Half a sen')
      const colours = `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.alert h2')).color]`
      expect(await page.evaluate(colours)).toEqual(['rgb(255, 255, 255)', 'rgb(19, 25, 32)'])
      const map = page.locator('.alert .map')
      const without = await countImages(page)
      await page.emulateMedia({ media: 'screen' })
      await map.scrollIntoViewIfNeeded()
      await waitUntilDrawn(page, '.alert')
      await page.emulateMedia({ media: 'print' })
      expect(await map.locator('.map-not-drawn').count()).toBe(0)
      expect(await countImages(page)).toBeGreaterThanOrEqual(without)
    },
    300_000
  )

  it('sign-out leaves no storage, no cookie and no text, and Back shows none of it', async () => {
    const notifier = await start()
    const page = await openPage({ ...notifier, query: '?alert=a1' })
    await page.locator('.history').waitFor()
    await signOut(page)
    await page.locator('#key').waitFor()
    const left = await page.evaluate(`(async () => ({
      storage: localStorage.length + sessionStorage.length,
      caches: (await caches.keys()).length,
      databases: (await indexedDB.databases()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      cookie: document.cookie,
      text: document.documentElement.outerHTML.includes('Diosso')
    }))()`)
    const nothing = { storage: 0, caches: 0, databases: 0, workers: 0 }
    expect(left).toEqual({ ...nothing, cookie: '', text: false })
    expect(await page.context().cookies()).toEqual([])

    // A browser that keeps pages for its Back key, as people's browsers do.
    const keeping = await chromium.launch({
      executablePath: String(executablePath),
      args: ['--no-sandbox'],
      ignoreDefaultArgs: ['--disable-back-forward-cache']
    })
    try {
      const own = await keeping.newPage()
      await own.goto(notifier.url)
      await signIn(own, notifier.key)
      await openFirstAlert(own)
      await signOut(own)
      await own.locator('#key').waitFor()
      for (let back = 0; back < 3 && own.url() !== 'about:blank'; back += 1) {
        await own.goBack({ waitUntil: 'commit' })
        expect(await own.evaluate(`document.documentElement.outerHTML.includes('Siege of')`)).toBe(
          false
        )
        if (own.url() !== 'about:blank') await own.locator('#key').waitFor()
      }
    } finally {
      await keeping.close()
    }
  }, 300_000)

  it('who signs out is asked once about words that were not sent, and they outlive a stream that ends', async () => {
    const notifier = await start()
    const page = await openPage({ ...notifier, query: '?alert=a1' })
    const typed = page.locator('.act textarea')
    const dialogs: Dialog[] = []
    page.on('dialog', dialog => {
      dialogs.push(dialog)
      void dialog.dismiss()
    })
    await openAct(page, words.acts.comment)
    await typed.pressSequentially(note)
    const question = page.getByText(words.top.dropsTyped)
    await signOut(page)
    await soon(() => readFocus(page)).toBe(words.views.no)
    await page.keyboard.press('Enter')
    await soon(() => question.count()).toBe(0)
    expect(await typed.inputValue()).toBe(note)
    // As a page that the browser had kept: it shows nothing of before until it is signed in.
    const isShown = await page.evaluate(`(() => {
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      return document.documentElement.outerHTML.includes('Siege of')
    })()`)
    expect(isShown).toBe(false)
    await waitUntilLive(page)
    await soon(() => typed.inputValue()).toBe(note)
    await signOut(page)
    await question.waitFor()
    await page.locator('.ask-first .danger').click()
    await page.locator('#key').waitFor()
    expect(dialogs).toEqual([])
  }, 300_000)

  it('the page of the interface shows every operation and tries one, from this host alone', async () => {
    const { url } = testSuite()
    const page = await (await openContext()).newPage()
    await page.goto(`${url}/docs`)
    await page.locator('#operations-Reports-postReport').waitFor()
    const { paths, webhooks } = (await (await fetch(`${url}/openapi.json`)).json()) as Record<
      'paths' | 'webhooks',
      Record<string, object>
    >
    expect(await page.locator('.opblock').count()).toBe(
      [paths, webhooks].flatMap(Object.values).flatMap(Object.keys).length
    )
    const operation = page.locator('#operations-Operations-getLiveness')
    for (const part of ['.opblock-summary-control', '.try-out__btn', '.execute'])
      await operation.locator(part).click()
    await soon(() => operation.locator('.live-responses-table').first().textContent()).toContain(
      '"alive": true'
    )
  }, 300_000)
})
