// The map beside the list: drawn from this origin alone, with the filter of the list and its
// choice, by mouse and by keyboard.

import { words } from '@tocsin/console/words/words'
import { expect, it } from 'vitest'
import { drawnMap, findMapBox, readMark, waitUntilDrawn } from '../support/map.ts'
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

describeInBrowser('the map of the list', () => {
  it('chooses an alert by a press, marks what is selected, and says what each sign means', async () => {
    const notifier = await startNotifier(alerts =>
      alerts.write('raised', 'a1', { severity: 'extreme' })
    )
    const page = await openPage({ ...notifier, query: '?map=yes', ...desk })
    await waitUntilDrawn(page)
    const before = await drawnMap(page)
    await page.locator('.row-pick input').first().check()
    await soon(async () => (await drawnMap(page)) === before).toBe(false)
    await page.locator('.map-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await soon(() => readMark(page)).toContain('Siege of Diosso')
    // The one alert is in the middle of the map.
    const { x, y, width, height } = await findMapBox(page)
    await soon(async () => {
      await page.mouse.click(x + width / 2, y + height / 2)
      return readQuery(page, 'alert')
    }).toBe('a1')
    await page.locator('.alert h2').waitFor()
    expect(await readText(page, '.map-notes')).toContain(map.picked)
    await soon(() => readText(page, '.map-notes')).toContain(words.onMap.shapes.ring)
  }, 300_000)

  it('goes from mark to mark by keyboard, areas too; Enter opens, Escape leads to the list', async () => {
    const notifier = await startNotifier(async alerts => {
      const at = (lon: number) => ({ area: area([14, lon, 5]) })
      await alerts.write('raised', 'west', { headline: 'West', ...at(-6) })
      await alerts.write('raised', 'east', { headline: 'East', ...at(-2) })
      await alerts.write('raised', 'north', { headline: 'North', area: area(null, 'ML-7') })
    })
    const page = await openPage({ ...notifier, ...desk })
    await waitUntilDrawn(page)
    const canvas = page.locator('.map-canvas').first()
    await canvas.focus()
    await soon(() => readMark(page)).toContain(map.keys(3).split('.')[0])
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']) await canvas.press(key)
    await soon(() => readMark(page)).toMatch(/No mark further|West/)
    await canvas.press('ArrowRight')
    await soon(() => readMark(page)).toContain('East')
    await canvas.press('ArrowUp')
    await soon(() => readMark(page)).toContain('North')
    await canvas.press('Escape')
    await soon(() => page.evaluate('document.activeElement.dataset.alert')).toBe('north')
    await canvas.focus()
    await canvas.press('ArrowDown')
    await canvas.press('ArrowDown')
    await soon(() => readMark(page)).toMatch(/East|West/)
    const which = (await readMark(page))?.includes('East') ? 'east' : 'west'
    await canvas.press('Enter')
    await soon(() => readQuery(page, 'alert')).toBe(which)
  }, 300_000)

  it('counts alerts that lie close together, parts them by a press, and draws an extent as a circle', async () => {
    const notifier = await startNotifier(async alerts => {
      await alerts.write('raised', 'west', { severity: 'extreme', area: area([14.5, -4.225, 1]) })
      await alerts.write('raised', 'east', { severity: 'minor', area: area([14.5, -4.175, 1]) })
    })
    const viewport = { width: 1280, height: 720 }
    const page = await openPage({ ...notifier, query: '?map=yes', viewport })
    await waitUntilDrawn(page)
    const { x, y, width, height } = await findMapBox(page)
    const middle = [x + width / 2, y + height / 2] as const
    await soon(async () => {
      await page.mouse.click(...middle)
      if (readQuery(page, 'alert') === null) await page.mouse.click(middle[0] + 36, middle[1])
      return readQuery(page, 'alert')
    }).toBe('east')

    const wide = await startNotifier(alerts =>
      alerts.write('raised', 'wide', { area: { ...area([17, -4, 500]), settlement: null } })
    )
    const other = await openPage({ ...wide, ...desk })
    await waitUntilDrawn(other)
    const box = await findMapBox(other)
    // The circle fills the view: a press far from its middle opens the alert.
    await other.mouse.click(box.x + box.width / 2, box.y + box.height * 0.35)
    await soon(() => readQuery(other, 'alert')).toBe('wide')
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
    await box(/ML-4/).click()
    await soon(list).toEqual(['segou'])
    expect(readQuery(page, 'admin1')).toBe('ML-4')
    await page.keyboard.press('Escape')
    await waitUntilDrawn(page)
    await page.locator('.map-canvas').first().press('ArrowRight')
    await soon(() => readMark(page)).toContain('segou')
    await page.goto(`${notifier.url}/?theatre=nowhere`)
    await soon(() => readText(page, '.empty')).toContain(queue.nothing.filtered.title)
    await press(page, queue.clear)
    await soon(list).toHaveLength(3)
  }, 300_000)
})
