// A page gone through by keyboard alone: what Tab does not reach fails, and so does an act after
// which the focus is nowhere.

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterEach, expect } from 'vitest'
import { openConsole, soon } from './browser.ts'

/** More stops than any page has. */
const stopsMax = 250

/** What was pressed with a mouse or a finger, or set by script, since a story began. */
let byHand: string[] = []
afterEach(() => {
  const pressed = byHand
  byHand = []
  expect(pressed, 'nothing is pressed with a mouse or a finger').toEqual([])
})

/**
 * What no key does: it is told, and nothing comes of it. A press of Enter or Space is a click that
 * counts none.
 */
const refuseHands = `{
  const refuse = event => {
    if (event.type === 'click' && event.detail === 0 && event.isTrusted) return
    if ((event.type === 'input' || event.type === 'change') && event.isTrusted) return
    event.preventDefault()
    event.stopImmediatePropagation()
    tellHand(event.type + ' on ' + (event.target.outerHTML ?? 'the page').slice(0, 120))
  }
  for (const type of ['pointerdown', 'mousedown', 'touchstart', 'click', 'input', 'change']) addEventListener(type, refuse, true)
}`

/**
 * Opens the console for who has no mouse: what is pressed with one is refused, and fails the test.
 */
export async function openByKeyboard(
  browser: Browser,
  options: BrowserContextOptions & {
    readonly url: string
    readonly key: string
    readonly query?: string
  }
): Promise<Page> {
  const { page } = await openConsole(browser, {
    ...options,
    prepare: async page => {
      await page.exposeFunction('tellHand', (what: string) => void byHand.push(what))
      await page.addInitScript(refuseHands)
    }
  })
  return page
}

const nowhere = `document.activeElement === null || document.activeElement === document.body || !document.activeElement.checkVisibility()`

/** What an act leaves without the focus leaves who has no mouse at the top of the page. */
export async function hasFocus(page: Page): Promise<void> {
  await soon(() => page.evaluate(nowhere)).toBe(false)
}

/** Pages on which something was pressed: from then on the focus is always somewhere. */
const begun = new WeakSet<Page>()

/** Loads the page again: nobody has pressed anything on it yet. */
export async function reload(page: Page): Promise<void> {
  await page.reload()
  begun.delete(page)
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  if (begun.has(page)) await hasFocus(page)
  begun.add(page)
  for (let stop = 0; stop < stopsMax; stop++) {
    if (await target.evaluate(element => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target}`)
}

/** Ends a story: its last act has left the focus somewhere too. */
export async function leave(page: Page): Promise<void> {
  await hasFocus(page)
  await page.context().close()
}

/** Goes to a field by its label, and types over what it holds. */
export async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }))
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

/** Goes to a button by its name once it is enabled, and presses it. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole(
    'button',
    typeof name === 'string' ? { name, exact: true } : { name }
  )
  await soon(() => button.first().isEnabled()).toBe(true)
  await tabTo(page, button.first())
  await page.keyboard.press('Enter')
}

/** Goes to a link by its name, and follows it. */
export async function follow(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('link', { name, exact: true }))
  await page.keyboard.press('Enter')
}

/** Goes by arrows within the group of a radio button that Tab has reached. */
export async function choose(page: Page, group: Locator, wanted: string): Promise<void> {
  await tabTo(page, group.locator('input:checked'))
  for (let step = 0; step < 10; step++) {
    if (await group.locator(`input[value="${wanted}"]`).isChecked()) return
    await page.keyboard.press('ArrowDown')
  }
  throw new Error(`arrows do not reach ${wanted}`)
}
