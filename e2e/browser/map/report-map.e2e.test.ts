// The map in the form of a report, by touch and by keyboard; and maps whose files do not come.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { waitUntilDrawn } from '../support/map.ts'
import { startNotifier } from '../support/notifier.ts'
import {
  describeInBrowser,
  desk,
  openMenu,
  openPage,
  phone,
  press,
  readText,
  soon
} from '../support/page.ts'
import { makeKey } from '../support/test-suite.ts'

const { map, report, views } = words

describeInBrowser('the map of a report', () => {
  let key: string
  beforeAll(async () => {
    key = await makeKey('Reporter', ['reports:write'])
  })

  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
  const said = (page: Page) => readText(page, '.pointing-words')
  const use = (page: Page) => page.getByRole('button', { name: report.usePoint })
  async function openMap(page: Page): Promise<void> {
    if (!(await field(page, report.lat).isVisible()))
      await page.getByText(report.rest, { exact: true }).click()
    await page.getByRole('button', { name: report.openMap }).press('Enter')
    await waitUntilDrawn(page, '.pointing')
  }

  it('is loaded on demand, uses no point of a whole country, and writes a touch into the form', async () => {
    const page = await openPage({ key, path: 'report', ...phone })
    const loaded: string[] = []
    page.on('request', request => loaded.push(new URL(request.url()).pathname))
    await field(page, report.country).selectOption('ML')
    expect(loaded.filter(path => /base-map|map-script/.test(path))).toEqual([])
    await openMap(page)
    await soon(() => use(page).isDisabled()).toBe(true)
    const closer = page.getByRole('button', { name: map.tools.nearer })
    await soon(async () => {
      if (await use(page).isDisabled()) await closer.tap()
      return use(page).isEnabled()
    }).toBe(true)
    const before = await said(page)
    const box = await page.locator('.pointing canvas').boundingBox()
    if (box === null) throw new Error('the map has no size')
    await page.touchscreen.tap(box.x + box.width / 2 - 60, box.y + box.height / 2 + 40)
    await soon(() => said(page)).not.toBe(before)
    await use(page).tap()
    await soon(() => field(page, report.lat).inputValue()).toMatch(/^\d+\.\d+$/)
    expect(await said(page)).toContain(await field(page, report.lon).inputValue())
  }, 300_000)

  it('is moved and used by keyboard; of an area alone no coordinates are written', async () => {
    const page = await openPage({ key, path: 'report' })
    await page.getByText(report.rest, { exact: true }).click()
    await field(page, report.lat).fill('14,52')
    await field(page, report.lon).fill('-4.21')
    await field(page, report.radius).fill('2')
    await openMap(page)
    await soon(() => said(page)).toMatch(/14\.52\d*, -4\.21/)
    const canvas = page.locator('.pointing canvas')
    for (const each of ['ArrowRight', 'ArrowRight']) await canvas.press(each)
    await soon(() => said(page)).not.toMatch(/-4\.21/)
    await page.getByRole('button', { name: report.usePoint }).press('Enter')
    await soon(() => field(page, report.lon).inputValue()).not.toBe('-4.21')
    await page.getByRole('button', { name: report.useArea('Mopti (ML-5)') }).press('Enter')
    await soon(() => field(page, report.admin1).inputValue()).toBe('ML-5')
    expect(await field(page, report.lat).inputValue()).toBe('')
  }, 300_000)

  it('that breaks off says so while the list goes on, and is drawn when it is tried again', async () => {
    const notifier = await startNotifier(alerts => alerts.write('raised', 'a1'))
    const page = await openPage({ ...notifier, query: '?map=no', ...desk })
    const files = '**/assets/map-script-*.js'
    await page.route(files, route => route.abort('connectionreset'))
    await openMenu(page, 'more-tools')
    await press(page, views.map)
    await soon(() => readText(page, '.map-words [role=status]')).toBe(map.notLoaded)
    await notifier.alerts.write('raised', 'later')
    await page.locator('[data-alert="later"]').waitFor()
    await page.unroute(files)
    await page.getByRole('button', { name: map.again }).press('Enter')
    await waitUntilDrawn(page)
  }, 300_000)
})
