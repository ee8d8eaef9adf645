// A reporter points at the place on a map, by touch and by keyboard, and corrects what it wrote; a
// failed sending loses nothing.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

describe.skipIf(executablePath === undefined)('the map of a report', () => {
  let suite: WholeSuite
  let browser: Browser
  let key: string

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    const body = { name: 'Reporter', scopes: ['reports:write'], handling: 'restricted' }
    key = ((await suite.api.call('POST', '/v1/keys', { body })).body as { secret: string }).secret
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
  const words = (page: Page) => page.locator('.pointing-words').textContent()
  const point = (page: Page) => page.getByRole('button', { name: 'Use this point' })

  async function openMap(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Point at it on a map' }).press('Enter')
    await soon(() => page.locator('.pointing .map-words').count()).toBe(0)
  }

  it('is loaded when it is asked for, takes a touch, and is sent as it was written, after a broken link too', async () => {
    const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true }
    const { page, complaints } = await openConsole(browser, {
      url: suite.url,
      key,
      query: '?look=light',
      ...telephone
    })
    const loaded: string[] = []
    page.on('request', request => loaded.push(new URL(request.url()).pathname))
    await field(page, 'Source').fill('field-7')
    await field(page, 'What happened').selectOption('attack')
    await field(page, 'Day').fill('2026-01-02')
    await field(page, 'Country').selectOption('ML')
    expect(loaded.filter(path => /base-map|map-script/.test(path))).toEqual([])
    await openMap(page)
    // Of a whole country no point can be used: it would say more than is known.
    await soon(() => words(page)).toContain('zoom in, or use the area')
    expect(await point(page).isDisabled()).toBe(true)
    expect(await violationsOf(page)).toEqual([])
    const closer = page.getByRole('button', { name: 'Zoom in' })
    await soon(async () => {
      if (await point(page).isDisabled()) await closer.tap()
      return point(page).isEnabled()
    }).toBe(true)
    const before = await words(page)
    const box = await page.locator('.pointing canvas').boundingBox()
    if (box === null) throw new Error('the map has no size')
    await page.touchscreen.tap(box.x + box.width / 2 - 60, box.y + box.height / 2 + 40)
    await soon(() => words(page)).not.toBe(before)
    await point(page).tap()
    await soon(() => field(page, 'Latitude').inputValue()).toMatch(/^\d+\.\d+$/)
    expect(await field(page, 'Exact to, km').inputValue()).toMatch(/^\d+(\.5)?$/)
    expect(await words(page)).toContain(await field(page, 'Longitude').inputValue())

    await field(page, 'Latitude').fill('14,52')
    await field(page, 'Longitude').fill('-4.21')
    await soon(() => words(page)).toMatch(/14\.5\d*, -4\.2\d*, .* in Mopti \(ML-5\)/)
    await page.context().setOffline(true)
    await page.locator('.fields button[type=submit]').tap()
    await soon(() => page.locator('.fields .outcome').textContent()).toContain(
      'could not be reached'
    )
    expect(await field(page, 'Latitude').inputValue()).toBe('14,52')
    await page.context().setOffline(false)
    await page.locator('.fields button[type=submit]').tap()
    await soon(() => page.locator('.fields .outcome').textContent()).toContain('Accepted as report')
    expect(await page.locator('.record').textContent()).toContain('the coordinates that you stated')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is moved and used by keyboard; of an area alone no coordinates are written', async () => {
    const { page, complaints } = await openConsole(browser, {
      url: suite.url,
      key,
      query: '?look=dark'
    })
    await field(page, 'Latitude').fill('14.52')
    await field(page, 'Longitude').fill('-4.21')
    await field(page, 'Exact to, km').fill('2')
    await openMap(page)
    const map = page.locator('.pointing .map-canvas')
    await soon(() => words(page)).toMatch(/14\.52\d*, -4\.21/)
    await map.press('ArrowRight')
    await map.press('ArrowRight')
    await soon(() => words(page)).not.toMatch(/-4\.21/)
    await map.press('Enter')
    await soon(() => field(page, 'Longitude').inputValue()).not.toBe('-4.21')
    expect(await words(page)).toContain(await field(page, 'Longitude').inputValue())
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Only the area is known: Mopti (ML-5)' }).press('Enter')
    await soon(() => field(page, 'Region, if known').inputValue()).toBe('ML-5')
    expect(await field(page, 'Name of the place').inputValue()).toBe('region of Mopti')
    expect(await field(page, 'Latitude').inputValue()).toBe('')
    expect(await field(page, 'Exact to, km').inputValue()).toBe('')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)
})
