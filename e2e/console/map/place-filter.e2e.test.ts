// One theatre, or one area of it: list, map, address and what is selected are of the same alerts.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

const at = (
  country: string,
  admin1: readonly string[],
  circle: readonly [number, number, number] | null
) => ({
  area: {
    country: [country],
    admin1: [...admin1],
    circle,
    settlement: circle === null ? null : `${admin1[0]}/x`
  }
})

describe.skipIf(executablePath === undefined)('the list of one theatre or one area', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    await alerts.write('raised', 'segou', {
      headline: 'In Ségou',
      ...at('ML', ['ML-4'], [13.4, -6.3, 5])
    })
    await alerts.write('raised', 'mopti', {
      headline: 'In Mopti',
      ...at('ML', ['ML-5'], [14.5, -4.2, 5])
    })
    await alerts.write('raised', 'both', {
      headline: 'In both',
      ...at('ML', ['ML-4', 'ML-5'], null)
    })
    await alerts.write('raised', 'borno', {
      theatre: 'lake',
      headline: 'In Borno',
      ...at('NG', ['NG-BO'], [11.8, 13.1, 5])
    })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  const open = (query: string, options: object = {}) =>
    openConsole(browser, {
      url: notifier.url,
      key: ownerKey,
      query,
      viewport: { width: 1400, height: 900 },
      ...options
    })
  const listed = async (page: Page) =>
    (await page.locator('.row-headline').allTextContents()).map(text => text.trim()).sort()
  const menu = (page: Page, name: string) =>
    page.locator('.filters').getByRole('combobox', { name, exact: true })

  it('is chosen from what the alerts carry, stands in the address, and is what the map shows', async () => {
    const { page, complaints } = await open('?map=yes')
    await soon(() => page.locator('.count').textContent()).toBe('4 alerts')
    await page.getByRole('button', { name: 'More filters' }).press('Enter')
    await menu(page, 'Theatre').selectOption('lake')
    await soon(() => listed(page)).toEqual(['In Borno'])
    await menu(page, 'Theatre').selectOption('')
    await menu(page, 'Area').selectOption('ML-4')
    await soon(() => listed(page)).toEqual(['In Ségou', 'In both'])
    await soon(() => new URL(page.url()).searchParams.get('admin1')).toBe('ML-4')
    await soon(() => page.locator('.map-words').count()).toBe(0)
    const map = page.locator('.map-canvas').first()
    // One by its mark, the other by its two areas.
    await soon(async () => {
      await page.locator('#search').focus()
      await map.focus()
      return page.locator('.map-said').first().textContent()
    }).toMatch(/^3 marks\./)
    expect(await violationsOf(page)).toEqual([])
    await page.locator('.look select').selectOption('dark')
    expect(await violationsOf(page)).toEqual([])

    // An area lies in one country: another country takes the place of it.
    await menu(page, 'Country').selectOption('NG')
    await soon(() => listed(page)).toEqual(['In Borno'])
    await soon(() => new URL(page.url()).searchParams.get('admin1')).toBeNull()
    expect(await menu(page, 'Area').locator('option').count()).toBe(2)
    await page.getByRole('button', { name: 'All open', exact: true }).click()
    await soon(() => listed(page)).toHaveLength(4)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is what a link says, what is selected of it, and what a silence begins with, on a narrow screen too', async () => {
    const { page } = await open('?theatre=sahel&admin1=ML-5', {
      viewport: { width: 390, height: 844 },
      hasTouch: true
    })
    await soon(() => listed(page)).toEqual(['In Mopti', 'In both'])
    expect([
      await menu(page, 'Theatre').inputValue(),
      await menu(page, 'Area').inputValue()
    ]).toEqual(['sahel', 'ML-5'])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
    await page.getByLabel('Select: In Mopti').tap()
    await page.getByRole('button', { name: 'Select all listed' }).tap()
    await soon(() => page.locator('.bulk').textContent()).toContain('2 alerts selected')
    await page.getByRole('button', { name: 'Select none' }).tap()
    await page
      .getByRole('button', { name: 'Silence these severities, pattern, place, certainty' })
      .tap()
    expect([
      await page.getByLabel('Theatres').inputValue(),
      await page.getByLabel('Areas').inputValue()
    ]).toEqual(['sahel', 'ML-5'])
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  }, 300_000)

  it('is not asked for where there is one of each, and says what a link asks for that no alert has', async () => {
    const own = new MemoryLog()
    const one = new AlertWriter(own)
    await one.write('raised', 'a1')
    const small = await listenNotifier({}, own)
    const { page } = await open('?pattern=siege', { url: small.url })
    await soon(() => listed(page)).toHaveLength(1)
    await menu(page, 'Country').waitFor()
    expect([await menu(page, 'Theatre').count(), await menu(page, 'Area').count()]).toEqual([0, 0])
    await page.goto(`${small.url}/?theatre=lake`)
    await soon(() => page.locator('.empty').textContent()).toBe(
      'No alert that this page holds matches these filters.'
    )
    expect(await menu(page, 'Theatre').inputValue()).toBe('lake')
    await page.getByRole('button', { name: 'Clear filters' }).press('Enter')
    await soon(() => listed(page)).toHaveLength(1)
    await page.context().close()
    await small.close()
  }, 300_000)
})
