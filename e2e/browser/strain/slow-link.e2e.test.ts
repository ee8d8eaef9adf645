// A slow link: what is typed before a form is drawn stays, who goes on is not called back, a view
// that comes late takes no focus, and the first load is small.

import { gzipSync } from 'node:zlib'
import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startNotifier } from '../support/notifier.ts'
import { describeInBrowser, openPage, openView, press, readText, soon } from '../support/page.ts'

const { rules, watches } = words
/** Page, script, style and words of one language, gzipped, bytes. The font comes once the first words are drawn. */
const firstLoadMax = 115_000
const filesMax = 4

/** Types into a field as soon as it is in the document, before the browser has drawn it. */
async function typeAtOnce(page: Page, selector: string, text: string): Promise<void> {
  const content = `(() => {
    const observer = new MutationObserver(() => {
      const field = document.querySelector(${JSON.stringify(selector)})
      if (field === null) return
      observer.disconnect()
      field.value = ${JSON.stringify(text)}
      field.dispatchEvent(new Event('input', { bubbles: true }))
    })
    observer.observe(document, { subtree: true, childList: true })
  })()`
  await page.addInitScript({ content })
}

/** Presses something, and focuses something else once the answer is in the document, undrawn. */
function pressAndGoOn(
  page: Page,
  pressed: string,
  isAnswered: string,
  goTo: string
): Promise<unknown> {
  return page.evaluate(`new Promise(resolve => {
    const observer = new MutationObserver(() => {
      if (!(${isAnswered})) return
      observer.disconnect()
      document.querySelector(${JSON.stringify(goTo)}).focus()
      resolve()
    })
    observer.observe(document, { subtree: true, childList: true })
    document.querySelector(${JSON.stringify(pressed)}).click()
  })`)
}

const waitUntilDrawn = (page: Page) =>
  page.evaluate(
    `new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))))`
  )
const readFocusId = (page: Page) => page.evaluate('document.activeElement.id')
const readFocusPlace = (page: Page) =>
  page.evaluate('document.activeElement.parentElement.className')

describeInBrowser('over a slow link', () => {
  const start = () => startNotifier(alerts => alerts.write('raised', 'a1'))

  it('the first load is at most 115 kB in four files beside the page, and the map is none of it', async () => {
    const notifier = await start()
    const page = await (await fetch(notifier.url)).text()
    const files = [...page.matchAll(/(?:href|src)="\.\/(assets\/[^"]+\.(?:js|css))"/g)]
    const parts = await Promise.all(
      files.map(async ([, path]) => {
        const answer = await fetch(`${notifier.url}/${path}`)
        return Buffer.from(await answer.arrayBuffer())
      })
    )
    const names = new Set(String(parts.join()).match(/(?<=\.\/)shell-[\w-]+\.js/g))
    const words = await Promise.all(
      [...names].map(async name => (await fetch(`${notifier.url}/assets/${name}`)).text())
    )
    const longest = words.toSorted((one, other) => other.length - one.length)[0] ?? ''
    const bytes = [page, ...parts, longest].map(part => gzipSync(part).length)
    const fonts = new Set(String(parts.join()).match(/assets\/[\w-]+\.woff2|[\w-]+\.woff2/g))
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(firstLoadMax)
    // It has found what the page runs.
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(20_000)
    expect(names.size).toBeGreaterThan(1)
    expect(bytes.length - 1 + fonts.size).toBeLessThanOrEqual(filesMax)
    expect(files.filter(([, path]) => /map-script|maplibre/.test(String(path)))).toEqual([])
  }, 300_000)

  it('what is typed as a form appears stays', async () => {
    const notifier = await start()
    const page = await openPage({
      ...notifier,
      query: '?view=rules&item=new',
      prepare: each => typeAtOnce(each, '.rule-grid .fieldset input', 'Fronts')
    })
    await page.getByLabel(rules.id, { exact: true }).fill('mine')
    await soon(() => page.getByLabel(rules.form.title).inputValue()).toBe('Fronts')
  }, 300_000)

  it('who goes on to the bar or the search stays there, whatever opens or closes behind', async () => {
    const notifier = await start()
    const page = await openPage(notifier)
    await page.locator('.row-main').waitFor()
    const isOpen = `document.querySelector('.alert') !== null`
    await pressAndGoOn(page, '.row-main', isOpen, '.who > .menu-button')
    await waitUntilDrawn(page)
    expect(await readFocusPlace(page)).toContain('who')
    await page.locator('.history').waitFor()
    await pressAndGoOn(page, '.alert .back', `!(${isOpen})`, '#search')
    await waitUntilDrawn(page)
    expect(await readFocusId(page)).toBe('search')
  }, 300_000)

  it('a view that comes late takes no focus from the view that is open by then', async () => {
    const notifier = await start()
    const page = await openPage(notifier)
    const held = Promise.withResolvers<void>()
    await page.route(/assets\/sources/, async route => {
      await held.promise
      await route.continue()
    })
    await openView(page, 'sources')
    await page.locator('main .connecting').waitFor()
    await page.keyboard.press('1')
    await soon(() => readFocusId(page)).toBe('queue-title')
    held.resolve()
    await waitUntilDrawn(page)
    expect(await readFocusId(page)).toBe('queue-title')
  }, 300_000)

  it('a deletion that is answered late moves nobody away from what is open by then', async () => {
    const notifier = await start()
    for (const name of ['Day desk', 'Night desk']) {
      const made = await fetch(`${notifier.url}/v1/watches`, {
        method: 'POST',
        headers: { authorization: `Bearer ${notifier.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name, shifts: [] })
      })
      expect(made.status).toBe(201)
    }
    const page = await openPage({ ...notifier, query: '?view=watches' })
    const link = Promise.withResolvers<void>()
    await page.route('**/v1/watches/**', async route => {
      if (route.request().method() === 'DELETE') await link.promise
      await route.continue()
    })
    for (const name of ['Day desk', watches.withdraw, words.views.deleteIt, watches.back])
      await press(page, name)
    await press(page, 'Night desk')
    const deleted = page.waitForResponse(each => each.request().method() === 'DELETE')
    link.resolve()
    await deleted
    await waitUntilDrawn(page)
    expect(await readText(page, '.view h2')).toBe('Night desk')
  }, 300_000)
})
