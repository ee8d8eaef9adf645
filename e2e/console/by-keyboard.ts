// A page gone through by keyboard alone: what Tab does not reach fails.

import type { Locator, Page } from 'playwright-core'
import { soon } from './browser.ts'

/** More stops than any page has. */
const stopsMax = 250

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop < stopsMax; stop++) {
    if (await target.evaluate(element => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target}`)
}

/** Goes to a field by its label, and types over what it holds. */
export async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }))
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

/** Goes to a button by its name once it is enabled, and presses it. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true })
  await soon(() => button.first().isEnabled()).toBe(true)
  await tabTo(page, button.first())
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
