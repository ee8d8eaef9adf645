// Incidents of an alert chosen on the map of its evidence, to be split or merged: by mouse, by
// keyboard and by touch. The list says the same, and the forms are those of the list.

import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { type Place, frontPlaces as places, secondOfficer } from '../../harness/front-of-attacks.ts'
import { executablePath, openConsole, soon, violationsOf } from '../browser.ts'

/** Side of the world at the nearest view, px. */
const worldPx = 512 * 2 ** 10
const pixelOf = ([lat, lon]: readonly [number, number]) => ({
  x: ((lon + 180) / 360) * worldPx,
  y: (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * worldPx
})
/** The map shows all of them around its middle. */
const middle = {
  x: (pixelOf([0, -5.17]).x + pixelOf([0, -5.09]).x) / 2,
  y: (pixelOf([11.82, 0]).y + pixelOf([11.89, 0]).y) / 2
}

describe.skipIf(executablePath === undefined)('incidents on the map of an alert', () => {
  const at = frontInBrowser()
  let secret: string
  beforeAll(async () => {
    secret = await secondOfficer(at.suite)
  }, 300_000)

  /** The front of the attacks, chosen, with its map drawn as near as it can be. */
  async function atMap(key: string, query = '', options: object = {}): Promise<Page> {
    const { page } = await openConsole(at.browser, {
      url: at.suite.url,
      key,
      query: `?q=front&map=no${query}`,
      ...options
    })
    await page.locator('.row-main').first().click()
    await page.locator('.evidence > li').first().waitFor()
    const map = page.locator('.alert .map-canvas')
    await map.scrollIntoViewIfNeeded()
    await soon(() => page.locator('.alert .map-words').count()).toBe(0)
    for (const key of ['+', '+']) await map.press(key)
    return page
  }
  const eventsIn = (page: Page) => page.locator('.evidence > li').count()
  const status = (page: Page) => page.locator('.choosing > [role=status]').textContent()
  const ticked = (page: Page) => page.locator('.tick-incident input:checked').count()
  /** Whether the focus is in it. */
  const isIn = (page: Page, selector: string) =>
    page.evaluate(
      `document.querySelector('${selector}')?.contains(document.activeElement) ?? false`
    )
  const begin = (page: Page) => page.getByRole('button', { name: 'Split or merge on the map…' })

  /** Where a place is on the page. */
  async function spotOf(
    page: Page,
    place: Place
  ): Promise<{ readonly x: number; readonly y: number }> {
    await page.locator('.alert .map').scrollIntoViewIfNeeded()
    const box = await page.locator('.alert .map canvas').boundingBox()
    if (box === null) throw new Error('the map has no size')
    const { x, y } = pixelOf(place)
    return { x: box.x + box.width / 2 + x - middle.x, y: box.y + box.height / 2 + y - middle.y }
  }

  it('are chosen by the mouse, and the one that is split is the one that was pressed', async () => {
    const page = await atMap(at.suite.key)
    await begin(page).click()
    await soon(() => status(page)).toBe('None is chosen.')
    // Presses open nothing meanwhile, and the same mark again takes it back.
    const press = async (place: Place) => {
      const { x, y } = await spotOf(page, place)
      await page.mouse.click(x, y)
    }
    await press(places[1])
    await soon(() => status(page)).toBe('One is chosen.')
    expect(await page.getByRole('button', { name: 'Split it…' }).isDisabled()).toBe(true)
    expect(await page.locator('.choosing').textContent()).toContain(
      'It rests on one report, which cannot be split.'
    )
    await press(places[1])
    await soon(() => status(page)).toBe('None is chosen.')
    await press(places[0])
    await soon(() => page.locator('.evidence > .is-chosen').textContent()).toContain('radio R-0')
    expect(await ticked(page)).toBe(1)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Split it…' }).click()
    const form = page.getByRole('form', { name: 'Split this incident' })
    await soon(() => isIn(page, 'form.declaration')).toBe(true)
    await form.getByLabel('Note', { exact: true }).fill('Two convoys.')
    // Another one beside it: what was typed stays.
    await press(places[2])
    await soon(() => status(page)).toBe('2 are chosen.')
    expect(await page.locator('.choosing').textContent()).toContain(
      'two reports of one source are never one event'
    )
    await page.getByRole('button', { name: /^Take back: .*11\.890/ }).click()
    expect(await form.getByLabel('Note', { exact: true }).inputValue()).toBe('Two convoys.')
    await form.getByLabel('radio R-0').check()
    await form.getByRole('button', { name: 'Split', exact: true }).click()
    await soon(() => eventsIn(page)).toBe(5)
    // It is done: nothing is chosen any more.
    await begin(page).waitFor()
    await page.context().close()
  }, 300_000)

  it('are chosen by keyboard alone, also where they lie on one another, and who came second is told', async () => {
    const page = await atMap(secret)
    await soon(() => eventsIn(page)).toBe(5)
    await begin(page).press('Enter')
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe('Split or merge')
    const map = page.locator('.alert .map-canvas')
    const said = () => page.locator('.alert .map-said').textContent()
    await map.focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await map.press(key)
    await map.press('ArrowUp')
    await soon(said).toMatch(/Enter chooses it, or takes it back\./)
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowDown'])
      if (!(await said())?.startsWith('2 marks')) await map.press(key)
    await soon(said).toMatch(/^2 marks close together.*or asks which\.$/)
    await map.press('Enter')
    const which = page.getByRole('group', { name: '2 incidents lie there. Which?' })
    // They are alike but for whose reports they are.
    for (const report of ['desk D-0', 'radio R-0']) await which.getByLabel(`(${report})`).waitFor()
    await soon(() => isIn(page, '.choosing fieldset')).toBe(true)
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await soon(() => status(page)).toBe('2 are chosen.')
    expect(await ticked(page)).toBe(2)
    await page.getByRole('button', { name: 'Merge both…' }).press('Enter')
    const form = page.getByRole('form', { name: 'Merge this incident with another' })
    await soon(() => isIn(page, 'form.declaration')).toBe(true)
    expect(await form.getByLabel('The other incident').inputValue()).not.toBe('')
    await form.getByLabel('Note', { exact: true }).fill('Both saw the same.')
    await form.getByRole('button', { name: 'Merge', exact: true }).press('Enter')
    await soon(() => page.locator('.incident-acts .outcome.refused').textContent()).toContain(
      'owner came first'
    )
    expect([
      await form.getByLabel('Note', { exact: true }).inputValue(),
      await ticked(page)
    ]).toEqual(['Both saw the same.', 2])
    await form.getByRole('button', { name: 'Merge nonetheless' }).press('Enter')
    await soon(() => eventsIn(page)).toBe(4)
    await page.context().close()
  }, 300_000)

  it('are chosen by touch on a narrow screen, and in the list alike', async () => {
    const page = await atMap(at.suite.key, '&look=dark', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await begin(page).tap()
    const { x, y } = await spotOf(page, places[3])
    await page.touchscreen.tap(x, y)
    await soon(() => status(page)).toBe('One is chosen.')
    await page.locator('.evidence > li:not(.is-chosen) .tick-incident').first().tap()
    await soon(() => status(page)).toBe('2 are chosen.')
    expect(await page.locator('.chosen-number').allTextContents()).toHaveLength(2)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Stop choosing' }).tap()
    await soon(() => page.evaluate('document.activeElement.textContent')).toBe(
      'Split or merge on the map…'
    )
    expect(await page.locator('.evidence > .is-chosen').count()).toBe(0)
    await page.context().close()
  }, 300_000)
})
