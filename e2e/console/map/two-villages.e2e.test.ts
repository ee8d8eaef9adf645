// Two villages a few kilometres apart in one alert, on the map of a real browser: no mark stands
// between them, and the open alert has its marks where they are.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const villages = [14.018, 13.982]

let suite: WholeSuite
let browser: Browser

beforeAll(async () => {
  if (executablePath === undefined) return
  browser = await startBrowser()
  suite = await WholeSuite.start()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await suite?.end()
})

const saidOf = async (page: Page) => (await page.locator('.map-said').first().textContent()) ?? ''

it.skipIf(executablePath === undefined)(
  'are an extent in the list, and two marks once their alert is open',
  async () => {
    for (const [i, lat] of villages.entries()) {
      const body = {
        ...{
          source: { id: 'wire-1' },
          externalId: `village-${i}`,
          occurred: { from: day, to: day }
        },
        ...{ category: 'attack-on-civilians', fatalities: { low: 12, best: 12, high: 12 } },
        location: { country: 'ML', lat, lon: -5.4, radiusKm: 1 }
      }
      const { status } = await suite.api.call('POST', '/v1/reports', { body })
      expect(status).toBe(202)
    }
    await soon(async () =>
      (await suite.alerts('&pattern=mass-casualty')).map(({ evidence }) => evidence.length)
    ).toEqual([2])
    const [alert] = await suite.alerts('&pattern=mass-casualty')
    expect(alert?.area.circle?.[2]).toBeLessThanOrEqual(5)
    const options = {
      url: suite.url,
      key: suite.key,
      query: '?pattern=mass-casualty&look=light&map=yes'
    }
    const { page, complaints } = await openConsole(browser, {
      ...options,
      viewport: { width: 1400, height: 900 }
    })
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const map = page.locator('.map-canvas').first()
    await map.press('ArrowRight')
    await soon(() => saidOf(page)).toContain('somewhere within ± 3 km')
    expect(await page.locator('.map-notes').first().textContent()).toContain('Dashed or framed')

    await page.locator('.row-main').first().click()
    await page.locator('.alert ol.evidence li').first().waitFor()
    await soon(() => page.locator('.map-notes').first().textContent()).not.toContain(
      'Dashed or framed'
    )
    await map.focus()
    await map.press('Escape')
    for (const key of ['+', '+', '+', '+', '+', '+']) await map.press(key)
    // Each village is a stop of its own: from the first to the second, and no further.
    await map.focus()
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowUp']) await map.press(key)
    await soon(() => saidOf(page)).toContain('No mark further')
    await map.press('ArrowDown')
    await soon(() => saidOf(page)).not.toContain('somewhere within')
    await map.press('ArrowDown')
    await soon(() => saidOf(page)).toContain('No mark further')
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  },
  300_000
)
