// A page used by keyboard alone: what Tab does not reach fails, and so does an act after which no
// element has the focus.

import type { Locator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { openPage, type PageOptions, soon } from './page.ts'

/** More stops than any page has. */
const stopsMax = 250

/** Refuses and reports the mouse. A press of Enter or Space is a click that counts none. */
const refuseMouse = `{
  const refuse = event => {
    if (event.type === 'click' && event.detail === 0 && event.isTrusted) return
    if ((event.type === 'input' || event.type === 'change') && event.isTrusted) return
    event.preventDefault()
    event.stopImmediatePropagation()
    reportMouse(event.type + ' on ' + (event.target.outerHTML ?? 'the page').slice(0, 120))
  }
  for (const type of ['pointerdown', 'mousedown', 'touchstart', 'click', 'input', 'change']) addEventListener(type, refuse, true)
}`

/** Opens the console without a mouse: each use of one is refused, and fails the test. */
export async function openByKeyboard(options: PageOptions): Promise<Page> {
  const byMouse: string[] = []
  onTestFinished(() => expect(byMouse, 'no mouse is used').toEqual([]))
  return openPage({
    ...options,
    prepare: async page => {
      await page.exposeFunction('reportMouse', (what: string) => void byMouse.push(what))
      await page.addInitScript(refuseMouse)
    }
  })
}

const isNowhere = `document.activeElement === null || document.activeElement === document.body || !document.activeElement.checkVisibility()`

/** Waits until an element has the focus. */
export async function expectFocus(page: Page): Promise<void> {
  await soon(() => page.evaluate(isNowhere)).toBe(false)
}

/** Pages that were used: from then on an element always has the focus. */
const begun = new WeakSet<Page>()

/** Loads the page again, as one that was not used. */
export async function reload(page: Page): Promise<void> {
  await page.reload()
  begun.delete(page)
}

/** In its own tree: an editor has a shadow root. */
function isFocused(element: Element): boolean {
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  if (begun.has(page)) await expectFocus(page)
  begun.add(page)
  for (let stop = 0; stop < stopsMax; stop++) {
    if (await target.evaluate(isFocused)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target}`)
}

/** Goes to a field by its label and replaces its text. */
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
