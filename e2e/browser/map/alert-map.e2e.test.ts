// The incidents of an open alert at a running suite are split and merged, also by who comes second.

import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { frontPlaces, type Place, postFront } from '../../harness/front-of-attacks.ts'
import {
  describeInBrowser,
  openPage,
  type PageOptions,
  press,
  readText,
  soon
} from '../support/page.ts'
import { makeKey, testSuite } from '../support/test-suite.ts'

const { declare, declareAfter, ...form } = words.incidentActs
const country = 'CI'
/** Degrees by which the front of this story lies south of the usual one. */
const south = 4
const places = frontPlaces.map(([lat, lon]) => [lat - south, lon] as const) as readonly Place[]
const [shared] = places as [Place]

describeInBrowser('the incidents of an alert', () => {
  let second: string
  beforeAll(async () => {
    await postFront(testSuite(), { country, places, prefix: 'map-' })
    second = await makeKey('Second', ['alerts:read', 'alerts:operate', 'reports:read'])
  }, 120_000)

  async function openFront(options: PageOptions = {}): Promise<Page> {
    const page = await openPage({ query: `?pattern=front&country=${country}&map=no`, ...options })
    await page.locator('.row-main').first().click()
    await page.locator('.evidence > li').first().waitFor()
    const all = page.locator('.evidence ~ button')
    if ((await all.count()) > 0) await all.click()
    return page
  }
  const count = (page: Page) => page.locator('.evidence > li').count()
  const note = (page: Page) => page.getByLabel(form.note, { exact: true })
  it('splits an incident, with a note', async () => {
    const page = await openFront()
    const both = page.locator('.evidence > li').filter({ hasText: 'radio map-R-0' })
    await both.locator('summary').click()
    await both.getByRole('button', { name: /^Split/ }).click()
    await note(page).fill('Two convoys.')
    await page.getByRole('form', { name: form.splitTitle }).getByLabel('radio map-R-0').check()
    await press(page, declare.split)
    await soon(() => count(page)).toBe(5)
  }, 300_000)

  it('merges by keyboard what lies on one spot, for who comes second and insists', async () => {
    const page = await openFront({ key: second })
    await soon(() => count(page)).toBe(5)
    const alone = page.locator('.evidence > li').filter({ hasText: 'radio map-R-0' })
    await alone.locator('summary').press('Enter')
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
})
