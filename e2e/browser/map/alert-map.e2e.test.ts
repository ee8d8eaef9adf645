// The map of an open alert at a running suite: incidents chosen on it are split and merged, also by
// who comes second; villages of one alert are marks of their own; other incidents are a layer.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { frontPlaces, type Place, postAttack, postFront } from '../../harness/front-of-attacks.ts'
import { findMapBox, readMark, waitUntilDrawn } from '../support/map.ts'
import {
  describeInBrowser,
  desk,
  expectFits,
  openPage,
  type PageOptions,
  phone,
  press,
  readFocus,
  readQuery,
  readText,
  soon
} from '../support/page.ts'
import { makeKey, postReport, testSuite } from '../support/test-suite.ts'

const { acts } = words
const { choosing, declare, declareAfter, ...form } = words.incidentActs
const country = 'CI'
/** Degrees by which the front of this story lies south of the usual one. */
const south = 4
const places = frontPlaces.map(([lat, lon]) => [lat - south, lon] as const) as readonly Place[]
const [shared, single] = places as [Place, Place]

/** Side of the world at the nearest zoom, px. */
const worldPx = 512 * 2 ** 10
const toPixel = ([lat, lon]: Place) => ({
  x: ((lon + 180) / 360) * worldPx,
  y: (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * worldPx
})
/** The centre of the first view of the map. */
const middle = {
  x: (toPixel([0, -5.17]).x + toPixel([0, -5.09]).x) / 2,
  y: (toPixel([11.82 - south, 0]).y + toPixel([11.89 - south, 0]).y) / 2
}

describeInBrowser('the map of an alert', () => {
  let second: string
  beforeAll(async () => {
    await postFront(testSuite(), { country, places, prefix: 'map-' })
    second = await makeKey('Second', ['alerts:read', 'alerts:operate', 'reports:read'])
  }, 120_000)

  async function openFront(options: PageOptions = {}): Promise<Page> {
    const page = await openPage({ query: `?pattern=front&country=${country}&map=no`, ...options })
    await page.locator('.row-main').first().click()
    await page.locator('.evidence > li').first().waitFor()
    await page.locator('.alert .map').scrollIntoViewIfNeeded()
    await waitUntilDrawn(page, '.alert')
    for (const key of ['+', '+']) await page.locator('.alert .map-canvas').press(key)
    return page
  }
  const count = (page: Page) => page.locator('.evidence > li').count()
  const status = (page: Page) => readText(page, '.choosing > [role=status]')
  const begin = (page: Page) => page.getByRole('button', { name: choosing.begin })
  const note = (page: Page) => page.getByLabel(form.note, { exact: true })
  async function findSpot(page: Page, place: Place) {
    await page.locator('.alert .map').scrollIntoViewIfNeeded()
    const box = await findMapBox(page, '.alert')
    const { x, y } = toPixel(place)
    return [box.x + box.width / 2 + x - middle.x, box.y + box.height / 2 + y - middle.y] as const
  }

  it('chooses incidents by mouse; one is split, and what was typed stays while another is chosen', async () => {
    const page = await openFront()
    await begin(page).click()
    await soon(() => status(page)).toBe(choosing.none)
    await page.mouse.click(...(await findSpot(page, single)))
    await soon(() => status(page)).toBe(choosing.chosen(1))
    await page.mouse.click(...(await findSpot(page, single)))
    await soon(() => status(page)).toBe(choosing.none)
    await page.mouse.click(...(await findSpot(page, shared)))
    await soon(() => readText(page, '.evidence > .is-chosen')).toContain('radio map-R-0')
    await press(page, choosing.split)
    await note(page).fill('Two convoys.')
    await page.mouse.click(...(await findSpot(page, places[2] as Place)))
    await soon(() => status(page)).toBe(choosing.chosen(2))
    await page.mouse.click(...(await findSpot(page, places[2] as Place)))
    expect(await note(page).inputValue()).toBe('Two convoys.')
    await page.getByRole('form', { name: form.splitTitle }).getByLabel('radio map-R-0').check()
    await press(page, declare.split)
    await soon(() => count(page)).toBe(5)
    await begin(page).waitFor()
  }, 300_000)

  it('merges by keyboard what lies on one spot, for who comes second and insists', async () => {
    const page = await openFront({ key: second })
    await soon(() => count(page)).toBe(5)
    const alone = page.locator('.evidence > li').filter({ hasText: 'radio map-R-0' })
    await alone.getByRole('button', { name: /^Merge/ }).press('Enter')
    const options = page.getByLabel(form.other).locator('option')
    const other = options.filter({ hasText: (shared[0] + 0).toFixed(3) })
    await page.getByLabel(form.other).selectOption(await other.first().getAttribute('value'))
    await note(page).fill('Both saw the same.')
    const submit = (name: string) => page.getByRole('button', { name, exact: true }).press('Enter')
    await submit(declare.merge)
    await soon(() => readText(page, '.incident-acts .outcome.refused')).toContain('owner')
    expect(await note(page).inputValue()).toBe('Both saw the same.')
    await submit(declareAfter.merge)
    await soon(() => count(page)).toBe(4)
  }, 300_000)

  it('chooses by touch on a narrow screen, on the map and in the list alike', async () => {
    const page = await openFront(phone)
    await begin(page).tap()
    await page.touchscreen.tap(...(await findSpot(page, places[3] as Place)))
    await soon(() => status(page)).toBe(choosing.chosen(1))
    await page.locator('.evidence > li:not(.is-chosen) .tick-incident').first().tap()
    await soon(() => status(page)).toBe(choosing.chosen(2))
    await expectFits(page)
    await page.getByRole('button', { name: choosing.end }).tap()
    await soon(() => readFocus(page)).toBe(choosing.begin)
  }, 300_000)

  it('keeps words about an incident that is withdrawn, and about a split that is answered late', async () => {
    const wrong = await postAttack(testSuite(), 'desk', 'map-wrong', [7.87, -5.16], country)
    const page = await openFront()
    const item = page.locator('.evidence > li').filter({ hasText: 'desk map-wrong' })
    await item.getByRole('button', { name: /^Merge/ }).click()
    await item.locator('textarea').fill('Both saw the same.')
    await testSuite().api.call('DELETE', `/v1/reports/${wrong}`, { body: { reason: 'Elsewhere.' } })
    const stray = page.locator('.stray')
    await soon(() => stray.locator('textarea').inputValue()).toBe('Both saw the same.')
    await stray.getByRole('button').last().click()
    const answered = Promise.withResolvers<void>()
    await page.route('**/v1/incidents/*/split', async route => {
      await answered.promise
      await route.continue()
    })
    await page
      .getByRole('button', { name: /^Split:/ })
      .first()
      .click()
    await page.getByRole('form', { name: form.splitTitle }).getByLabel('radio map-R-0').check()
    await press(page, declare.split)
    await press(page, words.alert.back)
    answered.resolve()
    // Another officer merged them before: the split is refused, and says so here.
    await soon(() => stray.textContent()).toContain(acts.cameFirst('Second', null).replace('.', ''))
  }, 300_000)

  it('has one mark for each village of an alert, and draws other incidents where that is asked for', async () => {
    for (const [i, lat] of [5.618, 5.582].entries())
      await postReport(
        `village-${i}`,
        { country, lat, lon: -3.4 },
        {
          category: 'attack-on-civilians',
          fatalities: { low: 12, best: 12, high: 12 }
        }
      )
    await postReport('quiet', { country, lat: 9.2, lon: -7 })
    const query = `?pattern=mass-casualty&country=${country}&map=yes`
    const page = await openPage({ query, ...desk })
    await waitUntilDrawn(page)
    const map = page.locator('.map-canvas').first()
    await map.press('ArrowRight')
    await soon(() => readMark(page)).toContain('± ')
    await page.getByLabel(words.map.loose.show).check()
    await soon(() => readQuery(page, 'incidents')).toBe('yes')
    await page.locator('.loose summary').press('Enter')
    await soon(() => page.locator('.loose li').allTextContents()).toContainEqual(
      expect.stringContaining('wire-1 quiet')
    )
    await page.getByLabel(words.map.loose.show).uncheck()
    await page.locator('.row-main').first().click()
    await page.locator('.alert ol.evidence li').first().waitFor()
    await soon(() => readText(page, '.map-notes')).not.toContain(words.map.extents)
  }, 300_000)
})
