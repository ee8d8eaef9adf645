// The map beside the list: drawn from this origin alone, with the filter of the list and its
// choice. What lies at a mark is said under the pointer, and where the focus of the list is.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { findMapBox, waitUntilDrawn } from '../support/map.ts'
import { startNotifier } from '../support/notifier.ts'
import {
  describeInBrowser,
  desk,
  openMenu,
  openPage,
  press,
  readQuery,
  readText,
  soon
} from '../support/page.ts'

const { map, queue } = words
const area = (circle: readonly [number, number, number] | null, admin1 = 'ML-5') => ({
  country: ['ML'],
  admin1: [admin1],
  circle: circle === null ? null : ([...circle] as [number, number, number]),
  settlement: circle === null ? null : `${admin1}/x`
})

async function middleOf(page: Page): Promise<readonly [x: number, y: number]> {
  const { x, y, width, height } = await findMapBox(page)
  return [x + width / 2, y + height / 2]
}

/** What is said of the mark in the middle of the map, under the pointer. */
async function readMiddle(page: Page): Promise<string> {
  const [x, y] = await middleOf(page)
  await page.mouse.move(x + 2, y)
  await page.mouse.move(x, y)
  const card = page.locator('.card-hover')
  return (await card.count()) === 0 ? '' : ((await card.textContent()) ?? '')
}

describeInBrowser('the map of the list', () => {
  it('says what lies under the pointer and at the focus of the list, and chooses it by a press', async () => {
    const notifier = await startNotifier(alerts =>
      alerts.write('raised', 'a1', { severity: 'extreme' })
    )
    const page = await openPage({ ...notifier, query: '?map=yes', ...desk })
    await waitUntilDrawn(page)
    await page.locator('[data-alert]').first().focus()
    await soon(() => readText(page, '.card-hover')).toContain('Siege of Diosso')
    await page.locator('#search').focus()
    await soon(() => page.locator('.card-hover').count()).toBe(0)
    // The one alert is in the middle of the map.
    await soon(() => readMiddle(page)).toContain('Siege of Diosso')
    await page.mouse.click(...(await middleOf(page)))
    await soon(() => readQuery(page, 'alert')).toBe('a1')
    await page.locator('.alert h2').waitFor()
    await soon(() => readText(page, '.map-foot')).toContain(words.onMap.shapes.ring)
  }, 300_000)

  it('stays where the officer moved it, tells what lies elsewhere, and shows all again', async () => {
    const notifier = await startNotifier(async alerts => {
      await alerts.write('raised', 'west', { area: area([14, -6, 5]) })
      await alerts.write('raised', 'east', { area: area([14, -2, 5]) })
    })
    const page = await openPage({ ...notifier, query: '?map=yes', ...desk })
    await waitUntilDrawn(page)
    const chip = page.locator('.edge-chip')
    expect(await chip.count()).toBe(0)
    const before = await readText(page, '.map-scale')
    // It was not moved: it shows what comes.
    await notifier.alerts.write('raised', 'far', { area: area([14, 9, 5]) })
    await soon(() => readText(page, '.map-scale')).not.toBe(before)
    await soon(() => chip.count()).toBe(0)
    for (const _ of [1, 2, 3]) await press(page, map.tools.nearer)
    await soon(() => chip.textContent()).toBe(map.elsewhere(3))
    await notifier.alerts.write('raised', 'farther', { area: area([14, 20, 5]) })
    await soon(() => chip.textContent()).toBe(map.elsewhere(4))
    await chip.click()
    await soon(() => chip.count()).toBe(0)
  }, 300_000)

  it('counts alerts that lie close together, and parts them by a press', async () => {
    const notifier = await startNotifier(async alerts => {
      await alerts.write('raised', 'west', { severity: 'extreme', area: area([14.5, -4.225, 1]) })
      await alerts.write('raised', 'east', { severity: 'minor', area: area([14.5, -4.175, 1]) })
    })
    const viewport = { width: 1280, height: 720 }
    const page = await openPage({ ...notifier, query: '?map=yes', viewport })
    await waitUntilDrawn(page)
    const middle = await middleOf(page)
    await soon(async () => {
      await page.mouse.click(...middle)
      if (readQuery(page, 'alert') === null) await page.mouse.click(middle[0] + 36, middle[1])
      return readQuery(page, 'alert')
    }).toBe('east')
  }, 300_000)

  it('shows the theatre or area that the list is filtered by, which the address keeps', async () => {
    const notifier = await startNotifier(async alerts => {
      await alerts.write('raised', 'segou', { area: area([13.4, -6.3, 5], 'ML-4') })
      await alerts.write('raised', 'mopti', { area: area([14.5, -4.2, 5]) })
      await alerts.write('raised', 'lake', { theatre: 'lake', area: area([11.8, -8, 5], 'ML-2') })
    })
    const page = await openPage({ ...notifier, query: '?map=yes', ...desk })
    const list = () =>
      page.locator('.row-main').evaluateAll(rows => rows.map(row => row.dataset.alert))
    const box = (name: RegExp) => page.locator('.filters').getByRole('checkbox', { name })
    await soon(list).toHaveLength(3)
    await openMenu(page, 'filters')
    await box(/^lake/).click()
    await soon(list).toEqual(['lake'])
    // A second press means "not", a third one neither.
    await box(/^lake/).click()
    await soon(async () => (await list()).toSorted()).toEqual(['mopti', 'segou'])
    await box(/lake/).click()
    await box(/^Ségou/).click()
    await soon(list).toEqual(['segou'])
    expect(readQuery(page, 'admin1')).toBe('ML-4')
    await page.keyboard.press('Escape')
    await waitUntilDrawn(page)
    await soon(() => readMiddle(page)).toContain('segou')
    await page.goto(`${notifier.url}/?theatre=nowhere`)
    await soon(() => readText(page, '.empty')).toContain(queue.nothing.filtered.title)
    await press(page, queue.clear)
    await soon(list).toHaveLength(3)
  }, 300_000)
})
